import { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Log } from '#base/log'
import type { Keys } from '#identity/keys'
import type { Services } from '#identity/services'
import type { Database, Sql } from '#server/database'
import { isHeldId } from './held-adapter.ts'

/** Where a service knows a person again, also whom it knows them as: looked up while they are known here. */
const content = z.object({ sid: z.string(), subject: z.string().optional() })

/** Of the library, and not in its types. */
export type LogoutClient = { backchannelLogout(personId: string | undefined, sid: string): Promise<void> }

/** What a service that was away for longer has to ask for itself: its own session ends eight hours after it began. */
const keepMilliseconds = 86_400_000
const firstPauseMilliseconds = 60_000
const longestPauseMilliseconds = 3_600_000
const atOnce = 200
const sealFor = 'oidc telling'

/**
 * Tells services of others that somebody signed out (OpenID Connect Back-Channel Logout 1.0), until they have heard it. What is to be told is a row of
 * the transaction that ended the session; it is told at once, and what was not heard again and again by a job.
 */
export function createTelling({
  database,
  clock,
  log,
  keys,
  services,
  send,
}: {
  database: Database
  clock: Clock
  log: Log
  keys: Keys
  services: Pick<Services, 'find' | 'findSubject'>
  /** Resolves when the service has said that it heard. */
  send: (clientId: string, told: { readonly sid: string; readonly subject: string | undefined }) => Promise<void>
}) {
  const { sql } = database

  /** Whoever takes a row moves its next attempt, so that no two tell at once. */
  async function tell(tellingId: string, isDue: boolean): Promise<void> {
    const now = clock.now()
    const [row] = await sql<{ client_id: string; sealed: Buffer; attempts: number }[]>`
      update oidc.telling set attempts = attempts + 1, next_attempt_at = ${now}::timestamptz
        + least(${firstPauseMilliseconds} * 2 ^ least(attempts, 20), ${longestPauseMilliseconds}) * interval '1 millisecond'
      where telling_id = ${tellingId} and expires_at > ${now} and (not ${isDue} or next_attempt_at <= ${now})
      returning client_id, sealed, attempts`
    if (!row) return
    const { sid, subject } = content.parse(keys.open(sealFor, tellingId, row.sealed))
    try {
      // Without a running contract nothing is sent anywhere (ID-59, ID-61).
      const contract = (await services.find(row.client_id))?.contract
      if (contract?.protocol.backChannelLogout) await send(row.client_id, { sid, subject })
    } catch (error) {
      log.warn('a service was not told of a sign-out and is told again', {
        area: 'oidc',
        attempt: row.attempts,
        error,
      })
      return
    }
    await sql`delete from oidc.telling where telling_id = ${tellingId}`
  }

  return {
    /** In the transaction that ends it: what there is to tell. Undefined: this service wants to be told nothing. */
    async keep(tx: Sql, clientId: string, personId: string, sid: string): Promise<string | undefined> {
      const contract = (await services.find(clientId))?.contract
      if (!contract?.protocol.backChannelLogout) return undefined
      // Looked up, not made: somebody who is being forgotten must not be known here again.
      const isKnown = contract.subject === 'pairwise' && !isHeldId(personId)
      const subject = isKnown ? await services.findSubject(clientId, personId) : undefined
      const now = clock.now().getTime()
      const tellingId = newId(now)
      const sealed = keys.seal(sealFor, tellingId, { sid, subject })
      await tx`
        insert into oidc.telling (telling_id, client_id, sealed, next_attempt_at, expires_at)
        values (${tellingId}, ${clientId}, ${sealed}, ${new Date(now + firstPauseMilliseconds)}, ${new Date(now + keepMilliseconds)})`
      return tellingId
    },

    /** Once the transaction has committed. What is not heard now the job tells. */
    async now(tellingIds: readonly string[]): Promise<void> {
      await Promise.all(
        tellingIds.map((tellingId) =>
          tell(tellingId, false).catch((error: unknown) =>
            log.warn('a service is told of a sign-out later', { area: 'oidc', error }),
          ),
        ),
      )
    },

    /** What is due, once. */
    async round(): Promise<void> {
      const due = await sql<{ telling_id: string }[]>`
        select telling_id from oidc.telling where next_attempt_at <= ${clock.now()} order by next_attempt_at limit ${atOnce}`
      await Promise.all(due.map(({ telling_id }) => tell(telling_id, true)))
    },
  }
}

export type Telling = ReturnType<typeof createTelling>
