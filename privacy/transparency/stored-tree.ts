import { createTree, type Range, splitOf, type Tree } from '#base/merkle'
import type { Sql } from '#server/database'
import { tileNotFound } from './errors.ts'

// The tree as it lies in the database: hashes of whole subtrees of 256^level entries, of which a tile is 256 in a row.

export const tileWidth = 256

export async function readHashes(sql: Sql, level: number, from: number, count: number): Promise<Buffer[]> {
  if (count === 0) return []
  const rows = await sql<{ hash: Buffer }[]>`
    select hash from transparency.subtree where level = ${level} and position >= ${from} and position < ${from + count}
    order by position`
  if (rows.length !== count) throw tileNotFound()
  return rows.map(({ hash }) => hash)
}

/** The tree of the first `size` entries, to be gone on with: at most 255 hashes of each level. */
export async function readTree(sql: Sql, size: number): Promise<Tree> {
  const wholes: { leaves: number; hash: Buffer }[] = []
  for (let level = levelsOf(size); level >= 0; level -= 1) {
    const leaves = tileWidth ** level
    const all = Math.floor(size / leaves)
    const width = all % tileWidth
    const hashes = await readHashes(sql, level, all - width, width)
    // Within a tile the whole subtrees are those of the bits of its width, the largest first.
    for (let at = 0, part = tileWidth / 2; part >= 1; part /= 2)
      if (width - at >= part) {
        wholes.push({ leaves: leaves * part, hash: join(hashes.slice(at, at + part)) })
        at += part
      }
  }
  return createTree(wholes)
}

function levelsOf(size: number): number {
  let level = 0
  while (tileWidth ** (level + 1) <= size) level += 1
  return level
}

export function join(hashes: readonly Uint8Array[]): Buffer {
  const tree = createTree()
  for (const hash of hashes) tree.add(hash)
  return tree.root()
}

/** The hash of the entries of a range, as the ranges of a proof are: cut at powers of two, aligned to them. */
export async function hashRange(sql: Sql, { start, end }: Range): Promise<Buffer> {
  const wholes: { leaves: number; hash: Buffer }[] = []
  for (let at = start; at < end; ) {
    const left = end - at
    const part = isPowerOfTwo(left) ? left : splitOf(left)
    let level = 0
    while (tileWidth ** (level + 1) <= part) level += 1
    const leaves = tileWidth ** level
    wholes.push({ leaves: part, hash: join(await readHashes(sql, level, at / leaves, part / leaves)) })
    at += part
  }
  return createTree(wholes).root()
}

function isPowerOfTwo(count: number): boolean {
  let power = 1
  while (power < count) power *= 2
  return power === count
}
