import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { writeWhole } from '#base/write-file'
import { checkPart, packBundle, readBundle, readNoteOf } from '#engine/bundle'
import { keyOfPortal } from './portal-key.ts'

type Portal = { post(path: `/api/device/${string}`, body: unknown): Promise<unknown> }
type Told = { readonly set: string; readonly version: number }

const mostSets = 50
const mostPartsAtOnce = 64
/** What the portal names may be on its way, or refused here, for so long before the rules in use are called old. */
const mostLateMs = 86_400_000
const setName = /^[a-z0-9][a-z0-9._-]{0,60}$/

/**
 * Brings what the portal names into our folder, set by set. A part that is here already, from an older version or a fetch that broke off, is not fetched
 * again. `use` is the guard's: it looks at everything once more.
 */
export function createRuleFetcher(options: {
  folder: string
  portal: Portal
  portalKey: string
  use: (sets: readonly string[]) => Promise<{ ok: boolean; why?: string }>
  log: Log
  now?: () => Date
}) {
  const { folder, portal, use, log, now = () => new Date() } = options
  const keys = [keyOfPortal(options.portalKey)]
  const partsFolder = join(folder, 'parts')
  mkdirSync(partsFolder, { recursive: true, mode: 0o700 })
  let wanted: readonly Told[] | undefined
  let running: Promise<string | undefined> | undefined
  let done = ''
  /** What the guard said of the last that it was asked to use. */
  let why: string | undefined
  /** Since when something that the portal names has not been in use; kept, so that a start of the agent does not make old rules new. */
  const lateFile = join(folder, 'late-since')
  let lateSince = readTime(lateFile)
  const onTimeSince = now()
  const noteLate = () => {
    if (lateSince) return
    lateSince = now()
    writeWhole(lateFile, `${lateSince.toISOString()}\n`)
  }
  const noteOnTime = () => {
    lateSince = undefined
    rmSync(lateFile, { force: true })
  }
  const bundleOf = (set: string) => join(folder, `${set}.bundle`)

  const knownVersion = (set: string): number => {
    try {
      return readBundle(readFileSync(bundleOf(set)), keys).about.version
    } catch {
      return 0
    }
  }

  async function fetchSet({ set, version }: Told): Promise<void> {
    if (knownVersion(set) === version) return
    const { note } = ((await portal.post('/api/device/rule-sets/note', { set, version })) ?? {}) as { note?: unknown }
    const { about, parts } = readNoteOf(String(note), keys)
    if (about.set !== set || about.version !== version || about.kind !== 'compiled')
      throw new AppError('rules.other_set', 502, 'The portal gives another rule set than it named.')
    const here = existsSync(bundleOf(set)) ? partsIn(bundleOf(set)) : new Map<string, Buffer>()
    for (const name of readdirSync(partsFolder)) here.set(name, readFileSync(join(partsFolder, name)))
    const lacking = parts.filter((part) => {
      const content = here.get(part.sha256)
      return !content || content.length !== part.bytes
    })
    for (let at = 0; at < lacking.length; ) {
      const asked = lacking.slice(at, at + mostPartsAtOnce)
      const answer = (await portal.post('/api/device/rule-sets/parts', { set, parts: asked.map((p) => p.sha256) })) as {
        parts?: unknown
      }
      const got = Array.isArray(answer?.parts) ? answer.parts.slice(0, asked.length) : []
      if (got.length === 0) throw new AppError('rules.no_parts', 502, 'The portal gives none of the parts it named.')
      for (const [index, text] of got.entries()) {
        const part = asked[index] as (typeof asked)[number]
        const content = Buffer.from(String(text), 'base64')
        checkPart(part, content)
        writeWhole(join(partsFolder, part.sha256), content)
        here.set(part.sha256, content)
      }
      at += got.length
    }
    writeWhole(bundleOf(set), packBundle({ note: String(note), parts: parts.map((p) => here.get(p.sha256) as Buffer) }))
    for (const name of readdirSync(partsFolder)) rmSync(join(partsFolder, name), { force: true })
  }

  /** Undefined when all is in use that is wanted; otherwise why not. */
  async function run(told: readonly Told[]): Promise<string | undefined> {
    for (const one of told) await fetchSet(one)
    const sets = told.map(({ set }) => set)
    for (const name of readdirSync(folder))
      if (name.endsWith('.bundle') && !sets.includes(name.slice(0, -7))) rmSync(join(folder, name), { force: true })
    const answer = await use(sets)
    return answer.ok ? undefined : (answer.why ?? 'failed')
  }

  /** Again and again while something else is told meanwhile. */
  async function work(): Promise<string | undefined> {
    for (let next = wanted; next && JSON.stringify(next) !== done; next = wanted) {
      try {
        why = await run(next)
        // What the guard refuses is not asked for again until something else is told.
        done = JSON.stringify(next)
        if (why === undefined) noteOnTime()
      } catch (error) {
        log.warn('rule sets could not be fetched', { area: 'rules', error })
        return error instanceof AppError ? error.code : 'failed'
      }
    }
    return why
  }

  return {
    /** At each check-in. */
    take(told: unknown): void {
      const read = readTold(told)
      if (!read) return
      wanted = read
      if (JSON.stringify(read) === done) return
      noteLate()
      running ??= work().finally(() => {
        running = undefined
      })
    },
    /** How it stands with them, as a protection of the device. */
    state(): { readonly state: 'on' | 'failed'; readonly why?: string; readonly since: string } {
      const isOld = lateSince !== undefined && now().getTime() - lateSince.getTime() > mostLateMs
      const since = (isOld ? lateSince : onTimeSince)?.toISOString() ?? ''
      return isOld ? { state: 'failed', why: 'rules.old', since } : { state: 'on', since }
    },
    /** Settles when what was told last is in use; with why it is not. */
    async settled(): Promise<string | undefined> {
      if (running) return running
      running = work().finally(() => {
        running = undefined
      })
      return running
    },
  }
}

/** Undefined: an older portal, which knows nothing of rule sets. */
function readTold(value: unknown): Told[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value
    .filter(
      (one): one is Told =>
        typeof one?.set === 'string' && setName.test(one.set) && Number.isSafeInteger(one.version) && one.version > 0,
    )
    .slice(0, mostSets)
    .map(({ set, version }) => ({ set, version }))
}

function readTime(file: string): Date | undefined {
  const time = existsSync(file) ? new Date(readFileSync(file, 'utf8').trim()) : undefined
  return time && !Number.isNaN(time.getTime()) ? time : undefined
}

function partsIn(path: string): Map<string, Buffer> {
  const parts = new Map<string, Buffer>()
  if (statSync(path).size === 0) return parts
  try {
    const file = readFileSync(path)
    const { note, parts: contents } = readBundle(file, 'kept')
    for (const [index, { sha256 }] of readNoteOf(note, 'kept').parts.entries())
      parts.set(sha256, contents[index] as Buffer)
  } catch {
    // Whatever it is, it is fetched anew.
  }
  return parts
}
