import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock'

export const kinds = ['enrolment', 'check-in', 'events', 'action', 'cloud', 'local'] as const
export type Kind = (typeof kinds)[number]

/** One message that left. `body` is what was sent; a repeated one stands once, with how often and until when. `about` was not sent: what it answered. `local`: done on the device by its own root, of which nothing was sent. */
export type Entry = {
  readonly at: string
  readonly kind: Kind
  readonly body: unknown
  readonly about?: unknown
  times: number
  lastAt: string
}

export type Journal = {
  record(kind: Kind, body: unknown, about?: unknown): void
  /** The newest first. */
  read(most: number): Entry[]
}

export const keptDays = 30
const mostBytes = 8 * 1024 * 1024
const dayPattern = /^\d{4}-\d{2}-\d{2}\.jsonl$/

type Line = { at: string; kind: Kind; body?: unknown; about?: unknown; again?: true }

export function openJournal(folder: string, clock: Clock): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const last = new Map<Kind, string>()
  let today = ''

  const days = () =>
    readdirSync(folder)
      .filter((name) => dayPattern.test(name))
      .sort()

  const forgetOld = (now: Date) => {
    const oldest = new Date(now.getTime() - keptDays * 86_400_000).toISOString().slice(0, 10)
    let bytes = 0
    for (const name of days().reverse()) {
      const path = join(folder, name)
      bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0
      // A day from the future was written under a wrong clock; it has its time from now on, under its own name.
      if (name.slice(0, 10) < oldest || bytes > mostBytes) rmSync(path, { force: true })
    }
  }

  return {
    record(kind, body, about) {
      const now = clock.now()
      const at = now.toISOString()
      const day = at.slice(0, 10)
      const path = join(folder, `${day}.jsonl`)
      const isFull = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > mostBytes / 4
      if (day !== today || isFull) {
        today = day
        last.clear()
        // One day alone must not fill the journal; what is newest is kept.
        if (isFull) rmSync(path, { force: true })
        forgetOld(now)
      }
      const text = JSON.stringify(body)
      const line: Line = last.get(kind) === text ? { at, kind, again: true } : { at, kind, body, about }
      last.set(kind, text)
      appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
    },
    read(most) {
      const found: Entry[] = []
      for (const name of days().reverse()) {
        if (found.length >= most) break
        found.push(...readDay(join(folder, name)).reverse())
      }
      return found.slice(0, most)
    },
  }
}

function readDay(path: string): Entry[] {
  if (!existsSync(path)) return []
  const entries: Entry[] = []
  const latest = new Map<Kind, Entry>()
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const line = parse(text)
    if (!line) continue
    const before = latest.get(line.kind)
    if (line.again && before) {
      before.times += 1
      before.lastAt = line.at
    } else if (!line.again) {
      const entry: Entry = {
        at: line.at,
        kind: line.kind,
        body: line.body,
        about: line.about,
        times: 1,
        lastAt: line.at,
      }
      latest.set(line.kind, entry)
      entries.push(entry)
    }
  }
  return entries
}

/** A line that a power cut has torn is passed over. */
function parse(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line
    return typeof line?.at === 'string' && kinds.includes(line.kind) ? line : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
