import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Facts, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type OperatorAnswer, organizations } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { OperatorFields, operatorOf, ownService } from './operator-fields.tsx'

/** Whose service this Vartio is, as the notice says it to everybody. */
export function OperatorSection() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('organizations.manage')
  const [isChanging, setIsChanging] = useState(false)
  const key = ['operator', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => organizations.operator(organizationId) })
  const change = (
    <Button size="xs" variant="default" onClick={() => setIsChanging(true)}>
      {t('operator.change')}
    </Button>
  )
  return (
    <Section title={t('operator.title')} actions={mayManage && query.data ? change : null}>
      <Answer query={query}>
        {({ controller, operatorRole = 'controller', operatorName }) => (
          <>
            <Facts
              facts={[
                [t('operator.controller'), controller],
                [t('operator.role'), t(`operator.roles.${operatorRole}`)],
                ...(operatorName === undefined
                  ? []
                  : [[t(operatorRole === 'none' ? 'operator.deliveredBy' : 'operator.runBy'), operatorName] as const]),
              ]}
            />
            <p className="mute small">{t(`operator.means.${operatorRole}`)}</p>
          </>
        )}
      </Answer>
      {isChanging && query.data ? (
        <OperatorDialog
          now={query.data}
          close={() => setIsChanging(false)}
          refresh={() => queries.invalidateQueries({ queryKey: key })}
        />
      ) : null}
    </Section>
  )
}

type OperatorDialogProps = { now: OperatorAnswer; close: () => void; refresh: () => Promise<void> }

function OperatorDialog({ now, close, refresh }: OperatorDialogProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const start = { operatorRole: now.operatorRole ?? ownService.operatorRole, operatorName: now.operatorName ?? '' }
  const form = useForm<typeof ownService>(start, {}, async (values) => {
    await organizations.setOperator(organizationId, operatorOf(values))
    tell(t('operator.wasSet'))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('operator.title')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <OperatorFields form={form} />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('operator.set')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
