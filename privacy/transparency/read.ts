import { writeLogProof } from '#base/log-proof'
import { inclusionRanges } from '#base/merkle'
import type { Database } from '#server/database'
import { entryNotFound, noCheckpoint, tileNotFound } from './errors.ts'
import { readHead } from './sequence.ts'
import { hashRange, readHashes } from './stored-tree.ts'
import { readTilePath, widthIn, writeBundle } from './tile-paths.ts'

export async function readCheckpointNow({ sql }: Database) {
  const head = await readHead(sql)
  if (!head) throw noCheckpoint()
  return head
}

export async function readNewestEpochs({ sql }: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<
    { store_id: string; epoch: number }[]
  >`select store_id, epoch from transparency.newest_epochs()`
  return new Map(rows.map(({ store_id, epoch }) => [store_id, epoch]))
}

/** A tile of hashes, or a bundle of entries. Only what a signed head covers is served. */
export async function readTile({ sql }: Database, path: string): Promise<{ kind: 'hashes' | 'entries'; body: Buffer }> {
  const tile = readTilePath(path)
  const head = tile && (await readHead(sql))
  if (!tile || !head || tile.width > widthIn(head.size, tile.level, tile.index)) throw tileNotFound()
  const { level, index, width } = tile
  const from = index * 256
  if (level !== undefined) return { kind: 'hashes', body: Buffer.concat(await readHashes(sql, level, from, width)) }
  const rows = await sql<{ entry: Buffer }[]>`
    select entry from transparency.entry where entry_index >= ${from} and entry_index < ${from + width} order by entry_index`
  if (rows.length !== width) throw tileNotFound()
  return { kind: 'entries', body: writeBundle(rows.map(({ entry }) => entry)) }
}

/** The receipt of an entry, against the newest head: the same entry has others later, and each of them holds. */
export async function writeReceipt(database: Database, entryId: string): Promise<string> {
  const { sql } = database
  const [row] = await sql<{ entry_index: string; entry: Buffer }[]>`
    select entry_index::text, entry from transparency.entry where entry_id = ${entryId}`
  if (!row) throw entryNotFound()
  const { size, signed } = await readCheckpointNow(database)
  const index = Number(row.entry_index)
  const path: Buffer[] = []
  for (const range of inclusionRanges(index, size)) path.push(await hashRange(sql, range))
  return writeLogProof({ extra: row.entry, index, path, checkpoint: signed })
}

/** Ids of the newest entries, for the page. */
export async function listNewest({ sql }: Database, most: number) {
  const rows = await sql<{ entry_index: string; entry_id: string; entry: Buffer }[]>`
    select e.entry_index::text, entry_id, entry from transparency.entry e order by e.entry_index desc limit ${most}`
  return rows.map((row) => ({
    index: Number(row.entry_index),
    entryId: row.entry_id,
    entry: JSON.parse(row.entry.toString('utf8')) as unknown,
  }))
}
