import type { KeyObject } from 'node:crypto'

type Kept = { readonly sealed: Buffer; readonly bytes: Buffer }

/** Twice so many at most, some 25 MB in a process. */
const mostKept = 20_000
/** The key of a day opens thousands of rows of a log, few of them twice. */
const mostOfKey = 8
const mostBytes = 2_048

/**
 * What was opened lately, beside the key that opened it: nothing else leads to it, so it is gone when the key is. A list that is asked for again and
 * again is not opened again and again, which costs more than reading it.
 */
export function createOpened() {
  let young = new WeakMap<KeyObject, Map<string, Kept>>()
  let old = new WeakMap<KeyObject, Map<string, Kept>>()
  let count = 0
  return {
    /** Only of this very place, and only while not one byte of the sealed value is another. */
    take(key: KeyObject, place: string, sealed: Uint8Array): Buffer | undefined {
      const kept = young.get(key)?.get(place) ?? old.get(key)?.get(place)
      return kept?.sealed.equals(sealed) ? kept.bytes : undefined
    },

    put(key: KeyObject, place: string, sealed: Uint8Array, bytes: Buffer): void {
      if (sealed.length > mostBytes) return
      if (count === mostKept) {
        old = young
        young = new WeakMap()
        count = 0
      }
      const ofKey = young.get(key) ?? new Map<string, Kept>()
      if (ofKey.size === mostOfKey && !ofKey.has(place)) return
      // Copied: what comes from the database is a piece of something larger.
      ofKey.set(place, { sealed: Buffer.from(sealed), bytes })
      young.set(key, ofKey)
      count += 1
    },
  }
}
