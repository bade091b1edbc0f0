import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Day } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { removals } from '../partner-api.ts'
import { useMay, useOrganization } from '../session.ts'

/** For how long data stays once the subscription is over, and whether, when and by whom the organisation is removed (PT-11, RT-02). */
export function OwnRemovalSection() {
  const t = useTexts()
  const { organizationId, name } = useOrganization()
  const mayAsk = useMay('removals.ask')
  const [isAsking, setIsAsking] = useState(false)
  const [confirmed, confirming] = useConfirmed()
  const key = ['removal', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => removals.read(organizationId) })
  const refresh = () => queries.invalidateQueries()
  const withdraw = () => removals.withdraw(organizationId).then(refresh, tellProblem)
  return (
    <Answer query={query}>
      {({ removal, addedBy, decider, months, mayAsk: isPossible }) =>
        addedBy === '' ? null : (
          <Section title={t('removals.title')}>
            <p>{t('removals.months', { count: months })}</p>
            {removal ? (
              <p>
                {t(`removals.states.${removal.state}`, { by: addedBy })}{' '}
                {removal.decideBy ? <Day at={removal.decideBy} /> : null}
                {removal.dueAt ? <Day at={removal.dueAt} /> : null}
                {removal.because ? t(`removals.because.${removal.because}`) : null}
              </p>
            ) : null}
            <p className="mute small">{t('removals.own')}</p>
            <div className="actions">
              {mayAsk && isPossible ? (
                <Button variant="default" onClick={() => setIsAsking(true)}>
                  {t('removals.ask')}
                </Button>
              ) : null}
              {mayAsk &&
              (removal?.state === 'asked' ||
                (removal?.state === 'noticed' && !decider && removal.cause === 'asked')) ? (
                <Button variant="default" onClick={withdraw}>
                  {t('removals.withdraw')}
                </Button>
              ) : null}
            </div>
            {isAsking ? (
              <TypeToConfirm
                title={t('removals.askTitle', { name })}
                word={name}
                label={t('removals.type')}
                act={t('removals.ask')}
                run={async () => {
                  await confirmed(() => removals.ask(organizationId))
                  await refresh()
                }}
                close={() => setIsAsking(false)}
              >
                <p>{decider ? t('removals.askOperator', { by: decider }) : t('removals.askWhat', { count: months })}</p>
              </TypeToConfirm>
            ) : null}
            {confirming}
          </Section>
        )
      }
    </Answer>
  )
}
