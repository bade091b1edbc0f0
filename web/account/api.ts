// Every request the account app makes to identity. The shapes are its own (types only: their schemas stay on the server).

import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import type { AccountSession, Own, Passkey } from '#identity/account/api'
import type { HeldData, OwnRequest, OwnRequests } from '#identity/own-data/api'
import { send } from '../design/client.ts'

export type { AccountSession, HeldData, Own, OwnRequest, OwnRequests, Passkey }

const part = encodeURIComponent

export const own = {
  read: () => send<Own>('GET', '/account/api/own'),
  change: (change: Partial<Pick<Own, 'name' | 'language' | 'theme'>>) => send<void>('PUT', '/account/api/own', change),
}

export const passkeys = {
  list: () => send<{ passkeys: Passkey[] }>('GET', '/account/api/passkeys'),
  begin: () => send<PublicKeyCredentialCreationOptionsJSON>('POST', '/account/api/passkeys/begin'),
  finish: (credential: RegistrationResponseJSON) => send<void>('POST', '/account/api/passkeys/finish', { credential }),
  rename: (passkeyId: string, name: string) => send<void>('PUT', `/account/api/passkeys/${part(passkeyId)}`, { name }),
  remove: (passkeyId: string) => send<void>('DELETE', `/account/api/passkeys/${part(passkeyId)}`),
}

export const recoveryCodes = {
  make: () => send<{ codes: string[] }>('POST', '/account/api/recovery-codes'),
}

export const sessions = {
  list: () => send<{ sessions: AccountSession[] }>('GET', '/account/api/sessions'),
  end: (sessionId: string) => send<void>('DELETE', `/account/api/sessions/${part(sessionId)}`),
  endAll: () => send<{ next: string }>('POST', '/account/api/sign-out-everywhere'),
  signOut: () => send<{ next: string }>('POST', '/account/api/sign-out'),
}

export const confirmation = {
  begin: () => send<PublicKeyCredentialRequestOptionsJSON>('POST', '/account/api/confirm/begin'),
  finish: (credential: AuthenticationResponseJSON) => send<void>('POST', '/account/api/confirm/finish', { credential }),
}

export const ownData = {
  held: () => send<HeldData>('GET', '/account/api/own-data/held'),
  requests: () => send<OwnRequests>('GET', '/account/api/own-data/requests'),
  askCopy: () => send<{ requestId: string }>('POST', '/account/api/own-data/copy'),
  mayDownload: () => send<object>('POST', '/account/api/own-data/may-download'),
  copyAddress: (requestId: string) => `/account/api/own-data/copy/${part(requestId)}`,
  forget: (typed: string) => send<{ next: string; number: string }>('POST', '/account/api/own-data/forget', { typed }),
  restrict: () => send<{ requestId: string }>('POST', '/account/api/own-data/restrict'),
  lift: () => send<{ requestId: string }>('POST', '/account/api/own-data/lift'),
}
