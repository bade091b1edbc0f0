import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { addresses } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { refreshOwn, useOwn } from '../own-query.ts'

/** The addresses that the person has shown to be theirs; services and our letters get the primary one. */
export function Addresses() {
  const t = useTexts()
  const { emails } = useOwn()
  const [isAdding, setIsAdding] = useState(false)
  const [confirmed, confirming] = useConfirmed()
  const act = (run: () => Promise<void>, done: string) =>
    confirmed(run).then(async () => {
      tell(done)
      await refreshOwn()
    }, tellProblem)
  return (
    <Section title={t('accountOwn.email')}>
      <p className="page-sub" style={{ marginBottom: 16 }}>
        {t('addresses.what')}
      </p>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('addresses.address')}</th>
              <th scope="col">{t('accountOwn.verified')}</th>
              <th scope="col">
                <span className="unseen">{t('passkeys.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {emails.map(({ email, isPrimary, verifiedAt }) => (
              <tr key={email}>
                <td className="table-name" style={{ overflowWrap: 'anywhere' }}>
                  {email}
                  {isPrimary ? <span className="table-sub">{t('addresses.primary')}</span> : null}
                </td>
                <td data-name={t('accountOwn.verified')}>
                  <Time at={verifiedAt} />
                </td>
                <td>
                  {isPrimary ? null : (
                    <div className="actions">
                      <Button
                        size="xs"
                        variant="default"
                        onClick={() =>
                          act(() => addresses.makePrimary(email), t('addresses.wasMadePrimary', { email }))
                        }
                        aria-label={`${t('addresses.makePrimary')}: ${email}`}
                      >
                        {t('addresses.makePrimary')}
                      </Button>
                      <Button
                        size="xs"
                        variant="default"
                        onClick={() => act(() => addresses.remove(email), t('addresses.removed', { email }))}
                        aria-label={`${t('addresses.remove')}: ${email}`}
                      >
                        {t('addresses.remove')}
                      </Button>
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button mt={16} variant="default" onClick={() => setIsAdding(true)}>
        {t('addresses.add')}
      </Button>
      {isAdding ? <AddDialog close={() => setIsAdding(false)} /> : null}
      {confirming}
    </Section>
  )
}

function AddDialog({ close }: { close: () => void }) {
  const t = useTexts()
  const [sent, setSent] = useState<{ codeId: string; email: string }>()
  const [confirmed, confirming] = useConfirmed()
  const ask = useForm({ email: '' }, { email: ['required', 'email'] }, async ({ email }) => {
    const { codeId } = await confirmed(() => addresses.begin(email))
    setSent({ codeId, email })
  })
  const prove = useForm({ code: '' }, { code: ['required'] }, async ({ code }) => {
    if (!sent) return
    await confirmed(() => addresses.add({ ...sent, code }))
    tell(t('addresses.added', { email: sent.email }))
    close()
    await refreshOwn()
  })
  const form = sent ? prove : ask
  return (
    <>
      <Dialog title={t('addresses.add')} close={close}>
        <form key={sent ? 'code' : 'address'} className="form" onSubmit={form.submit} noValidate>
          {sent ? (
            <>
              <p>{t('addresses.sent', { email: sent.email })}</p>
              <TextInput
                {...prove.field('code')}
                label={t('addresses.code')}
                inputMode="numeric"
                autoComplete="one-time-code"
                autoFocus
              />
            </>
          ) : (
            <TextInput
              {...ask.field('email')}
              label={t('addresses.address')}
              description={t('addresses.addWhat')}
              type="email"
              autoComplete="email"
              data-autofocus
            />
          )}
          {form.problem ? <ProblemNote error={form.problem} /> : null}
          <div className="actions">
            <Button type="submit" loading={form.isBusy}>
              {t(sent ? 'addresses.prove' : 'addresses.send')}
            </Button>
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
          </div>
        </form>
      </Dialog>
      {confirming}
    </>
  )
}
