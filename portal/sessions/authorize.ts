import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import { hashTokenHex } from '#base/ids'
import type { Log } from '#base/log'
import { type Organizations, organizationNotFound, outsourcingEnded } from '#portal/organizations'
import {
  type Held,
  type People,
  type Permission,
  permissionsOf,
  type RightsFound,
  readRights,
  type Through,
} from '#portal/people'
import type { Database } from '#server/database'
import { isFreshEnough } from '#server/fresh'
import type { Authorize } from '#server/http'
import { within } from '#server/purpose'
import type { Caller, Route } from '#server/routes'
import { notAllowed, notSignedIn, passkeyWanted } from './errors.ts'
import { sessionCookie } from './session.ts'

type Waiting = {
  readonly hash: string
  readonly organizationId: string | null
  session?: {
    readonly sessionId: string
    readonly personId: string
    readonly signedInAt: Date
    readonly isSeen: boolean
    /** The one organisation that it opens; no passkey was used. */
    readonly onlyIn: string | undefined
  }
  /** In the organisation itself; in those that look after it. */
  own?: readonly Held[]
  through?: Through[]
  resolve(): void
  reject(error: unknown): void
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const tokenShape = /^[A-Za-z0-9_-]{43}$/
const minute = 60_000
/** A clock that was set back must not make a session longer. */
const clockSkewMilliseconds = 5 * minute
/** Questions in one statement. While it is under way, the next ones gather: two at once would cost more and answer nobody sooner. */
const mostQuestions = 200

/**
 * Who asks and what they may, in one round trip, by what the database says now: nothing is kept from one request to the next. Requests
 * that arrive while a statement is under way share the next one.
 */
export function createAuthorize(
  { database, clock, log }: { database: Database; clock: Clock; log: Log },
  {
    organizations,
    people,
  }: {
    organizations: Pick<Organizations, 'findEnded'>
    people: Pick<People, 'rightsIn' | 'markSeen' | 'membershipsOf'>
  },
): Authorize {
  const { sql } = database
  let gathered: Waiting[] = []
  let isUnderWay = false

  const plan = () => {
    if (isUnderWay || gathered.length === 0) return
    isUnderWay = true
    // What else arrived at this moment comes along.
    setImmediate(() => {
      const now = gathered.slice(0, mostQuestions)
      gathered = gathered.slice(mostQuestions)
      void answer(now).finally(() => {
        isUnderWay = false
        plan()
      })
    })
  }

  const answer = (questions: readonly Waiting[]) => within('access', () => lookUp(questions))

  const lookUp = async (questions: readonly Waiting[]): Promise<void> => {
    try {
      const now = clock.now()
      const hashes = Buffer.from(questions.map(({ hash }) => hash).join(''), 'hex')
      const organizationIds = `{${questions.map(({ organizationId }) => organizationId ?? 'null').join(',')}}`
      // Each is a look-up by key: without `offset 0` the planner, which cannot know how many there are, may read every living session.
      // Answered as one text for the reason that `rightsIn` gives.
      const [found] = await sql<[RightsFound & { sessions: string | null }]>`
        with asked as materialized (
          select q.n, s.session_id, s.person_id, s.signed_in_at, s.last_seen_at, s.only_in
          from unnest(${organizationIds}::uuid[]) with ordinality as q (organization_id, n)
          left join lateral (
            select t.session_id, t.person_id, t.signed_in_at, t.last_seen_at, t.ends_at, t.only_in
            from sessions.session t
            where t.token_hash = pg_catalog.substring(${hashes}::bytea, q.n::int * 32 - 31, 32) offset 0) s
            on s.ends_at > ${now} and s.signed_in_at <= ${new Date(now.getTime() + clockSkewMilliseconds)}),
        who as materialized (select pg_catalog.array_agg(person_id order by n) as persons from asked)
        select (
          select pg_catalog.string_agg(n || ' ' || session_id || ' ' || person_id || ' ' || extract(epoch from signed_in_at)
            || ' ' || (last_seen_at > ${new Date(now.getTime() - minute)}) || ' ' || coalesce(only_in::text, ''), ',')
          from asked where session_id is not null) as sessions,
          ${people.rightsIn(sql, sql`(select persons from who)` as never, sql`${organizationIds}::uuid[]` as never)}`
      for (const line of found.sessions?.split(',') ?? []) {
        const [n, sessionId = '', personId = '', seconds, isSeen, onlyIn] = line.split(' ')
        const signedInAt = new Date(Math.round(Number(seconds) * 1_000))
        questions[Number(n) - 1]!.session = {
          sessionId,
          personId,
          signedInAt,
          isSeen: isSeen === 'true',
          onlyIn: onlyIn || undefined,
        }
      }
      readRights(found, {
        own(n, roles) {
          questions[n - 1]!.own = roles
        },
        through(n, one) {
          const question = questions[n - 1]!
          question.through = [...(question.through ?? []), one]
        },
      })
      for (const { resolve } of questions) resolve()
    } catch (error) {
      for (const { reject } of questions) reject(error)
    }
  }

  /** At most once a minute, and never in the way of the request. */
  const markSeen = (sessionId: string, personId: string, memberIn: string | null) => {
    const now = clock.now()
    const marking = async () => {
      const marked = await sql`
        update sessions.session set last_seen_at = ${now}
        where session_id = ${sessionId} and last_seen_at <= ${new Date(now.getTime() - minute)}`
      if (marked.count > 0 && memberIn) await people.markSeen([{ organizationId: memberIn, personId }])
    }
    marking().catch((error: unknown) =>
      log.warn('when a person was last seen was not written', { area: 'sessions', error }),
    )
  }

  const decide = (route: Route, { session, own, through, organizationId }: Waiting): Caller => {
    const { permission } = route
    if (!session) throw notSignedIn()
    const { sessionId, personId, signedInAt, isSeen, onlyIn } = session
    // What a company's provider says of somebody opens that company, and neither what is the person's own nor what wants a passkey.
    const isBeyond = permission === 'signed-in' ? !route.isOfEverySession : organizationId !== onlyIn || route.fresh
    if (onlyIn !== undefined && isBeyond) throw passkeyWanted()
    const roles = own ?? []
    const permissions = permissionsOf(roles, through)
    if (permission !== 'signed-in') {
      // Whether an organisation exists is nobody's business who has nothing to do with it.
      if (permissions.size === 0) throw organizationNotFound()
      if (!permissions.has(permission as Permission)) throw notAllowed()
    }
    if (!isSeen) markSeen(sessionId, personId, own ? organizationId : null)
    return { kind: 'person', personId, sessionId, signedInAt, roles, permissions, ...(onlyIn ? { onlyIn } : {}) }
  }

  /** Whoever looked after it knows that it is there, and is told that this ended; nobody else hears more than that there is no such organisation. */
  const refuse = async (error: unknown, { session, organizationId }: Waiting): Promise<never> => {
    const isUnknown = error instanceof AppError && error.code === organizationNotFound().code
    if (isUnknown && session && organizationId) {
      const ended = await within('access', () =>
        database.forPerson(session.personId, async (tx) => {
          const memberships = await people.membershipsOf(tx)
          const ids = memberships.map((one) => one.organizationId)
          return organizations.findEnded(tx, organizationId, ids)
        }),
      )
      if (ended) throw outsourcingEnded()
    }
    throw error
  }

  return async (route: Route, request): Promise<Caller> => {
    const { permission } = route
    if (permission === 'anyone') return { kind: 'nobody' }
    const token = request.cookies[sessionCookie]
    if (!token || !tokenShape.test(token)) throw notSignedIn()
    const named = request.params.organizationId
    const organizationId = permission !== 'signed-in' && named !== undefined && uuid.test(named) ? named : null
    return new Promise<Caller>((resolve, reject) => {
      const question: Waiting = {
        hash: hashTokenHex(token),
        organizationId,
        resolve() {
          try {
            const caller = decide(route, question)
            if (!isFreshEnough(route, caller, clock.now())) throw passkeyWanted()
            resolve(caller)
          } catch (error) {
            refuse(error, question).catch(reject)
          }
        },
        reject,
      }
      gathered.push(question)
      plan()
    })
  }
}
