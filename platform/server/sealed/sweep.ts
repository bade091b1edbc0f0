import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Database } from '../database.ts'
import type { Description } from '../describe.ts'
import type { Keys } from '../keys/keys.ts'
import { within } from '../purpose.ts'
import type { Sealer } from './sealer.ts'

const ownersAtOnce = 5_000
/** A key is made just before its row is written; a day is far more than any transaction takes. */
const youngMilliseconds = 86_400_000
/** Looked at twice, so that a row written for an old owner in the very moment of the first look keeps its key. */
const betweenLooksMilliseconds = 3_600_000
const first = '00000000-0000-0000-0000-000000000000'

/** Numbers begin with their time (RFC 9562, version 7). One of another version says nothing, and a day (version 8) ends by itself. */
function madeAt(owner: string): number | undefined {
  return owner[14] === '7' ? Number.parseInt(owner.slice(0, 8) + owner.slice(9, 13), 16) : undefined
}

export type Sweep = {
  /** Erases keys for which no sealed table has a row, on this look and on one an hour ago or more. Answers how many. */
  run(): Promise<number>
}

/**
 * A key is durable before its row; when the row's transaction is undone the key is left, and seals nothing. `descriptions`: all of the program,
 * so that no table whose rows need their keys is forgotten.
 */
export function createSweep(options: {
  readonly database: Database
  readonly keys: Pick<Keys, 'listOwners' | 'erase'>
  readonly clock: Clock
  readonly log: Log
  readonly descriptions: readonly Description[]
  /** That areas have asked for. */
  readonly tables: ReadonlyMap<string, Sealer>
}): Sweep {
  const { database, keys, clock, log } = options
  const tables = options.descriptions.flatMap(({ schema, tables: own }) =>
    Object.entries(own).flatMap(([name, { owner, sealed }]) =>
      sealed && owner && owner.kind !== 'time'
        ? [
            {
              name: `${schema}.${name}`,
              owner: owner.column,
              scope: owner.kind === 'person' ? null : (owner.scope ?? null),
            },
          ]
        : [],
    ),
  )
  /** By owner, when it was first found without a row. */
  let suspects = new Map<string, number>()

  const absent = async (scope: string, owners: readonly string[]) => {
    const rows = await database.sql<{ owner: string }[]>`
      select owner from sealing.absent(${owners as string[]}::uuid[], ${scope}, ${tables.map(({ name }) => name)}::text[],
        ${tables.map(({ owner }) => owner)}::text[], ${tables.map((table) => table.scope)}::text[]) as owner`
    return rows.map(({ owner }) => owner)
  }

  return {
    run: () =>
      within('upkeep', async () => {
        const known = new Set(tables.map(({ name }) => name))
        const forgotten = [...options.tables.values()].find(
          ({ name, owner }) => owner.kind !== 'time' && !known.has(name),
        )
        if (forgotten)
          throw new Error(`${forgotten.name} is not among the descriptions: its keys would look like nobody’s`)
        const now = clock.now().getTime()
        const still = new Map<string, number>()
        let count = 0
        for (let next = await keys.listOwners(first); next; next = await keys.listOwners(next.scope)) {
          const { scope, owners } = next
          const old = owners.filter((owner) => now - (madeAt(owner) ?? now) > youngMilliseconds)
          const due: string[] = []
          for (let from = 0; from < old.length; from += ownersAtOnce)
            for (const owner of await absent(scope, old.slice(from, from + ownersAtOnce))) {
              const since = suspects.get(owner) ?? now
              if (now - since >= betweenLooksMilliseconds) due.push(owner)
              else still.set(owner, since)
            }
          if (due.length > 0) await keys.erase(scope, due)
          count += due.length
        }
        suspects = still
        if (count > 0) log.info('keys that nothing was sealed with were erased', { count })
        return count
      }),
  }
}
