import { z } from 'zod'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import { countAnswer, listAnswer, openAnswer } from '#privacy/contact/api'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { MessageList, messageList, OpenedMessage } from './api.ts'
import { providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = { readonly database: Database; readonly calls: Pick<Calls, 'call'> }
type Uses = { readonly audit: Pick<Audit, 'record'>; readonly organizations: Pick<Organizations, 'describe'> }

export type Contact = {
  list(organizationId: string): Promise<z.input<typeof messageList>>
  open(organizationId: string, messageId: string, by: By): Promise<OpenedMessage>
  handle(organizationId: string, messageId: string, isHandled: boolean, by: By): Promise<void>
  erase(organizationId: string, messageId: string, by: By): Promise<void>
  /** Undefined: the privacy office does not answer just now. */
  countWaiting(): Promise<number | undefined>
  readonly routes: readonly Route[]
}

const once = { isIdempotent: true, timeoutMilliseconds: 8_000 } as const

export function createContact({ database, calls: { call } }: Needs, { audit, organizations }: Uses): Contact {
  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })
  const record = (
    tx: Sql,
    organizationId: string,
    action: 'contact.opened' | 'contact.handled' | 'contact.taken_back' | 'contact.erased',
    messageId: string,
    by: By,
  ) =>
    audit.record(tx, {
      organizationId,
      action,
      target: { kind: 'organization', id: organizationId },
      details: { message: messageId },
      ...by,
    })

  const contact: Omit<Contact, 'routes'> = {
    list: (organizationId): Promise<MessageList> =>
      inProvider(organizationId, () => call('privacy', '/calls/contact/list', {}, listAnswer, once)),
    // Nobody sees it before the record of it is committed; if the privacy office does not answer there is neither.
    open: (organizationId, messageId, by) =>
      inProvider(organizationId, async (tx) => {
        await record(tx, organizationId, 'contact.opened', messageId, by)
        return call('privacy', '/calls/contact/open', { messageId }, openAnswer, once)
      }),
    /** Recorded before the privacy office is asked; if it refuses, neither stays. */
    handle: (organizationId, messageId, isHandled, by) =>
      inProvider(organizationId, async (tx) => {
        await record(tx, organizationId, isHandled ? 'contact.handled' : 'contact.taken_back', messageId, by)
        await call('privacy', '/calls/contact/handle', { messageId, isHandled }, z.object({}), once)
      }),
    erase: (organizationId, messageId, by) =>
      inProvider(organizationId, async (tx) => {
        await record(tx, organizationId, 'contact.erased', messageId, by)
        await call('privacy', '/calls/contact/erase', { messageId }, z.object({}), once)
      }),
    countWaiting: () =>
      call('privacy', '/calls/contact/count', {}, countAnswer, { timeoutMilliseconds: 2_000 }).then(
        ({ waiting }) => waiting,
        () => undefined,
      ),
  }
  return { ...contact, routes: routes(contact) }
}
