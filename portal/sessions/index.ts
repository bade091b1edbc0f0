import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Database, Sql } from '#server/database'
import type { Authorize } from '#server/http'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import type { sessionAnswer } from './api.ts'
import { createAuthorize } from './authorize.ts'
import { createIdentity, type Reach } from './identity.ts'
import { type Browser, createPurposes, type Purposes } from './purposes.ts'
import { readSession } from './read.ts'
import { routes } from './routes.ts'
import {
  endSession,
  endSessionsOf,
  findByPasskey,
  giveSession,
  type Session,
  sessionCookie,
  startSession,
} from './session.ts'
import { type Beginning, begin, finish, recordEverywhere } from './sign-in.ts'

export type { Browser, SignedIn } from './purposes.ts'
export { sessionCookie } from './session.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly urls: { readonly identity: URL; readonly portal: URL }
  readonly reach: Omit<Reach, 'issuer' | 'redirectUri'>
  readonly rights: Pick<Rights, 'add' | 'restrictedAmong'>
}

type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe' | 'managersOf' | 'findEnded'>
  readonly people: Pick<
    People,
    'recognise' | 'findBySubject' | 'enter' | 'membershipsOf' | 'rightsIn' | 'markSeen' | 'read' | 'roleNames'
  >
}

export type Sessions = {
  readonly authorize: Authorize
  readonly purposes: Pick<Purposes, 'add'>
  begin(beginning: Beginning, browser: Browser): Promise<string>
  finish(query: Readonly<Record<string, string>>, browser: Browser): Promise<string>
  /** `organizationId`: one that the person may look after. */
  read(personId: string, organizationId?: string, onlyIn?: string): Promise<z.input<typeof sessionAnswer>>
  signOut(browser: Browser): Promise<string>
  /** Identity's session has ended, so those that came of it end here. */
  endWithIdentity(ended: { subject: string; signedInAt: number }, by: By): Promise<void>
  /** Lets in whom an organisation's own provider has named: into that organisation alone. `tx` sees it. */
  admit(tx: Sql, came: { personId: string; organizationId: string }, browser: Browser): Promise<Session>
  /** Into the browser's cookie, once it is there for good. */
  give(session: Session, browser: Browser): void
  /** Whose passkey began the session of this browser. */
  byPasskey(browser: Pick<Browser, 'cookies'>): Promise<string | undefined>
  /** A session without a sign-in: for tests and benches, which have no browser. */
  start(tx: Sql, personId: string, signedInAt: Date): Promise<Session>
  readonly routes: readonly Route[]
}

export function createSessions(
  { database, clock, log, urls, reach, rights }: Needs,
  { audit, organizations, people }: Uses,
): Sessions {
  const purposes = createPurposes()
  const identity = createIdentity({
    ...reach,
    issuer: urls.identity,
    redirectUri: new URL('/sign-in/callback', urls.portal),
  })
  // What is only stored is not used to sign anybody in (DSR-12).
  rights.add('sessions', {
    restricted: async (tx, { personId }) => {
      await endSessionsOf(tx, personId)
    },
  })
  const signIn = { database, clock, log, identity, purposes, audit, people, rights }
  const sessions: Omit<Sessions, 'routes'> = {
    authorize: createAuthorize({ database, clock, log }, { organizations, people }),
    purposes,
    begin: (beginning, browser) => begin(signIn, beginning, browser),
    finish: async (query, browser) => (await finish(signIn, query, browser)).next,
    read: (personId, organizationId, onlyIn) =>
      readSession({ database, urls, organizations, people }, personId, organizationId, onlyIn),
    async signOut(browser) {
      await database.transaction(async (tx) => {
        const ended = await endSession(tx, browser.cookies[sessionCookie])
        if (!ended) return
        await people.enter(tx, ended.personId)
        const from = { ip: browser.ip, userAgent: browser.userAgent }
        const by = { actor: { kind: 'person', id: ended.personId }, from } as const
        await recordEverywhere({ audit, people }, tx, 'sessions.signed_out', ended.sessionId, by)
      })
      browser.clearCookie(sessionCookie)
      const here = new URL('/signed-out', urls.portal)
      try {
        return await identity.signOutUrl(here)
      } catch (error) {
        // Here the person is signed out already; identity's own session then ends by itself.
        log.warn('identity could not be asked to end its session', { area: 'sessions', error })
        return here.href
      }
    },
    endWithIdentity: ({ subject, signedInAt }, by) =>
      database.transaction(async (tx) => {
        const personId = await people.findBySubject(tx, subject)
        if (personId === undefined) return
        const ended = await endSessionsOf(tx, personId, new Date(signedInAt * 1_000))
        await people.enter(tx, personId)
        for (const sessionId of ended)
          await recordEverywhere({ audit, people }, tx, 'sessions.signed_out', sessionId, by)
      }),
    async admit(tx, { personId, organizationId }, browser) {
      await endSession(tx, browser.cookies[sessionCookie])
      const session = await startSession(tx, clock.now(), personId, clock.now(), organizationId)
      const from = { ip: browser.ip, userAgent: browser.userAgent }
      const target = { kind: 'session', id: session.sessionId } as const
      const details = { by: 'company' }
      const actor = { kind: 'person', id: personId } as const
      await audit.record(tx, { organizationId, action: 'sessions.signed_in', target, details, actor, from })
      return session
    },
    give: (session, browser) => giveSession(browser, session, clock.now()),
    byPasskey: (browser) => findByPasskey(database.sql, browser.cookies[sessionCookie], clock.now()),
    start: (tx, personId, signedInAt) => startSession(tx, clock.now(), personId, signedInAt),
  }
  return { ...sessions, routes: routes(sessions) }
}
