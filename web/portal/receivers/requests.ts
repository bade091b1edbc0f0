// What pages of receivers ask of the portal.
import type { ChangedReceiver, NewReceiver, Quiet, ReceiverList, ReceiverMade } from '#portal/receivers/api'
import { send } from '../../design/client.ts'

const within = (organizationId: string) => `/api/organizations/${encodeURIComponent(organizationId)}/receivers`
const one = (organizationId: string, receiverId: string) =>
  `${within(organizationId)}/${encodeURIComponent(receiverId)}`

export type ListedReceiver = ReceiverList['receivers'][number]
export const receivers = {
  list: (organizationId: string) => send<ReceiverList>('GET', within(organizationId)),
  make: (organizationId: string, given: NewReceiver) => send<ReceiverMade>('POST', within(organizationId), given),
  change: (organizationId: string, receiverId: string, given: ChangedReceiver) =>
    send<void>('PUT', one(organizationId, receiverId), given),
  rotateSecret: (organizationId: string, receiverId: string) =>
    send<{ secret: string }>('POST', `${one(organizationId, receiverId)}/secret`),
  remove: (organizationId: string, receiverId: string) => send<void>('DELETE', one(organizationId, receiverId)),
  test: (organizationId: string, receiverId: string) => send<void>('POST', `${one(organizationId, receiverId)}/test`),
  keepQuiet: (organizationId: string, receiverId: string, keepsQuiet: boolean) =>
    send<void>('PUT', `${one(organizationId, receiverId)}/quiet`, { keepsQuiet }),
  setQuiet: (organizationId: string, quiet: Quiet | null) =>
    send<void>('PUT', `/api/organizations/${encodeURIComponent(organizationId)}/quiet-hours`, { quiet }),
  resume: (organizationId: string, receiverId: string) =>
    send<void>('POST', `${one(organizationId, receiverId)}/resume`),
}
