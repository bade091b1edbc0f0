import { Button, FileInput } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type OfficersHere, officers } from '../api.ts'
import { useOrganization } from '../session.ts'
import { signText, WrongPassphrase } from './officer-key.ts'
import { PassphraseInput } from './passphrase-input.tsx'

type SignListProps = {
  proposal: NonNullable<OfficersHere['proposal']>
  here: OfficersHere
  done: () => Promise<unknown>
}

/** Each officer confirms the others by a signature with their own key, after comparing the names of the keys by voice. */
export function SignList({ proposal, here, done }: SignListProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [file, setFile] = useState<File | null>(null)
  const [wrong, setWrong] = useState<string>()
  const form = useForm({ passphrase: '' }, { passphrase: ['required'] }, async ({ passphrase }) => {
    setWrong(undefined)
    if (!file) return setWrong(t('emergency.noFile'))
    // It lies on what can be pulled out.
    const key = await file.text().catch(() => undefined)
    if (key === undefined) return setWrong(t('emergency.unreadable'))
    try {
      const signature = await signText(key, passphrase, proposal.text)
      await officers.sign(organizationId, proposal.number, signature)
    } catch (error) {
      if (error instanceof WrongPassphrase) return setWrong(t('emergency.wrongPassphrase'))
      throw error
    }
    form.set('passphrase', '')
    setFile(null)
    tell(t('emergency.signedNow'))
    await done()
  })
  const nameOf = (officerName: string) => here.officers.find((one) => one.officerName === officerName)?.name
  return (
    <Section title={t('emergency.sign')}>
      <p>{t('emergency.signWhy')}</p>
      <ul>
        {proposal.wanted.map((officerName) => (
          <li key={officerName}>
            <code>{officerName}</code> {nameOf(officerName) ?? t('emergency.before')}:{' '}
            {t(proposal.signedBy.includes(officerName) ? 'emergency.signed' : 'emergency.waits')}
          </li>
        ))}
      </ul>
      <form className="form" onSubmit={form.submit} noValidate>
        <FileInput label={t('emergency.keyFile')} value={file} onChange={setFile} placeholder={t('emergency.choose')} />
        <PassphraseInput
          {...form.field('passphrase')}
          label={t('emergency.passphrase')}
          error={wrong}
          autoComplete="off"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('emergency.sign')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
