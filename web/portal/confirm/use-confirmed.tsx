import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { type AskProps, useAskedAgain } from '../../design/use-asked-again.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { confirmedChannel, openConfirm } from './channel.ts'

/** Passkeys are identity's: it asks for one in a window of its own, so that this page and what is filled in stay. */
export const useConfirmed = () => useAskedAgain('sessions.passkey_wanted', ConfirmDialog)

function ConfirmDialog({ confirmed, close }: AskProps) {
  const t = useTexts()
  const [isBlocked, setIsBlocked] = useState(false)
  useEffect(() => {
    const channel = new BroadcastChannel(confirmedChannel)
    channel.onmessage = confirmed
    return () => channel.close()
  }, [confirmed])
  return (
    <Dialog title={t('confirm.title')} close={close}>
      <div className="form">
        <p>{t('confirm.what')}</p>
        <p>{t('confirm.window')}</p>
        {isBlocked ? <p role="alert">{t('confirm.blocked')}</p> : null}
        <div className="actions">
          <Button onClick={() => setIsBlocked(!openConfirm())} data-autofocus>
            {t('confirm.act')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
