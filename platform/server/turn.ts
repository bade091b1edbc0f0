import type Postgres from 'postgres'
import type { Database } from './database.ts'

export type Turn = {
  /** Asked before each piece of work. `taken`: since now, so whatever lies about is of another time. */
  take(): Promise<'taken' | 'ours' | 'of another'>
  leave(): Promise<void>
}

/**
 * Work that one process at a time does, of several over the same database: whoever holds an advisory lock, for as long as its connection lives. The lock says who begins; a
 * process that has lost its connection finds out before its next piece of work and not in the middle of one, so each piece must bear being done twice.
 */
export function createTurn({ sql }: Pick<Database, 'sql'>, number: number): Turn {
  let own: Postgres.ReservedSql | undefined
  const leave = async () => {
    const held = own
    own = undefined
    if (!held) return
    // The driver has taken a connection back that died; given back once more it would be handed out dead.
    await held`select pg_catalog.pg_advisory_unlock_all()`.then(
      () => held.release(),
      () => undefined,
    )
  }
  return {
    leave,
    async take() {
      const isNew = own === undefined
      own ??= await (sql as Postgres.Sql).reserve()
      try {
        // Once more each time, which counts up in a lock that we have, and tries again where the connection is another.
        const [row] = await own<{ has: boolean }[]>`select pg_catalog.pg_try_advisory_lock(${number}) as has`
        if (row?.has) return isNew ? 'taken' : 'ours'
      } catch (error) {
        await leave()
        throw error
      }
      await leave()
      return 'of another'
    },
  }
}
