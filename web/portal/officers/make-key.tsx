import { Button } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { officers } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { makeOfficerKey, shortestPassphrase } from './officer-key.ts'
import { PassphraseInput } from './passphrase-input.tsx'
import { saveFile } from './save-file.ts'

export function MakeKey({ done }: { done: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [wrong, setWrong] = useState<string>()
  const form = useForm(
    { passphrase: '', again: '' },
    { passphrase: ['required'], again: ['required'] },
    async ({ passphrase, again }) => {
      setWrong(undefined)
      if (passphrase.normalize('NFC').length < shortestPassphrase)
        return setWrong(t('emergency.tooShort', { count: shortestPassphrase }))
      if (passphrase !== again) return setWrong(t('emergency.notSame'))
      const made = await makeOfficerKey(passphrase)
      // Saved by the person before the server is told of the public half.
      saveFile(`${made.name}.key`, made.file, 'application/json')
      await confirmed(() => officers.add(organizationId, made.officer))
      form.set('passphrase', '')
      form.set('again', '')
      tell(t('emergency.keyMade'))
      await done()
    },
  )
  return (
    <Section title={t('emergency.makeKey')}>
      <p>{t('emergency.makeKeyWhy')}</p>
      <form className="form" onSubmit={form.submit} noValidate>
        <PassphraseInput
          {...form.field('passphrase')}
          label={t('emergency.passphrase')}
          description={t('emergency.passphraseWhy', { count: shortestPassphrase })}
          autoComplete="new-password"
        />
        <PassphraseInput
          {...form.field('again')}
          label={t('emergency.again')}
          error={wrong}
          autoComplete="new-password"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('emergency.makeKey')}
          </Button>
        </div>
      </form>
      {confirming}
    </Section>
  )
}
