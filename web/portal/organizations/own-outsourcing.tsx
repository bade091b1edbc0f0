import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Activity, type OutsourcingList, organizations } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { ActivitiesDialog } from './activities-dialog.tsx'

type Running = {
  managingId: string
  managingName: string
  possible: readonly Activity[]
  activities?: readonly Activity[]
}

/** What this company has handed over, to whom, and the end of it: the company's own word (PT-02, PT-03). */
export function OwnOutsourcing() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('outsourcing.manage')
  const [beginning, setBeginning] = useState<Running>()
  const [ending, setEnding] = useState<Running>()
  const query = useQuery({
    queryKey: ['outsourcing', organizationId],
    queryFn: () => organizations.outsourcing(organizationId),
  })
  // Above the provider there is nobody: for it this part would only be noise.
  if (query.data && query.data.running.length + query.data.candidates.length === 0) return null
  return (
    <Section title={t('outsourcing.title')}>
      <Answer query={query}>
        {({ running, candidates }) => (
          <ul className="tree">
            {running.map((one) => (
              <li key={one.managingId} className="tree-row">
                <div>
                  <p>{one.managingName}</p>
                  <p className="mute small">
                    {one.activities.map((activity) => t(`activities.${activity}`)).join(', ')} ·{' '}
                    {t('outsourcing.began')} <Time at={one.beganAt} />
                  </p>
                </div>
                {mayManage ? (
                  <div className="actions">
                    <Button
                      variant="default"
                      size="xs"
                      onClick={() => setBeginning({ ...one, possible: possibleFor(candidates, one.managingId) })}
                    >
                      {t('outsourcing.change')}
                    </Button>
                    <Button variant="default" size="xs" onClick={() => setEnding({ ...one, possible: [] })}>
                      {t('outsourcing.end')}
                    </Button>
                  </div>
                ) : null}
              </li>
            ))}
            {candidates
              .filter(({ organizationId: id }) => !running.some((one) => one.managingId === id))
              .map(({ organizationId: managingId, name: managingName, activities: possible }) => (
                <li key={managingId} className="tree-row">
                  <div>
                    <p>{managingName}</p>
                    <p className="mute small">{t('outsourcing.nothing')}</p>
                  </div>
                  {mayManage ? (
                    <Button
                      variant="default"
                      size="xs"
                      onClick={() => setBeginning({ managingId, managingName, possible })}
                    >
                      {t('outsourcing.begin')}
                    </Button>
                  ) : null}
                </li>
              ))}
          </ul>
        )}
      </Answer>
      {beginning ? <BeginDialog managing={beginning} close={() => setBeginning(undefined)} /> : null}
      {ending ? <EndDialog managing={ending} close={() => setEnding(undefined)} /> : null}
    </Section>
  )
}

type OutsourcingDialogProps = { managing: Running; close: () => void }

const possibleFor = (candidates: OutsourcingList['candidates'], managingId: string) =>
  candidates.find(({ organizationId }) => organizationId === managingId)?.activities ?? []

function BeginDialog({
  managing: { managingId, managingName: name, possible, activities },
  close,
}: OutsourcingDialogProps) {
  const t = useTexts()
  const here = useOrganization()
  return (
    <ActivitiesDialog
      title={t(activities ? 'outsourcing.changeTitle' : 'outsourcing.beginTitle', { name })}
      what={t('outsourcing.beginWhat', { name, here: here.name })}
      label={t('outsourcing.activities')}
      possible={possible}
      before={activities ?? []}
      act={t(activities ? 'outsourcing.change' : 'outsourcing.begin')}
      begin={async (chosen) => {
        await organizations.beginOwn(here.organizationId, managingId, chosen)
        tell(t(activities ? 'outsourcing.changed' : 'outsourcing.begun', { name }))
      }}
      close={close}
    />
  )
}

function EndDialog({ managing: { managingId, managingName: name }, close }: OutsourcingDialogProps) {
  const t = useTexts()
  const here = useOrganization()
  const end = async () => {
    await organizations.endOwn(here.organizationId, managingId)
    tell(t('outsourcing.ended', { name }))
    await queries.invalidateQueries()
  }
  return (
    <TypeToConfirm
      title={t('outsourcing.endTitle', { name })}
      word={name}
      label={t('organizations.endType')}
      act={t('outsourcing.end')}
      run={end}
      close={close}
    >
      <p>{t('outsourcing.endWhat', { name })}</p>
    </TypeToConfirm>
  )
}
