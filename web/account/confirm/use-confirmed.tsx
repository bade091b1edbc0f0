import { Button } from '@mantine/core'
import { startAuthentication } from '@simplewebauthn/browser'
import { type ReactNode, useState } from 'react'
import { codeOf } from '../../design/client.ts'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { confirmation } from '../api.ts'

const NEEDED = 'sign_in.fresh_passkey_required'

type Asked = { retry: () => void; giveUp: (error: unknown) => void }

/**
 * Runs what only the person themself may do. When identity wants their passkey first, it is asked for and the same
 * thing is done again: an open computer alone is not enough to take an account over.
 */
export function useConfirmed(): [run: <T>(act: () => Promise<T>) => Promise<T>, dialog: ReactNode] {
  const [asked, setAsked] = useState<Asked>()
  const run = async <T,>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (error) {
      if (codeOf(error) !== NEEDED) throw error
      await new Promise<void>((retry, giveUp) => setAsked({ retry, giveUp }))
      return act()
    }
  }
  const dialog = asked ? (
    <ConfirmDialog
      confirmed={() => {
        setAsked(undefined)
        asked.retry()
      }}
      close={() => {
        setAsked(undefined)
        asked.giveUp(new ConfirmationGivenUp())
      }}
    />
  ) : null
  return [run, dialog]
}

/** The person closed the question. That is an answer, not a fault: nothing more is said about it. */
export class ConfirmationGivenUp extends Error {}

function ConfirmDialog({ confirmed, close }: { confirmed: () => void; close: () => void }) {
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
