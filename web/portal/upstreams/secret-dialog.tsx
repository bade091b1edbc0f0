import { Button, PasswordInput } from '@mantine/core'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedUpstream, upstreams } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

type Props = { upstream: ListedUpstream; close: () => void; refresh: () => Promise<void> }

/** What the upstream needs to know of this Vartio, and what Vartio needs from it. */
export function SecretDialog({ upstream: { upstreamId, upstream, redirectUri, publicKey }, close, refresh }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const form = useForm({ secret: '' }, { secret: ['required'] }, async ({ secret }) => {
    await confirmed(() => upstreams.setSecret(organizationId, upstreamId, secret))
    tell(t('upstreams.secretWasSet'))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('upstreams.connectTitle', { name: upstream.name })} close={close}>
      <div className="form">
        <p>{t('upstreams.redirectWhat')}</p>
        <p className="command">
          <code>{redirectUri}</code>
        </p>
        {upstream.authentication === 'private_key_jwt' ? (
          <>
            <p>{t('upstreams.keyWhat')}</p>
            <p className="command">
              <code>{JSON.stringify(publicKey)}</code>
            </p>
            <div className="actions">
              <Button onClick={close} data-autofocus>
                {t('close')}
              </Button>
            </div>
          </>
        ) : (
          <form className="form" onSubmit={form.submit} noValidate>
            <PasswordInput
              {...form.field('secret')}
              label={t('upstreams.secret')}
              description={t('upstreams.secretWhy')}
              autoComplete="off"
              data-autofocus
            />
            {form.problem ? <ProblemNote error={form.problem} /> : null}
            <div className="actions">
              <Button type="submit" loading={form.isBusy}>
                {t('save')}
              </Button>
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
            </div>
          </form>
        )}
        {confirming}
      </div>
    </Dialog>
  )
}
