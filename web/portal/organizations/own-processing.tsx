import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Collected, collected } from '../partner-api.ts'
import { useMay, useOrganization } from '../session.ts'

/** Each organisation answers for its own processing (PT-10): where its policy is, and what it tells its people. */
export function OwnProcessing() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('organizations.manage')
  const query = useQuery({
    queryKey: ['collected', organizationId],
    queryFn: () => collected.read(organizationId),
  })
  if (!mayManage) return null
  return (
    <Section title={t('collected.title')}>
      <p className="mute small" style={{ marginBottom: 12 }}>
        {t('collected.titleWhy')}
      </p>
      <Answer query={query}>{({ own }) => <SayForm key={organizationId} own={own} />}</Answer>
    </Section>
  )
}

function SayForm({ own }: { own: Collected['own'] }) {
  const t = useTexts()
  const form = useForm({ policyUrl: own.policyUrl ?? '', grounds: own.grounds ?? '' }, {}, async (values) => {
    await collected.say(own.organizationId, { policyUrl: values.policyUrl || null, grounds: values.grounds || null })
    tell(t('collected.saved'))
    await queries.invalidateQueries({ queryKey: ['collected'] })
  })
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <TextInput
        {...form.field('policyUrl')}
        label={t('collected.policyUrl')}
        description={t('collected.policyUrlWhy')}
        type="url"
        autoComplete="off"
      />
      <Textarea
        {...form.field('grounds')}
        label={t('collected.groundsLabel')}
        description={t('collected.groundsWhy')}
        autosize
        minRows={3}
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" variant="default" loading={form.isBusy}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
