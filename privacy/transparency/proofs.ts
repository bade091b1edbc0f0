import { AppError } from '#base/errors'
import type { Database, Sql } from '#server/database'
import type { ProofTable } from '#server/proofs'
import type { LogKey } from './key.ts'
import { type Head, isWhatWasSigned, readHead } from './sequence.ts'
import { readTree } from './stored-tree.ts'

/** Whether the log only grows and goes on growing. */
export function createProofs({ database, key }: { database: Database; key: LogKey }): ProofTable {
  let seen: { size: number; root: Buffer } = { size: 0, root: Buffer.alloc(0) }
  let lastPlace = -1

  return {
    'transparency.head': {
      clauses: ['DI-15'],
      limit: 0,
      unit: 'faults',
      async run() {
        const head = await database.transaction(async (tx) => {
          const found = await readHead(tx)
          return found && { ...found, isTree: await isTree(tx, found, key) }
        })
        if (!head) return 1
        // Smaller than it was, or another root for the same size: somebody has put an older database in its place.
        const isShorter =
          head.size < seen.size || (head.size === seen.size && seen.size > 0 && !head.root.equals(seen.root))
        if (!isShorter) seen = { size: head.size, root: head.root }
        return (head.isTree ? 0 : 1) + (isShorter ? 1 : 0)
      },
    },
    'transparency.waiting': {
      clauses: ['DI-15'],
      limit: 0,
      unit: 'entries',
      async run() {
        // What waited at the last look already: the writer has had minutes, and needs a second.
        const [row] = await database.sql<{ stuck: string; last: string | null }[]>`
          select count(*) filter (where place <= ${lastPlace})::text as stuck, max(place)::text as last from transparency.waiting`
        lastPlace = Math.max(lastPlace, Number(row?.last ?? -1))
        return Number(row?.stuck ?? 0)
      },
    },
  }
}

async function isTree(tx: Sql, head: Head, key: LogKey): Promise<boolean> {
  try {
    return isWhatWasSigned(head, (await readTree(tx, head.size)).root(), key)
  } catch (error) {
    // Hashes that are gone, or a signature that is not ours; a database that is away is something else.
    if (error instanceof AppError && error.status < 500) return false
    throw error
  }
}
