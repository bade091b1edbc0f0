import type { Clock } from '#base/clock'
import { hashTokenHex } from '#base/ids'
import type { Log } from '#base/log'
import { organizationNotFound } from '#portal/organizations'
import { type People, type Permission, permissionsOf, type Rights } from '#portal/people'
import type { Database } from '#server/database'
import type { Authorize } from '#server/http'
import type { Caller, Route } from '#server/routes'
import { notAllowed, notSignedIn } from './errors.ts'
import { sessionCookie } from './session.ts'

type Question = { readonly hash: string; readonly organizationId: string | null }

type Answer = Rights & {
  readonly session_id: string
  readonly person_id: string
  readonly signed_in_at: Date
  readonly last_seen_at: Date
}

type Waiting = Question & { resolve(answer: Answer | undefined): void; reject(error: unknown): void }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const tokenShape = /^[A-Za-z0-9_-]{43}$/
const minute = 60_000
/** A clock that was set back must not make a session longer. */
const clockSkewMilliseconds = 5 * minute
/** Questions in one statement, and statements under way: while these are out, the next ones gather. */
const mostQuestions = 200
const mostStatements = 2

/**
 * Who asks and what they may, in one round trip, by what the database says now: nothing is kept from one request to the next. Requests
 * that arrive while a statement is under way share the next one.
 */
export function createAuthorize(
  { database, clock, log }: { database: Database; clock: Clock; log: Log },
  { people }: { people: Pick<People, 'rightsIn' | 'markSeen'> },
): Authorize {
  const { sql } = database
  let gathered: Waiting[] = []
  let isPlanned = false
  let underWay = 0

  const plan = () => {
    if (isPlanned || underWay >= mostStatements || gathered.length === 0) return
    isPlanned = true
    setImmediate(() => {
      isPlanned = false
      const now = gathered.slice(0, mostQuestions)
      gathered = gathered.slice(mostQuestions)
      underWay += 1
      void answer(now).finally(() => {
        underWay -= 1
        plan()
      })
      plan()
    })
  }

  const answer = async (questions: readonly Waiting[]): Promise<void> => {
    try {
      const now = clock.now()
      const rows = await sql<(Answer & { n: number })[]>`
        select q.n::int as n, s.session_id, s.person_id, s.signed_in_at, s.last_seen_at, r.own, r.through
        from unnest(${questions.map(({ hash }) => hash)}::text[], ${questions.map(({ organizationId }) => organizationId)}::uuid[])
          with ordinality as q (hash, organization_id, n)
        join sessions.session s on s.token_hash = pg_catalog.decode(q.hash, 'hex')
        left join lateral (${people.rightsIn(sql, sql`s.person_id` as never, sql`q.organization_id` as never)}) r
          on q.organization_id is not null
        where s.ends_at > ${now} and s.signed_in_at <= ${new Date(now.getTime() + clockSkewMilliseconds)}`
      const found = new Map(rows.map((row) => [row.n, row]))
      questions.forEach(({ resolve }, index) => {
        resolve(found.get(index + 1))
      })
    } catch (error) {
      for (const { reject } of questions) reject(error)
    }
  }

  const ask = (question: Question) =>
    new Promise<Answer | undefined>((resolve, reject) => {
      gathered.push({ ...question, resolve, reject })
      plan()
    })

  /** At most once a minute, and never in the way of the request. */
  const markSeen = (seen: Answer, organizationId: string | null) => {
    const now = clock.now()
    if (now.getTime() - seen.last_seen_at.getTime() < minute) return
    const marking = async () => {
      const marked = await sql`
        update sessions.session set last_seen_at = ${now}
        where session_id = ${seen.session_id} and last_seen_at <= ${new Date(now.getTime() - minute)}`
      if (marked.count > 0 && organizationId && seen.own)
        await people.markSeen([{ organizationId, personId: seen.person_id }])
    }
    marking().catch((error: unknown) =>
      log.warn('when a person was last seen was not written', { area: 'sessions', error }),
    )
  }

  return async (route: Route, request): Promise<Caller> => {
    if (route.permission === 'anyone') return { kind: 'nobody' }
    const token = request.cookies[sessionCookie]
    if (!token || !tokenShape.test(token)) throw notSignedIn()
    const isOwn = route.permission === 'signed-in'
    const named = request.params.organizationId
    const organizationId = !isOwn && named !== undefined && uuid.test(named) ? named : null
    const answer = await ask({ hash: hashTokenHex(token), organizationId })
    if (!answer) throw notSignedIn()
    const roles = answer.own ?? []
    const permissions = permissionsOf(roles, answer.through ?? [])
    if (!isOwn) {
      // Whether an organisation exists is nobody's business who has nothing to do with it.
      if (permissions.size === 0) throw organizationNotFound()
      if (!permissions.has(route.permission as Permission)) throw notAllowed()
    }
    markSeen(answer, organizationId)
    return {
      kind: 'person',
      personId: answer.person_id,
      sessionId: answer.session_id,
      signedInAt: answer.signed_in_at,
      roles,
      permissions,
    }
  }
}
