import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lists } from '#agent/guard'
import { listsOf, type Place } from '#agent/place'
import { writeWhole } from '#base/write-file'

const mostKeys = 8

/** Whose lists the guard uses: as the agent said last, over restarts. What the agent says is looked at as something from outside. */
export function openLists(place: Place) {
  const file = join(place.guard, 'list-keys.json')
  let keys = existsSync(file) ? readKeys(parse(readFileSync(file, 'utf8'))) : []
  let version: string | undefined
  return {
    lists: (): Lists => ({ folder: listsOf(place), keys }),
    /** Whether other lists are to be used now. */
    take(told: { keys: unknown; version: unknown }): boolean {
      const next = readKeys(told.keys)
      const isOther = JSON.stringify(next) !== JSON.stringify(keys)
      if (!isOther && told.version === version) return false
      // Which version those had who ran before us is not known: the scanners have opened what lies there.
      const isFirst = version === undefined && !isOther
      version = typeof told.version === 'string' ? told.version.slice(0, 100) : ''
      keys = next
      if (isOther) writeWhole(file, JSON.stringify(keys))
      return !isFirst
    },
  }
}

const readKeys = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((key) => typeof key === 'string' && key.length <= 1_000).slice(0, mostKeys) : []

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
