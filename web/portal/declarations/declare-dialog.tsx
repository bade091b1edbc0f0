import { Button, Textarea, TextInput } from '@mantine/core'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type DeclaredPledge, declarations } from '../api.ts'
import { dayIn, dayStart } from '../audit/days.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

/** A little less than the year that a word counts at most, whatever the months. */

type DeclareDialogProps = { pledge: DeclaredPledge; close: () => void; refresh: () => Promise<void> }

export function DeclareDialog({ pledge, close, refresh }: DeclareDialogProps) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const start = { statement: '', until: dayIn(360) }
  const form = useForm(start, { statement: ['required'], until: ['required'] }, async ({ statement, until }) => {
    await confirmed(() =>
      declarations.declare(organizationId, { pledge: pledge.pledge, statement, until: dayStart(until) }),
    )
    tell(t('declarations.wasDeclared'))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('declarations.dialog')} close={close} isCovered={confirming !== null}>
      <form className="form" onSubmit={form.submit} noValidate>
        <p>{pledge.says[language]}</p>
        <p>{t('declarations.what')}</p>
        <Textarea
          {...form.field('statement')}
          label={t('declarations.statement')}
          description={t('declarations.statementWhy')}
          autosize
          minRows={3}
          data-autofocus
        />
        <TextInput
          {...form.field('until')}
          label={t('declarations.until')}
          description={t('declarations.untilWhy')}
          type="date"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('declarations.declare')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
      {confirming}
    </Dialog>
  )
}
