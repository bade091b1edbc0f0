import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Answered } from '#agent/guard'
import type { Journal } from '#agent/journal'
import type { Log } from '#base/log'
import { writeWhole } from '#base/write-file'
import { type CloudClient, createCloudClient } from '#engine/cloud'
import { openKnownBad, openKnownGood } from '#engine/known'
import { readTold, type Told } from './told.ts'

/** How the lists stand, and whether the Cloud answers. */
export type CloudState = {
  readonly state: 'on' | 'off' | 'failed'
  readonly why?: string
  readonly since: string
  /** 0: none yet. */
  readonly filterVersion: number
  /** Of the list of known good; 0: none. */
  readonly goodVersion: number
  /** When it was last known to be the newest. */
  readonly updatedAt: string | undefined
}

export type Cloud = {
  /** What the portal says of where the Cloud is and whose lists are believed; undefined: it has said nothing. */
  take(told: unknown): void
  /** Whether the policy uses it. */
  use(isUsed: boolean): void
  /** What it knows of each content, exactly. */
  ask(sha256s: readonly string[]): Promise<Answered[]>
  /** Whether a content should be sent: nobody knows it, and it was not sent before. */
  isUnknown(sha256: string): Promise<boolean>
  /** Sends a content to be looked into; true when it was taken. */
  send(sha256: string, content: Buffer): Promise<boolean>
  /** Brings the lists up to date now. */
  update(): Promise<void>
  state(): CloudState
  stop(): void
}

const everyMs = 5 * 60_000
/** A sample has been looked into by then, and the next list is made. */
const afterSampleMs = 30_000
const mostRemembered = 10_000
const afterFailureMs = { least: 10_000, most: 15 * 60_000 }
/** Older lists than this are told as a failure: whoever is hours behind is not protected against today. */
const mostAgeMs = 24 * 3_600_000

/**
 * The agent's side of the Security Cloud. It alone of the three processes asks, each question over a connection of its own and with nothing in it that is the device's: no
 * key, no number, no name. It never hears of the device's connection to the portal, nor that of it.
 */
