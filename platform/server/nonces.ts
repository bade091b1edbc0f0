import { hash } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Database } from './database.ts'
import { gather } from './gather.ts'

/** So often at most: few at a time, since others wait for it. */
const forgottenEachMilliseconds = 1_000
/** A clock that was set back must not let in what was taken before. */
const keptMilliseconds = 300_000

export type Nonces = {
  /** False: it was taken before. `expiresAt` is signed with it, so who sends it again sends the same. */
  take(nonce: string, expiresAt: Date): Promise<boolean>
}

/**
 * Which signed requests were taken. In the database: a restart must not open a replay; those that come together are written together, and durable before any
 * of them is carried out. The key begins with the time, so that what is written lies in one place, and 64 bits tell apart what ends in one second.
 */
export function createNonces({
  database,
  clock,
}: {
  readonly database: Pick<Database, 'sql'>
  readonly clock: Clock
}): Nonces {
  let forgottenAt = Number.NEGATIVE_INFINITY

  const forget = async () => {
    const now = clock.now().getTime()
    if (Math.abs(now - forgottenAt) < forgottenEachMilliseconds) return
    forgottenAt = now
    await database.sql`delete from calls.nonce where expires_at < ${new Date(now - keptMilliseconds)}`
  }

  const takeAll = gather<{ nonce: string; expiresAt: string }, boolean>(async (asked) => {
    const rows = await database.sql<{ nonce: string }[]>`
      insert into calls.nonce (expires_at, nonce)
      select t.expires_at, t.nonce
      from unnest(${asked.map(({ expiresAt }) => expiresAt)}::timestamptz[], ${asked.map(({ nonce }) => nonce)}::int8[]) as t (expires_at, nonce)
      on conflict do nothing returning nonce::text`
    await forget()
    // Of two at once that are the same, the first.
    const taken = new Set(rows.map(({ nonce }) => nonce))
    return asked.map(({ nonce }) => taken.delete(nonce))
  })

  return {
    take: (nonce, expiresAt) =>
      takeAll({
        nonce: String(hash('sha256', nonce, 'buffer').readBigInt64BE(0)),
        expiresAt: expiresAt.toISOString(),
      }),
  }
}
