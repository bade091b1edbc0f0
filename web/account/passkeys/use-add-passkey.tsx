import { startRegistration, WebAuthnError } from '@simplewebauthn/browser'
import { type ReactNode, useState } from 'react'
import { queries } from '../../design/start.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { passkeys } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { passkeysKey } from './passkeys-page.tsx'

export function useAddPasskey(): { add: () => Promise<void>; isBusy: boolean; dialog: ReactNode } {
  const t = useTexts()
  const [isBusy, setIsBusy] = useState(false)
  const [confirmed, dialog] = useConfirmed()
  const add = async () => {
    setIsBusy(true)
    try {
      const optionsJSON = await confirmed(passkeys.begin)
      await passkeys.finish(await startRegistration({ optionsJSON }))
      tell(t('passkeys.added'))
      await queries.invalidateQueries({ queryKey: passkeysKey })
    } catch (error) {
      if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
        tell(t('passkeys.alreadyThere'))
      } else if (error instanceof WebAuthnError || error instanceof DOMException) {
        // Turned away or timed out: the browser does not say which, so that no page can tell.
        tell(t('passkeys.notMade'))
      } else tellProblem(error)
    }
    setIsBusy(false)
  }
  return { add, isBusy, dialog }
}
