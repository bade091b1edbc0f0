import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Frame } from '../../design/frame.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { companySignIn } from '../company-sign-in/calls.ts'
import { goSignIn } from '../session.ts'

/** Somebody whose company has a provider of its own types their address and is led there. Whose it is, is looked at nowhere. */
export function WorkAddressPage() {
  const t = useTexts()
  const [leadsNowhere, setLeadsNowhere] = useState(false)
  const form = useForm({ email: '' }, { email: ['required', 'email'] }, async ({ email }) => {
    const { next } = await companySignIn.lead(email.trim())
    if (next) location.assign(next)
    else setLeadsNowhere(true)
  })
  return (
    <Frame name={t('workAddress.name')} title={t('workAddress.title')} lead={t('workAddress.lead')}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('email')}
          type="email"
          label={t('workAddress.email')}
          description={t('workAddress.emailWhy')}
          autoComplete="email"
        />
        <div role="status">{leadsNowhere ? <p>{t('workAddress.nowhere')}</p> : null}</div>
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('workAddress.go')}
          </Button>
          <Button variant="default" onClick={() => goSignIn()}>
            {t('workAddress.passkey')}
          </Button>
        </div>
      </form>
    </Frame>
  )
}
