import { Button, TextInput } from '@mantine/core'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { officers } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

/** An officer who trusts no browser with it has made the key on a machine without a network; only its public half comes here. */
export function BringKey({ done }: { done: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const form = useForm({ officer: '' }, { officer: ['required'] }, async ({ officer }) => {
    await confirmed(() => officers.add(organizationId, officer))
    tell(t('emergency.keyBrought'))
    await done()
  })
  return (
    <Section title={t('emergency.bringKey')}>
      <p>{t('emergency.bringKeyWhy')}</p>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('officer')}
          label={t('emergency.publicHalf')}
          description={t('emergency.publicHalfWhy')}
          autoComplete="off"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" variant="default" loading={form.isBusy}>
            {t('emergency.bringKey')}
          </Button>
        </div>
      </form>
      {confirming}
    </Section>
  )
}
