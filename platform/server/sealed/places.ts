import { createHash } from 'node:crypto'
import { bucketOf, programScope } from '../keys/scopes.ts'

/** Where a sealed value belongs: under whose key in which scope, and in which row. It opens nowhere else. */
export type Place = { readonly scope: string; readonly owner: string; readonly id: string }

/** Of a person, in every program. `id`: the row, where it is not the person's own. */
export function ofPerson(personId: string, id: string = personId): Place {
  return { scope: bucketOf(personId), owner: personId, id }
}

export const dayMilliseconds = 86_400_000

/**
 * The owner of what a log or queue holds of one day (UTC): its key is erased when the day is dropped. A number of the form of every other (RFC 9562,
 * version 8) that begins with the day's time; the rest tells the tables apart.
 */
export function ownerOfDay(table: string, at: Date): string {
  const bytes = createHash('sha256').update(table).digest().subarray(0, 16)
  bytes.writeUIntBE(Math.floor(at.getTime() / dayMilliseconds) * dayMilliseconds, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** One day of all organisations has one key: it goes with the day's partition, which is dropped for all of them at once. */
export function ofDay(table: string, at: Date, id: string): Place {
  return { scope: programScope, owner: ownerOfDay(table, at), id }
}
