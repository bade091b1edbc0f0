import { Button } from '@mantine/core'
import { startAuthentication } from '@simplewebauthn/browser'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { type AskProps, useAskedAgain } from '../../design/use-asked-again.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { confirmation } from '../api.ts'

/** Identity asks for the passkey in the page itself. */
export const useConfirmed = () => useAskedAgain('sign_in.fresh_passkey_required', ConfirmDialog)

function ConfirmDialog({ confirmed, close }: AskProps) {
  const t = useTexts()
  const [problem, setProblem] = useState<unknown>()
  const [isUnused, setIsUnused] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const confirm = async () => {
    setIsBusy(true)
    setProblem(undefined)
    setIsUnused(false)
    try {
      const optionsJSON = await confirmation.begin()
      // A DOMException here: the person turned the browser's question away, or it timed out.
      const credential = await startAuthentication({ optionsJSON }).catch(() => undefined)
      if (credential) {
        await confirmation.finish(credential)
        confirmed()
      } else setIsUnused(true)
    } catch (error) {
      setProblem(error)
    }
    setIsBusy(false)
  }
  return (
    <Dialog title={t('confirm.title')} close={close}>
      <div className="form">
        <p>{t('confirm.what')}</p>
        {isUnused ? <p role="alert">{t('confirm.failed')}</p> : null}
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button onClick={confirm} loading={isBusy} data-autofocus>
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
