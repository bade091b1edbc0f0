import { createSecretKey, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRecord } from './record.ts'

export type Segment = { readonly path: string; readonly first: number }

const namePattern = /^(\d{12})\.segment$/
const folderPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const segmentPath = (folder: string, first: number) => join(folder, `${String(first).padStart(12, '0')}.segment`)

/** The id of the spool that lies in the folder. */
export const findSpool = (folder: string): string | undefined =>
  readdirSync(folder)
    .filter((name) => folderPattern.test(name))
    .sort()
    .at(-1)

export const readKey = (folder: string): KeyObject => createSecretKey(readFileSync(join(folder, 'key')))

/** In the order of their numbers. */
export function listSegments(folder: string): Segment[] {
  return readdirSync(folder)
    .map((name) => namePattern.exec(name))
    .filter((match) => match !== null)
    .map((match) => ({ path: join(folder, match[0]), first: Number(match[1]) }))
    .sort((a, b) => a.first - b.first)
}

/** What stands whole in a segment, from its beginning until something does not, or until the next segment's numbers begin. */
export function* recordsOf(
  key: KeyObject,
  spool: string,
  { path, first }: Segment,
  before = Number.POSITIVE_INFINITY,
): Generator<{ number: number; content: Buffer; end: number }> {
  const bytes = readFileSync(path)
  let at = 0
  for (let number = first; number < before; number += 1) {
    const record = openRecord(key, spool, number, bytes, at)
    if (!record) return
    at = record.end
    yield { number, ...record }
  }
}
