import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findSpool, listSegments, readKey, recordsOf } from './segments.ts'

export type Batch = { readonly from: number; readonly events: readonly unknown[] }

export type SpoolReader = {
  readonly id: string
  /** The events whose numbers follow each other from the first one after `after`, none above `upTo`; undefined when there is none. */
  read(after: number, upTo: number, most: { events: number; bytes: number }): Batch | undefined
}

/** `upTo` is what the writer has said to be on the disk for certain; anything after that may yet be taken back by a power cut. */
export function openSpoolReader(root: string): SpoolReader | undefined {
  const id = existsSync(root) ? findSpool(root) : undefined
  if (id === undefined) return undefined
  const folder = join(root, id)
  const key = readKey(folder)
  return {
    id,
    read(after, upTo, most) {
      const segments = listSegments(folder)
      const events: unknown[] = []
      let from = 0
      let bytes = 0
      for (const [index, segment] of segments.entries()) {
        const next = segments[index + 1]?.first ?? Number.POSITIVE_INFINITY
        if (next <= after + 1) continue
        for (const { number, content } of recordsOf(key, id, segment, Math.min(next, upTo + 1))) {
          if (number <= after) continue
          // A gap was lost, and is counted as such; the rest is a batch of its own.
          if (events.length > 0 && number !== from + events.length) return { from, events }
          if (events.length === 0) from = number
          bytes += content.length
          if (events.length >= most.events || (events.length > 0 && bytes > most.bytes)) return { from, events }
          events.push(JSON.parse(content.toString('utf8')))
        }
      }
      return events.length === 0 ? undefined : { from, events }
    },
  }
}
