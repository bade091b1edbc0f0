import { ownerBytes } from './pages.ts'
import { keyBytes } from './sealing.ts'

// What a scope's key opens: the scope's token key, and for each page where it begins, its number and its key. An erasure gives the one page
// it touches, and the scope, a new key; the other pages hold nobody who was erased and stay as they are.

export type Entry = {
  /** The page holds owners from here to where the next one begins. The first begins at zero. */
  readonly begins: Buffer
  readonly number: number
  readonly key: Buffer
}

export type Directory = {
  readonly tokenKey: Buffer
  /** Numbers are given once: an old page never answers for a new one. */
  readonly nextNumber: number
  /** Sorted by where they begin. */
  readonly entries: readonly Entry[]
}

const entryBytes = ownerBytes + 4 + keyBytes
const headBytes = keyBytes + 4

export function writeDirectory({ tokenKey, nextNumber, entries }: Directory): Buffer {
  const head = Buffer.alloc(headBytes)
  tokenKey.copy(head)
  head.writeUInt32BE(nextNumber, keyBytes)
  return Buffer.concat([
    head,
    ...entries.map(({ begins, number, key }) => {
      const place = Buffer.alloc(4)
      place.writeUInt32BE(number)
      return Buffer.concat([begins, place, key])
    }),
  ])
}

export function readDirectory(bytes: Buffer): Directory {
  const entries: Entry[] = []
  for (let at = headBytes; at < bytes.length; at += entryBytes)
    entries.push({
      begins: bytes.subarray(at, at + ownerBytes),
      number: bytes.readUInt32BE(at + ownerBytes),
      key: bytes.subarray(at + ownerBytes + 4, at + entryBytes),
    })
  return { tokenKey: bytes.subarray(0, keyBytes), nextNumber: bytes.readUInt32BE(keyBytes), entries }
}

/** The page that this owner belongs into. */
export function entryFor(entries: readonly Entry[], owner: Buffer): Entry {
  let low = 0
  let high = entries.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((entries[middle] as Entry).begins.compare(owner) <= 0) low = middle
    else high = middle - 1
  }
  return entries[low] as Entry
}
