import { addMonths } from '#base/calendar'
import { AppError } from '#base/errors'
import { heldAnswer, lookAnswer, type RequestKind, type RequestLook } from '#privacy/requests/api'
import type { HeldData, OwnRequest, OwnRequests } from './api.ts'
import { followUrl, type Needs, openSealed, type Uses } from './ask.ts'
import { programAway } from './errors.ts'

const copyDays = 7
const day = 86_400_000

export const copyEndsAt = (finishedAt: Date): Date => new Date(finishedAt.getTime() + copyDays * day)

type Row = {
  request_id: string
  kind: RequestKind
  asked_at: Date
  sealed: Buffer | null
  finished_at: Date | null
  refusal: string | null
  downloads: Date[]
}

const isAway = (error: unknown) => error instanceof AppError && error.code === 'calls.unavailable'

/** What a person has asked, newest first. While the privacy office is away they see what is known here: that it is kept and waits. */
export async function listRequests(needs: Needs, uses: Uses, personId: string): Promise<OwnRequests> {
  const { database, calls, clock } = needs
  const rows = await database.sql<Row[]>`
    select request_id, kind, asked_at, sealed, finished_at, refusal, downloads from own_data.request
    where person_id = ${personId} order by asked_at desc limit 20`
  const looks = new Map<string, RequestLook>()
  let isPrivacyAway = false
  if (rows.length > 0)
    try {
      const requestIds = rows.map(({ request_id }) => request_id)
      const { requests } = await calls.call('privacy', '/calls/requests/look', { requestIds }, lookAnswer, {
        isIdempotent: true,
      })
      for (const request of requests) looks.set(request.requestId, request)
    } catch (error) {
      if (!isAway(error)) throw error
      isPrivacyAway = true
    }
  const since = await needs.rights.restrictedSince(database.sql, personId)
  return {
    requests: rows.map((row): OwnRequest => {
      const look = looks.get(row.request_id)
      // Told here before the privacy office has written it: what is known here is not behind.
      const finished = row.finished_at === null ? undefined : row.refusal === null ? 'complete' : 'refused'
      const until = row.kind === 'export' && finished === 'complete' ? copyEndsAt(row.finished_at!) : undefined
      const { token: sealedToken, extension } = row.sealed ? openSealed(uses, row.request_id, row.sealed) : {}
      const token = row.kind === 'forget' ? sealedToken : undefined
      return {
        requestId: row.request_id,
        kind: row.kind,
        state: finished ?? (isPrivacyAway ? 'waiting' : (look?.state ?? 'received')),
        askedAt: row.asked_at.toISOString(),
        dueAt: look?.dueAt ?? extension?.until ?? addMonths(row.asked_at, 1).toISOString(),
        finishedAt: row.finished_at?.toISOString() ?? null,
        extension: extension ?? null,
        refusal: row.refusal,
        done: look?.parts.filter(({ isDone }) => isDone).length ?? 0,
        of: look?.parts.length ?? 0,
        downloadUntil: until && until > clock.now() && row.sealed !== null ? until.toISOString() : null,
        downloads: row.downloads.map((at) => at.toISOString()),
        followUrl: token === undefined ? null : followUrl(needs, token),
      }
    }),
    restrictedSince: since?.toISOString() ?? null,
  }
}

export async function readHeld({ calls }: Needs, uses: Uses, personId: string): Promise<HeldData> {
  const portal = await uses.services.findSubject('portal', personId)
  const handles = { identity: personId, ...(portal === undefined ? {} : { portal }) }
  const { programs } = await calls.call('privacy', '/calls/requests/held', { handles }, heldAnswer, {
    isIdempotent: true,
    timeoutMilliseconds: 15_000,
  })
  return {
    programs: programs.map(({ program, held }) => ({ program, tables: held?.tables ?? null })),
    obstacles: programs.flatMap(({ held }) => held?.obstacles ?? []),
  }
}

/** The first thing that stands in the way; a program that is away cannot tell, so nothing irrevocable begins. */
export async function findObstacle(needs: Needs, uses: Uses, personId: string): Promise<string | undefined> {
  const { programs, obstacles } = await readHeld(needs, uses, personId)
  if (programs.some(({ tables }) => tables === null)) throw programAway()
  return obstacles[0]?.code
}
