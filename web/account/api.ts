// Every request the account app makes to identity. The shapes are its own (types only: their schemas stay on the server).

import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import type { AccountSession, Own, Passkey, ServiceList } from '#identity/account/api'
import type { Group, GroupLog, JoinRequest, JoinRequests, Member, MemberList, OwnGroups } from '#identity/groups/api'
import type { HeldData, OwnRequest, OwnRequests } from '#identity/own-data/api'
import type { Link, LinkList } from '#identity/upstream/api'
import { send } from '../design/client.ts'

export type {
  AccountSession,
  Group,
  HeldData,
  JoinRequest,
  Link,
  LinkList,
  Member,
  Own,
  OwnGroups,
  OwnRequest,
  OwnRequests,
  Passkey,
  ServiceList,
}

const part = encodeURIComponent

export const own = {
  read: () => send<Own>('GET', '/account/api/own'),
  change: (change: Partial<Pick<Own, 'name' | 'language' | 'theme'>> & { picture?: string }) =>
    send<void>('PUT', '/account/api/own', change),
}

export const addresses = {
  begin: (email: string) => send<{ codeId: string }>('POST', '/account/api/addresses/begin', { email }),
  add: (proved: { codeId: string; email: string; code: string }) =>
    send<void>('POST', '/account/api/addresses', proved),
  makePrimary: (email: string) => send<void>('POST', '/account/api/addresses/primary', { email }),
  remove: (email: string) => send<void>('POST', '/account/api/addresses/remove', { email }),
}

export const passkeys = {
  list: () => send<{ passkeys: Passkey[] }>('GET', '/account/api/passkeys'),
  begin: () => send<PublicKeyCredentialCreationOptionsJSON>('POST', '/account/api/passkeys/begin'),
  finish: (credential: RegistrationResponseJSON) => send<void>('POST', '/account/api/passkeys/finish', { credential }),
  rename: (passkeyId: string, name: string) => send<void>('PUT', `/account/api/passkeys/${part(passkeyId)}`, { name }),
  remove: (passkeyId: string) => send<void>('DELETE', `/account/api/passkeys/${part(passkeyId)}`),
}

export const links = {
  list: () => send<LinkList>('GET', '/account/api/upstreams'),
  begin: (upstreamId: string) => send<{ next: string }>('POST', `/account/api/upstreams/${part(upstreamId)}/begin`, {}),
  mayRemove: () => send<object>('POST', '/account/api/upstreams/may-remove', {}),
  removeIdentifier: (identifierId: string) => send<void>('DELETE', `/account/api/identifiers/${part(identifierId)}`),
  remove: (linkId: string) => send<void>('DELETE', `/account/api/upstreams/${part(linkId)}`),
}

export const services = {
  list: () => send<ServiceList>('GET', '/account/api/services'),
  stop: (clientId: string) => send<{ signedOut: number }>('POST', `/account/api/services/${part(clientId)}/stop`, {}),
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

const group = (groupId: string, rest = '') => `/account/api/groups/${part(groupId)}${rest}`

export const groups = {
  list: () => send<OwnGroups>('GET', '/account/api/groups'),
  make: (made: { name: string; about: string; userName: string }) =>
    send<{ groupId: string }>('POST', '/account/api/groups', made),
  look: (groupId: string) => send<Group>('GET', group(groupId)),
  change: (groupId: string, change: { name: string; about: string }) => send<void>('PUT', group(groupId), change),
  end: (groupId: string, typed: string) => send<void>('POST', group(groupId, '/end'), { typed }),
  join: (groupId: string, asked: { userName: string; reason: string }) =>
    send<void>('POST', group(groupId, '/join'), asked),
  withdraw: (groupId: string) => send<void>('DELETE', group(groupId, '/join')),
  leave: (groupId: string) => send<void>('POST', group(groupId, '/leave')),
  rename: (groupId: string, userName: string) => send<void>('PUT', group(groupId, '/user-name'), { userName }),
  requests: (groupId: string) => send<JoinRequests>('GET', group(groupId, '/requests')),
  accept: (groupId: string, requestId: string) =>
    send<void>('POST', group(groupId, `/requests/${part(requestId)}/accept`)),
  decline: (groupId: string, requestId: string, answer: string) =>
    send<void>('POST', group(groupId, `/requests/${part(requestId)}/decline`), { answer }),
  members: (groupId: string, behind?: string) =>
    send<MemberList>('GET', group(groupId, behind === undefined ? '/members' : `/members?behind=${part(behind)}`)),
  remove: (groupId: string, personId: string) => send<void>('DELETE', group(groupId, `/members/${part(personId)}`)),
  appoint: (groupId: string, personId: string) =>
    send<void>('POST', group(groupId, `/members/${part(personId)}/appoint`)),
  stepDown: (groupId: string) => send<void>('POST', group(groupId, '/step-down')),
  log: (groupId: string) => send<GroupLog>('GET', group(groupId, '/log')),
}
