import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type CloudVerdict, type Kind, kinds } from './wire.ts'

/** What the Cloud said of a content, until when it counts. Nothing is remembered beyond that: a verdict that is over is asked for again. */
export type Cached = {
  readonly verdict: CloudVerdict
  /** Why: malice, or something that is only unwanted somewhere. */
  readonly kind?: Kind
  readonly name?: string
  readonly until: number
}

const mostEntries = 100_000
const longestMilliseconds = 31 * 86_400_000
const mostBytes = 64 * 1_024 * 1_024

/** By hand: devices carry no library for schemas. */
function isEntry(value: unknown): value is [string, Cached] {
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !/^[0-9a-f]{64}$/.test(value[0])) return false
  const { verdict, kind, name, until } = (value[1] ?? {}) as Record<string, unknown>
  return (
    ['malicious', 'good', 'unknown'].includes(verdict as string) &&
    (kind === undefined || kinds.includes(kind as Kind)) &&
    (name === undefined || (typeof name === 'string' && name.length <= 256)) &&
    typeof until === 'number'
  )
}

/** In memory, and in a file between starts. A file that cannot be read is an empty cache: it only saves questions. */
export function createCache(file: string | undefined, now: () => Date) {
  const entries = new Map<string, Cached>(file === undefined ? [] : read(file))
  return {
    get(key: string): Cached | undefined {
      const found = entries.get(key)
      // Further ahead than any answer counts: the clock was wrong when it was put there.
      const left = found ? found.until - now().getTime() : 0
      if (found && left > 0 && left <= longestMilliseconds) return found
      if (found) entries.delete(key)
      return undefined
    },
    put(key: string, value: Cached): Cached {
      entries.delete(key)
      entries.set(key, value)
      // The oldest goes first.
      const oldest = entries.size > mostEntries ? entries.keys().next() : undefined
      if (oldest && !oldest.done) entries.delete(oldest.value)
      return value
    },
    drop: (key: string) => void entries.delete(key),
    save(): void {
      if (file === undefined) return
      const kept = [...entries].filter(([, { until }]) => until > now().getTime())
      writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}

function read(file: string): [string, Cached][] {
  try {
    if (!existsSync(file)) return []
    const bytes = readFileSync(file)
    if (bytes.length > mostBytes) return []
    const entries: unknown = JSON.parse(bytes.toString('utf8'))
    return Array.isArray(entries) ? entries.filter(isEntry).slice(-mostEntries) : []
  } catch {
    return []
  }
}
