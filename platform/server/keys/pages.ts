import type { KeyObject } from 'node:crypto'
import { keyBytes, keyObject } from './sealing.ts'

// A page holds the keys of some two hundred owners, sorted by owner: 16 bytes of owner, 32 of key. It stays bytes until a key is asked for:
// a hundred thousand KeyObjects that nobody uses would cost 63 MB and half a second.

export const ownerBytes = 16
const entryBytes = ownerBytes + keyBytes

/** A page with more owners than this is cut; what comes of it, and every page an epoch writes, holds about half as many. */
export const mostOwners = 400
export const usualOwners = 200

export function ownerOf(id: string): Buffer {
  const hex = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24)
  const bytes = Buffer.from(hex, 'hex')
  // Never the id itself in the message: it may be a person's.
  if (bytes.length !== ownerBytes || id.length !== 36) throw new Error('an owner or scope of the key store is a uuid')
  return bytes
}

export function countOwners(page: Buffer): number {
  return page.length / entryBytes
}

export function ownerAt(page: Buffer, place: number): string {
  const hex = page.toString('hex', place * entryBytes, place * entryBytes + ownerBytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Where the owner stands, or where it would (as -1 - place). */
function search(page: Buffer, owner: Buffer): number {
  let low = 0
  let high = countOwners(page) - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = middle * entryBytes
    const order = page.compare(owner, 0, ownerBytes, at, at + ownerBytes)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1 - low
}

export function readKey(page: Buffer, owner: Buffer): KeyObject | undefined {
  const place = search(page, owner)
  if (place < 0) return undefined
  const at = place * entryBytes + ownerBytes
  return keyObject(page.subarray(at, at + keyBytes))
}

export function hasOwner(page: Buffer, owner: Buffer): boolean {
  return search(page, owner) >= 0
}

/** A page with these as well; the ones it has already stay as they are. `keys`: one behind the other, as many as there are owners. */
export function addOwners(page: Buffer, added: readonly Buffer[], keys: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(page.length + added.length * entryBytes)
  const sorted = [...added].sort((a, b) => a.compare(b))
  let [from, to] = [0, 0]
  for (const [place, owner] of sorted.entries()) {
    // Numbers begin with their time, so new ones mostly come behind all others.
    const before = (-1 - search(page, owner)) * entryBytes
    to += page.copy(whole, to, from, before)
    to += owner.copy(whole, to)
    to += keys.copy(whole, to, place * keyBytes, (place + 1) * keyBytes)
    from = before
  }
  page.copy(whole, to, from)
  return whole
}

export function removeOwners(page: Buffer, owners: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entriesOf(page).filter((entry) => !owners.some((owner) => owner.equals(entry.subarray(0, ownerBytes)))),
  )
}

function entriesOf(page: Buffer): Buffer[] {
  return Array.from({ length: countOwners(page) }, (_, index) =>
    page.subarray(index * entryBytes, (index + 1) * entryBytes),
  )
}

/** As few pages of about the usual size as hold all of it, in order. One that is small enough stays whole. */
export function cutPages(page: Buffer, most = mostOwners): Buffer[] {
  const owners = countOwners(page)
  if (owners <= most) return [page]
  const pages = Math.ceil(owners / usualOwners)
  return Array.from({ length: pages }, (_, index) => {
    const from = Math.round((index * owners) / pages)
    const to = Math.round(((index + 1) * owners) / pages)
    return page.subarray(from * entryBytes, to * entryBytes)
  })
}

/** The first owner of a page that is not empty. */
export function firstOwner(page: Buffer): Buffer {
  return page.subarray(0, ownerBytes)
}
