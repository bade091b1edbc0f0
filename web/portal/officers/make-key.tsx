import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { officers } from '../api.ts'
import { useOrganization } from '../session.ts'
import { makeOfficerKey, shortestPassphrase } from './officer-key.ts'

/** Nothing of it is kept in the browser: the file is saved by the person before the server is told of the public half. */
function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = `${name}.key`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export function MakeKey({ done }: { done: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
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
      save(made.name, made.file)
      await officers.add(organizationId, made.officer)
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
        <PasswordInput
          {...form.field('passphrase')}
          label={t('emergency.passphrase')}
          description={t('emergency.passphraseWhy', { count: shortestPassphrase })}
          autoComplete="new-password"
        />
        <PasswordInput
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
    </Section>
  )
}
