import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import type { Notices } from '#privacy/notices'
import type { Database } from '#server/database'
import type { Metrics } from '#server/metrics'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { form, type listAnswer, type openAnswer } from './api.ts'
import { data } from './data.ts'
import { countWaiting, erase, handle, list, mostWaiting, open, receive } from './messages.ts'
import { type Problems, renderForm, renderSent, type Written } from './page.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly metrics: Pick<Metrics, 'gauge'>
}

/** `canAnswer`: it was taken. Else the page that says why it was not. */
export type Sent = { readonly canAnswer: boolean } | { readonly status: 400 | 503; readonly page: string }

export type Contact = {
  page(language: Language): Promise<string>
  sentPage(language: Language, canAnswer: boolean): string
  send(language: Language, written: Written): Promise<Sent>
  count(): Promise<number>
  list(): Promise<z.input<typeof listAnswer>>
  open(messageId: string): Promise<z.input<typeof openAnswer>>
  handle(messageId: string, isHandled: boolean): Promise<void>
  erase(messageId: string): Promise<void>
  readonly routes: readonly Route[]
}

function problemsOf(written: Written, error: z.ZodError<z.output<typeof form>>): Problems {
  const problems: { -readonly [Field in keyof Problems]: Problems[Field] } = {}
  for (const { path } of error.issues)
    if (path[0] === 'message')
      problems.message =
        written.message.trim() === '' ? 'messageMissing' : written.message.length > 4_000 ? 'messageLong' : 'badText'
    else problems.reach = written.reach.trim().length > 200 ? 'reachLong' : 'badText'
  return problems
}

export function createContact(
  { database, clock, sealed, metrics }: Needs,
  { notices }: { notices: Pick<Notices, 'contactAddress'> },
): Contact {
  const sealer = sealed.table(data, 'message', ['text', 'reach'])
  const count = () => countWaiting(database.sql, clock.now())
  metrics.gauge('vartio_contact_messages_waiting', 'Messages to the controller that nobody has handled.', count)
  const contact: Omit<Contact, 'routes'> = {
    async page(language) {
      const isFull = (await count()) >= mostWaiting
      return renderForm({ language, ...(isFull ? { full: { address: await notices.contactAddress() } } : {}) })
    },
    sentPage: renderSent,
    async send(language, written) {
      const read = form.safeParse(written)
      if (!read.success)
        return { status: 400, page: renderForm({ language, written, problems: problemsOf(written, read.error) }) }
      const reach = read.data.reach.trim() === '' ? undefined : read.data.reach
      if (await receive(database, sealer, { text: read.data.message, reach, language }, clock.now()))
        return { canAnswer: reach !== undefined }
      return { status: 503, page: renderForm({ language, written, full: { address: await notices.contactAddress() } }) }
    },
    count,
    list: () => list(database, clock.now()),
    open: (messageId) => open(database, sealer, messageId, clock.now()),
    handle: (messageId, isHandled) => handle(database, messageId, isHandled, clock.now()),
    erase: (messageId) => erase(database, messageId),
  }
  return { ...contact, routes: routes(contact) }
}
