import { Button, TextInput } from '@mantine/core'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type OfficersHere, officers } from '../api.ts'
import { useOrganization } from '../session.ts'
import { saveFile } from './save-file.ts'

type BringSignatureProps = { proposal: NonNullable<OfficersHere['proposal']>; done: () => Promise<unknown> }

/** For a key that is on another machine: the list goes there as a file, one line comes back. */
export function BringSignature({ proposal, done }: BringSignatureProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const form = useForm({ signature: '' }, { signature: ['required'] }, async ({ signature }) => {
    await officers.sign(organizationId, proposal.number, signature)
    form.set('signature', '')
    tell(t('emergency.signedNow'))
    await done()
  })
  return (
    <Section title={t('emergency.bringSignature')}>
      <p>{t('emergency.bringSignatureWhy')}</p>
      <Button
        my={20}
        variant="default"
        onClick={() => saveFile(`officers-${proposal.number}.txt`, proposal.text, 'text/plain')}
      >
        {t('emergency.takeList')}
      </Button>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('signature')}
          label={t('emergency.signatureLine')}
          description={t('emergency.signatureLineWhy')}
          autoComplete="off"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" variant="default" loading={form.isBusy}>
            {t('emergency.bring')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
