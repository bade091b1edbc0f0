import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { By } from '#portal/organizations'
import type { Browser, Sessions } from '#portal/sessions'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type { setUpBegin, setUpState } from './api.ts'
import { data } from './data.ts'
import { routes } from './routes.ts'
import { begin, finish, identify, look, prepare, readState, type Uses } from './set-up.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly folder: string
  readonly sealed: Sealing
}

export type SetUp = {
  /** Throws what is wrong with the link, if anything is. */
  look(token: string): Promise<void>
  begin(asked: z.output<typeof setUpBegin>, browser: Browser): Promise<void>
  state(browser: Pick<Browser, 'cookies'>): Promise<z.input<typeof setUpState>>
  finish(name: string, personId: string, by: By, browser: Browser): Promise<string>
  /** In the transaction that makes the session: the draft of this browser is now this person's. */
  identify(tx: Sql, personId: string, browser: Pick<Browser, 'cookies'>): Promise<string>
  readonly routes: readonly Route[]
}

export function createSetUp(
  { database, clock, folder, sealed }: Needs,
  {
    audit,
    organizations,
    people,
    sessions,
  }: Pick<Uses, 'audit' | 'organizations' | 'people'> & { readonly sessions: Pick<Sessions, 'purposes'> },
): SetUp {
  const sealer = sealed.table(data, 'draft', ['controller'])
  const uses = { database, clock, folder, audit, organizations, people, sealer }
  sealed.carryOver.define(sealer, async ({ row, sealed: value }) => {
    await database.sql`update set_up.draft set sealed = ${value} where draft_id = ${String(row.draft_id)} and sealed = '\\x'`
  })
  sessions.purposes.add('set-up', {
    prepare: (browser) => prepare(uses, browser),
    complete: (tx, { personId }, browser) => identify(uses, tx, personId, browser),
  })
  const setUp: Omit<SetUp, 'routes'> = {
    look: (token) => look(uses, token),
    begin: (asked, browser) => begin(uses, asked, browser),
    state: (browser) => readState(uses, browser),
    identify: (tx, personId, browser) => identify(uses, tx, personId, browser),
    finish: (name, personId, by, browser) => finish(uses, name, personId, by, browser),
  }
  return { ...setUp, routes: routes(setUp) }
}
