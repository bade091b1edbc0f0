import { createHash } from 'node:crypto'
import { type Checkpoint, openCheckpoint, writeCheckpoint } from '#base/checkpoint'
import type { Clock } from '#base/clock'
import { equalBytes, newId } from '#base/ids'
import { leafHash } from '#base/merkle'
import { signNote } from '#base/signed-note'
import type { Database, Sql } from '#server/database'
import type { LogEntry } from './api.ts'
import { append } from './append.ts'
import { treeDamaged } from './errors.ts'
import type { LogKey } from './key.ts'
import { join, readHashes, readTree, tileWidth } from './stored-tree.ts'

/** So many in one transaction: a queue that has grown long is worked off in steps that other programs need not wait for. */
const mostAtOnce = 1_000

export type Head = {
  readonly size: number
  readonly root: Buffer
  readonly keyId: string
  readonly signed: string
  readonly signedAt: Date
}

export async function readHead(sql: Sql): Promise<Head | undefined> {
  const [row] = await sql<{ size: string; root: Buffer; key_id: string; signed: string; signed_at: Date }[]>`
    select c.size::text, root, key_id, signed, signed_at from transparency.checkpoint c order by c.size desc limit 1`
  return (
    row && { size: Number(row.size), root: row.root, keyId: row.key_id, signed: row.signed, signedAt: row.signed_at }
  )
}

type Needs = { readonly database: Database; readonly clock: Clock; readonly key: LogKey }

/**
 * Gives waiting entries their places and signs the new head, all in one transaction: a crash anywhere leaves either the old log with
 * everything waiting, or the new one. Answers whether more wait.
 */
export function sequence(needs: Needs): Promise<boolean> {
  return needs.database.transaction(async (tx) => {
    await becomeWriter(tx)
    return sequenceIn(tx, needs)
  })
}

/** One writer at a time, whatever runs how often; what a statement after this one reads is what the writer before has left. */
async function becomeWriter(tx: Sql): Promise<void> {
  await tx`select pg_catalog.pg_advisory_xact_lock(4714)`
}

async function sequenceIn(tx: Sql, { clock, key }: Needs): Promise<boolean> {
  const head = await readHead(tx)
  const size = head?.size ?? 0
  const tree = await readTree(tx, size)
  // The database is not believed: a tree that somebody has changed would be signed as if it were ours.
  if (head && !isWhatWasSigned(head, tree.root(), key)) throw treeDamaged()
  const waiting = await tx<{ entry_id: string; entry: Buffer }[]>`
      select entry_id, entry from transparency.waiting order by place limit ${mostAtOnce}`
  if (waiting.length === 0 && head) return false
  const ids = waiting.map(({ entry_id }) => entry_id)
  const known = await tx<
    { entry_id: string }[]
  >`select entry_id from transparency.entry where entry_id = any(${ids}::uuid[])`
  const isKnown = new Set(known.map(({ entry_id }) => entry_id))
  const fresh = waiting.filter(({ entry_id }) => !isKnown.has(entry_id))
  for (const [at, { entry_id, entry }] of fresh.entries()) {
    const leaf = leafHash(entry)
    await tx`insert into transparency.entry (entry_index, entry_id, entry) values (${size + at}, ${entry_id}, ${entry})`
    await tx`insert into transparency.subtree (level, position, hash) values (0, ${size + at}, ${leaf})`
    tree.add(leaf)
    await closeTiles(tx, size + at + 1)
  }
  await tx`delete from transparency.waiting where entry_id = any(${ids}::uuid[])`
  if (fresh.length > 0 || !head)
    await signHead(tx, { origin: key.name, size: tree.size, root: tree.root() }, key, clock)
  return waiting.length === mostAtOnce
}

export function isWhatWasSigned(head: Head, root: Buffer, key: LogKey): boolean {
  if (!equalBytes(head.root, root)) return false
  // Signed under a key from before a restore: that key is gone, and with it what it could tell us.
  if (head.keyId !== key.id) return true
  const signed = openCheckpoint(head.signed, key)
  return signed.size === head.size && equalBytes(signed.root, root)
}

/** A tile that has become full is one hash of the level above. */
async function closeTiles(tx: Sql, size: number): Promise<void> {
  for (let level = 0, count = size; count % tileWidth === 0; level += 1) {
    const hash = join(await readHashes(tx, level, count - tileWidth, tileWidth))
    count /= tileWidth
    await tx`insert into transparency.subtree (level, position, hash) values (${level + 1}, ${count - 1}, ${hash})`
  }
}

async function signHead(tx: Sql, head: Checkpoint, key: LogKey, clock: Clock): Promise<void> {
  const signed = signNote(writeCheckpoint(head), key.name, key.privateKey)
  await tx`
    insert into transparency.checkpoint (size, root, key_id, signed, signed_at)
    values (${head.size}, ${head.root}, ${key.id}, ${signed}, ${clock.now()})`
}

/** Before the program listens. A key that has signed nothing yet on a log with a past comes after a restore: the log says so itself. */
export async function begin(needs: Needs): Promise<void> {
  const { database, clock, key } = needs
  await database.transaction(async (tx) => {
    await becomeWriter(tx)
    const head = await readHead(tx)
    if (head?.keyId === key.id) return
    if (head) await append(tx, { entryId: newId(), entry: continued(head, clock) })
    await sequenceIn(tx, needs)
  })
}

function continued(head: Head, clock: Clock): LogEntry {
  return {
    kind: 'log-continued',
    size: head.size,
    root: head.root.toString('hex'),
    checkpoint: createHash('sha256').update(head.signed).digest('hex'),
    at: `${clock.now().toISOString().slice(0, 19)}Z`,
  }
}
