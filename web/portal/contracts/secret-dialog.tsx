import { Button } from '@mantine/core'
import { Dialog } from '../../design/dialog.tsx'
import { useTexts } from '../../texts/use-texts.ts'

/** The only place where it is ever shown. */
export function SecretDialog({ secret, close }: { secret: string; close: () => void }) {
  const t = useTexts()
  return (
    <Dialog title={t('contracts.secretTitle')} close={close}>
      <div className="form">
        <p>{t('contracts.secretWhat')}</p>
        <p className="command">
          <code>{secret}</code>
        </p>
        <div className="actions">
          <Button onClick={close} data-autofocus>
            {t('contracts.secretDone')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
