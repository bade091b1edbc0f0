import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { AppError } from '#base/errors'
import { applyDelta, openKnownBad, openKnownGood, replaceList, type Signers } from '#engine/known'
import { type Cached, createCache } from './cache.ts'
import { get, send, unreachable } from './request.ts'
import { leastPrefixBits, mostPrefixBits, prefixOf, readAnswer, sizeClasses } from './wire.ts'

export type Sent = {
  readonly at: Date
  /** What was asked: the front of a hash, or the public list. Nothing else is ever sent. */
  readonly what: 'prefix' | 'about' | 'filter' | 'sample'
  readonly sent: string
}

export type CloudClientOptions = {
  readonly url: string | URL
  /** The authorities that are trusted, where not Node's own. */
  readonly ca?: string | readonly string[]
  /** Where answers are kept between starts. */
  readonly cacheFile?: string
  /** For the journal of what this device has told. */
  readonly onSent?: (sent: Sent) => void
  readonly now?: () => Date
  readonly timeoutMilliseconds?: number
}

export type CloudClient = {
  /** What the Cloud knows of a content. Asks at most once, with the front of the hash. */
  lookup(sha256: string | Uint8Array): Promise<Cached>
  /** Sends a content that nobody knows to be looked into: its bytes and nothing else. True when it was taken. */
  send(content: Buffer): Promise<boolean>
  /**
   * Brings the filter of known bad, and the list of known good where one is wanted, to the newest versions and answers which those are. The key comes from the portal, never from
   * the Cloud. The filter is there before the other list is asked for.
   */
  updateLists(paths: { bad: string; good?: string }, options: Signers): Promise<{ bad: number; good: number }>
  /** Writes what is to be remembered. */
  close(): void
}

/** Where each list is fetched, how large it may be, and how it is opened. */
const lists = {
  'known-bad': { at: '/filter', most: 300 * 1_024 * 1_024, open: openKnownBad },
  'known-good': { at: '/filter/good', most: 80 * 1_024 * 1_024, open: openKnownGood },
} as const
type ListKind = keyof typeof lists
const aboutMilliseconds = 3_600_000

export function createCloudClient(options: CloudClientOptions): CloudClient {
  const { onSent, ca, timeoutMilliseconds = 5_000 } = options
  const now = options.now ?? (() => new Date())
  const base = new URL(options.url)
  const cache = createCache(options.cacheFile, now)
  const underWay = new Map<string, Promise<Cached>>()
  let about: { bits: number; until: number } | undefined

  const ask = (path: string, what: Sent['what'], most: number, milliseconds = timeoutMilliseconds) => {
    onSent?.({ at: now(), what, sent: path })
    return get(new URL(path, base), { most, milliseconds, ca })
  }

  async function readBits(): Promise<number> {
    if (about && about.until > now().getTime()) return about.bits
    const { status, bytes } = await ask('/verdicts/about', 'about', 4_096)
    const said = status === 200 ? (parse(bytes) as { prefixBits?: unknown } | undefined) : undefined
    const bits = Number(said?.prefixBits)
    // A Cloud that asks for more wants to know which content it is.
    if (!Number.isInteger(bits) || bits < leastPrefixBits || bits > mostPrefixBits) throw unreachable()
    about = { bits, until: now().getTime() + aboutMilliseconds }
    return bits
  }

  async function find(sha256: Buffer, key: string): Promise<Cached> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const bits = await readBits()
      const { prefix, text } = prefixOf(sha256, bits)
      const { status, bytes } = await ask(`/verdicts/${bits}/${text}`, 'prefix', sizeClasses.at(-1)!)
      if (status === 409) {
        // The store has grown, and a prefix is longer now.
        about = undefined
        continue
      }
      if (status !== 200) throw unreachable()
      const { known, keepSeconds } = readAnswer(bytes, { bits, prefix })
      const found = known.find((one) => one.sha256 === key)
      const verdict = found?.verdict ?? 'unknown'
      return cache.put(key, {
        verdict,
        ...(found ? { kind: found.kind } : {}),
        ...(found?.name !== undefined ? { name: found.name } : {}),
        until: now().getTime() + keepSeconds[verdict] * 1_000,
      })
    }
    throw unreachable()
  }

  async function update(kind: ListKind, path: string, version: number, signers: Signers): Promise<number> {
    const { at, most } = lists[kind]
    const has = readVersion(kind, path, signers)
    if (version <= (has ?? 0)) return has ?? 0
    if (has !== undefined) {
      const delta = await ask(`${at}/delta/${has}/${version}`, 'filter', most, 120_000)
      if (delta.status === 200) return applyDelta(path, delta.bytes, signers, kind)
    }
    const whole = await ask(`${at}/whole/${version}`, 'filter', most, 120_000)
    if (whole.status !== 200) throw unreachable()
    return replaceList(path, whole.bytes, { ...signers, least: has ?? 0 }, kind)
  }

  return {
    async lookup(hash) {
      const sha256 = typeof hash === 'string' ? Buffer.from(hash, 'hex') : Buffer.from(hash)
      if (sha256.length !== 32) throw new RangeError('a SHA-256 has 32 bytes')
      const key = sha256.toString('hex')
      const kept = cache.get(key)
      if (kept) return kept
      const waiting = underWay.get(key)
      if (waiting) return waiting
      const asked = find(sha256, key).finally(() => underWay.delete(key))
      underWay.set(key, asked)
      return asked
    },
    async send(content) {
      const path = '/samples/new'
      const { status } = await send(new URL(path, base), content, { milliseconds: 60_000, ca })
      if (status !== 202) return false
      onSent?.({ at: now(), what: 'sample', sent: path })
      // What was not known before may be now.
      cache.drop(createHash('sha256').update(content).digest('hex'))
      return true
    },
    async updateLists({ bad, good }, signers) {
      const { status, bytes } = await ask('/filter/about', 'filter', 4_096)
      const about = status === 200 ? (parse(bytes) as { version?: unknown; good?: { version?: unknown } }) : undefined
      const version = Number(about?.version)
      if (!Number.isSafeInteger(version)) throw unreachable()
      // An older Cloud has no such list.
      const goodVersion = Number(about?.good?.version ?? 0)
      return {
        bad: await update('known-bad', bad, version, signers),
        good: good && Number.isSafeInteger(goodVersion) ? await update('known-good', good, goodVersion, signers) : 0,
      }
    },
    close: () => cache.save(),
  }
}

/** Undefined where there is none, or one that cannot be used: then a whole one takes its place. */
function readVersion(kind: ListKind, path: string, signers: Signers): number | undefined {
  if (!existsSync(path)) return undefined
  try {
    const list = lists[kind].open(path, signers)
    list.close()
    return list.version
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