export function createCloud(options: {
  /** The agent's own. */
  folder: string
  /** Where scanners read the lists. */
  lists: string
  journal: Pick<Journal, 'record'>
  log: Log
  /** What the guard is to know. */
  changed: (now: { keys: readonly string[]; version: string; isReachable: boolean }) => void
}): Cloud {
  const { folder, lists, journal, log, changed } = options
  const [toldFile, listFile, goodFile, checkedFile] = [
    join(folder, 'cloud.json'),
    join(lists, 'known-bad'),
    join(lists, 'known-good'),
    join(folder, 'cloud-checked'),
  ]
  let told: Told | undefined = readTold(readJson(toldFile))
  let isUsed = true
  let version = 0
  let goodVersion = 0
  let updatedAt = readTime(checkedFile)
  let failures = 0
  let since = new Date().toISOString()
  let client: CloudClient | undefined
  const sentFile = join(folder, 'cloud-sent')
  const sentBefore = new Set(existsSync(sentFile) ? readFileSync(sentFile, 'utf8').split('\n') : [])
  let timer: NodeJS.Timeout | undefined
  let updating: Promise<void> | undefined
  let isStopped = false
  let isAwaited = false

  const readVersions = () => {
    version = versionOf(() => openKnownBad(listFile, { key: keys() }), listFile, keys())
    goodVersion = versionOf(() => openKnownGood(goodFile, { key: keys() }), goodFile, keys())
  }
  const tell = (isReachable: boolean) => changed({ keys: keys(), version: `${version} ${goodVersion}`, isReachable })
  const keys = () => (isUsed && told ? told.keys : [])
  const stateNow = (): Pick<CloudState, 'state' | 'why'> => {
    if (!isUsed) return { state: 'off', why: 'policy' }
    if (!told) return { state: 'off', why: 'cloud.none' }
    if (version === 0 && failures > 0) return { state: 'failed', why: 'cloud.unreachable' }
    const age = updatedAt === undefined ? 0 : Date.now() - updatedAt.getTime()
    return age > mostAgeMs
      ? { state: 'failed', why: 'cloud.old_lists' }
      : failures > 0
        ? { state: 'on', why: 'cloud.unreachable' }
        : { state: 'on' }
  }
  let shown = JSON.stringify(stateNow())
  const noteState = () => {
    const now = JSON.stringify(stateNow())
    if (now !== shown) since = new Date().toISOString()
    shown = now
  }

  function connect(): void {
    client?.close()
    client =
      told &&
      createCloudClient({
        url: told.url,
        cacheFile: join(folder, 'cloud-answers.json'),
        ca: trusted(),
        // What is sent of a file whoever sends it writes down, with its path.
        onSent: ({ what, sent }) => what !== 'sample' && journal.record('cloud', { what, sent }),
      })
    readVersions()
    schedule(0)
  }

  const schedule = (milliseconds: number) => {
    clearTimeout(timer)
    if (isStopped || !isUsed || !client) return
    timer = setTimeout(() => void update(), milliseconds * (0.9 + Math.random() * 0.2)).unref()
  }

  async function updateOnce(): Promise<void> {
    if (!client || !isUsed) return
    isAwaited = false
    try {
      const newest = await client.updateLists({ bad: listFile, good: goodFile }, { key: keys() })
      version = newest.bad
      goodVersion = newest.good
      failures = 0
      updatedAt = new Date()
      writeWhole(checkedFile, `${updatedAt.toISOString()}\n`)
      client.close()
    } catch (error) {
      failures += 1
      // One of the two may have come.
      readVersions()
      if (failures === 1) log.warn('the Cloud was not reached', { area: 'cloud', error })
    }
    noteState()
    tell(failures === 0)
    schedule(failures === 0 ? everyMs : Math.min(afterFailureMs.most, afterFailureMs.least * 2 ** (failures - 1)))
  }
  const update = () => {
    updating ??= updateOnce().finally(() => {
      updating = undefined
    })
    return updating
  }

  async function askOne(sha256: string): Promise<Answered> {
    try {
      const said = await client?.lookup(sha256)
      if (!said) return 'no answer'
      return said.verdict === 'malicious'
        ? { bad: { rule: said.name ?? said.kind ?? 'known bad', ruleSet: 'security-cloud', source: 'cloud' } }
        : 'not bad'
    } catch (error) {
      log.debug('a question was not answered', { area: 'cloud', error })
      // Soon it is looked again whether the Cloud answers; then what was not answered is asked once more.
      if (failures === 0 && !isAwaited) schedule(afterFailureMs.least)
      isAwaited = true
      return 'no answer'
    }
  }

  connect()
  return {
    take(value) {
      const next = readTold(value)
      if (!next || JSON.stringify(next) === JSON.stringify(told)) return
      told = next
      writeWhole(toldFile, JSON.stringify(told))
      connect()
      noteState()
      tell(false)
    },
    use(now) {
      if (now === isUsed) return
      isUsed = now
      readVersions()
      noteState()
      tell(false)
      schedule(0)
    },
    ask: (sha256s) => Promise.all(isUsed ? sha256s.map(askOne) : sha256s.map(() => 'no answer' as const)),
    async isUnknown(sha256) {
      if (!isUsed || sentBefore.has(sha256)) return false
      const said = await client?.lookup(sha256).catch(() => undefined)
      return said?.verdict === 'unknown'
    },
    async send(sha256, content) {
      if (!isUsed || !(await client?.send(content))) return false
      sentBefore.add(sha256)
      if (sentBefore.size > mostRemembered) sentBefore.delete(sentBefore.values().next().value as string)
      writeWhole(sentFile, [...sentBefore].join('\n'))
      // Soon it will be known.
      if (failures === 0 && !isAwaited) schedule(afterSampleMs)
      isAwaited = true
      return true
    },
    update,
    state: () => {
      noteState()
      return { ...stateNow(), since, filterVersion: version, goodVersion, updatedAt: updatedAt?.toISOString() }
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      client?.close()
    },
  }
}

function versionOf(open: () => { version: number; close(): void }, file: string, keys: readonly string[]): number {
  if (keys.length === 0 || !existsSync(file)) return 0
  try {
    const list = open()
    list.close()
    return list.version
  } catch {
    // Of other signers, or damaged: a whole one takes its place.
    return 0
  }
}

function readTime(file: string): Date | undefined {
  const time = existsSync(file) ? new Date(readFileSync(file, 'utf8').trim()) : undefined
  return time && !Number.isNaN(time.getTime()) ? time : undefined
}

function readJson(path: string): unknown {
  try {
    return existsSync(path) && statSync(path).size < 65_536 ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  } catch {
    return undefined
  }
}

/** As for the portal: the authorities of this machine, a company's own among them. */
const trusted = () => {
  const { getCACertificates, rootCertificates } = process.getBuiltinModule('node:tls')
  const own = getCACertificates('system')
  return own.length > 0 ? own : rootCertificates
}
