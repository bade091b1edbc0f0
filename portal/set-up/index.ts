import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { By } from '#portal/organizations'
import type { Browser, Sessions } from '#portal/sessions'
import type { Database, Sql } from '#server/database'
import type { Purpose } from '#server/purpose'
import type { Route } from '#server/routes'
import type { setUpBegin, setUpState } from './api.ts'
import { routes } from './routes.ts'
import { begin, finish, forgetDrafts, identify, prepare, readState, type Uses } from './set-up.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly folder: string
  readonly jobs: { define(name: string, options: { purpose: Purpose; cron: string }, run: () => Promise<void>): void }
}

export type SetUp = {
  begin(asked: z.output<typeof setUpBegin>, browser: Browser): Promise<void>
  state(browser: Pick<Browser, 'cookies'>): Promise<z.input<typeof setUpState>>
  finish(name: string, personId: string, by: By, browser: Browser): Promise<string>
  /** In the transaction that makes the session: the draft of this browser is now this person's. */
  identify(tx: Sql, personId: string, browser: Pick<Browser, 'cookies'>): Promise<string>
  /** Every hour: drafts that nobody finished within a day. */
  forgetDrafts(): Promise<void>
  readonly routes: readonly Route[]
}

export function createSetUp(
  { database, clock, folder, jobs }: Needs,
  {
    audit,
    organizations,
    people,
    sessions,
  }: Pick<Uses, 'audit' | 'organizations' | 'people'> & { readonly sessions: Pick<Sessions, 'purposes'> },
): SetUp {
  const uses = { database, clock, folder, audit, organizations, people }
  sessions.purposes.add('set-up', {
    prepare: (browser) => prepare(uses, browser),
    complete: (tx, { personId }, browser) => identify(uses, tx, personId, browser),
  })
  jobs.define('set-up.forget-drafts', { purpose: 'upkeep', cron: '27 * * * *' }, () => forgetDrafts(uses))
  const setUp: Omit<SetUp, 'routes'> = {
    begin: (asked, browser) => begin(uses, asked, browser),
    state: (browser) => readState(uses, browser),
    identify: (tx, personId, browser) => identify(uses, tx, personId, browser),
    forgetDrafts: () => forgetDrafts(uses),
    finish: (name, personId, by, browser) => finish(uses, name, personId, by, browser),
  }
  return { ...setUp, routes: routes(setUp) }
}
