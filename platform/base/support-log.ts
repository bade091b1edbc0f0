import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { constants as system } from 'node:os'
import { join, posix } from 'node:path'

// What may be told of a log: times, and words that stand in our own code. A line may hold anything that a library once said, so nothing of it is taken
// that is not found there or in a list of the system.

export type OwnWords = {
  /** Sentences that our code gives its logs. */
  readonly sentences: ReadonlySet<string>
  readonly codes: ReadonlySet<string>
  /** Our files, by their paths in the code. */
  readonly files: ReadonlySet<string>
}

const folders = ['agent', 'cloud', 'engine', 'identity', 'platform', 'portal', 'privacy']
const sentencePattern = /\.(?:debug|info|warn|error)\(\s*(?:'([^'\n]{3,300})'|"([^"\n]{3,300})")/g
const codePattern = /'([a-z][a-z0-9_-]{1,40}(?:\.[a-z0-9_-]{1,60}){1,3})'/g

/** Of the code as it lies here, in the clone, in root's copy of it, or on a device. */
export function readOwnWords(code: string): OwnWords {
  const sentences = new Set<string>()
  const codes = new Set<string>()
  const files = new Set<string>()
  for (const folder of folders.filter((one) => existsSync(join(code, one))))
    for (const entry of readdirSync(join(code, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/(?<!\.test)\.[jt]s$/.test(entry.name)) continue
      const path = join(entry.parentPath, entry.name)
      files.add(path.slice(code.length + 1))
      const text = readFileSync(path, 'utf8')
      for (const [, single, double] of text.matchAll(sentencePattern)) sentences.add(single ?? double ?? '')
      for (const [, found = ''] of text.matchAll(codePattern)) codes.add(found)
    }
  return { sentences, codes, files }
}

const errorNames = new Set([
  'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'URIError', 'EvalError', 'AggregateError', 'AbortError',
  'TimeoutError', 'AppError', 'PostgresError', 'Refusal', 'PortalRefusal', 'AgentRefusal', 'ZodError', 'SystemError',
]) // biome-ignore format: a list reads better in lines than in a column
const errnos = new Set(Object.keys(system.errno))
const signals = new Set(Object.keys(system.signals))
/** PostgreSQL's (a digit first, or one of four classes of its own), Node's, and the database driver's. */
const foreignCode =
  /^(?:\d[0-9A-Z]{4}|(?:F0|HV|P0|XX)[0-9A-Z]{3}|(?:UND_)?ERR_[A-Z_]{2,50}|CONNECT(?:ION)?_[A-Z_]{2,30}|EAI_[A-Z]{2,12}|ENOTFOUND)$/

/** A code that says nothing of anybody: one of ours, of the system, of PostgreSQL or of Node. */
export const knownCode = (code: unknown, { codes }: Pick<OwnWords, 'codes'>): string | undefined =>
  typeof code === 'string' && (codes.has(code) || errnos.has(code) || foreignCode.test(code)) ? code : undefined

const framePattern = /([^\s():]{1,300}\.[jt]s):(\d{1,6})/g
const mostFrames = 4

/** Where in our own code: of each path only what is a file of ours, from the end, so that nothing of where it lies is told. */
function framesIn(text: string, { files }: OwnWords): string[] {
  const found = new Set<string>()
  for (const [, path = '', line] of text.matchAll(framePattern)) {
    const parts = path.split('/')
    const own = parts.map((_, index) => posix.join(...parts.slice(index))).find((one) => files.has(one))
    if (own && found.size < mostFrames) found.add(`${own}:${line}`)
  }
  return [...found]
}

type Told = Readonly<Record<string, unknown>>
const told = (value: unknown): Told => (typeof value === 'object' && value !== null ? (value as Told) : {})

type ErrorSeen = { name?: string; code?: string; at?: string[] }

/** An error and what it came from. */
function errorsIn(value: unknown, words: OwnWords): ErrorSeen[] {
  const seen: ErrorSeen[] = []
  for (let error = told(value); seen.length < 5; error = told(error.cause)) {
    const name = typeof error.name === 'string' && errorNames.has(error.name) ? error.name : undefined
    const code = knownCode(error.code, words)
    const at = typeof error.stack === 'string' ? framesIn(error.stack, words) : []
    if (name || code || at.length > 0)
      seen.push({ ...(name ? { name } : {}), ...(code ? { code } : {}), ...(at.length > 0 ? { at } : {}) })
    if (error.cause === undefined) break
  }
  return seen
}

export type Trouble = {
  level: 'warning' | 'error'
  /** A sentence of our code; null: of another version, or nothing that may be told. */
  says: string | null
  code?: string
  errors?: ErrorSeen[]
  status?: number
  exitCode?: number
  signal?: string
  times: number
  first: string
  last: string
}

export type LogSeen = {
  /** Of how much of it. */
  bytes: number
  /** When a program said that it has started: how often, and the newest. */
  starts: { times: number; newest: string[] }
  troubles: Trouble[]
  /** More kinds of trouble than are told. */
  leftOut: number
  /** Lines that are none of the log's own, as of a program that could not even begin; and where in our code they point. */
  otherLines: { times: number; at: string[] }
}

const mostBytes = 1024 * 1024
const mostTroubles = 40
const mostStarts = 10
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/

/** The end of a log and, where that is short, of the one before it. No link is followed. */
function readTail(path: string): string {
  const read = (one: string, most: number): string => {
    let handle: number
    try {
      handle = openSync(one, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
    try {
      const stat = fstatSync(handle)
      if (!stat.isFile()) return ''
      const bytes = Buffer.alloc(Math.min(stat.size, most))
      const length = readSync(handle, bytes, 0, bytes.length, stat.size - bytes.length)
      const text = bytes.toString('utf8', 0, length)
      // Its first line began before.
      return bytes.length < stat.size ? text.slice(text.indexOf('\n') + 1) : text
    } finally {
      closeSync(handle)
    }
  }
  const newest = read(path, mostBytes)
  return newest.length < mostBytes / 2 ? read(`${path}.1`, mostBytes - newest.length) + newest : newest
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)

function troubleIn(line: Told, words: OwnWords): Omit<Trouble, 'times' | 'first' | 'last'> {
  const { text, status, exitCode, signal } = line
  const code = knownCode(line.code, words)
  const errors = errorsIn(line.error, words)
  return {
    level: Number(line.level) >= 50 ? 'error' : 'warning',
    says: typeof text === 'string' && words.sentences.has(text) ? text : null,
    ...(code ? { code } : {}),
    ...(errors.length > 0 ? { errors } : {}),
    ...(isNumber(status) ? { status } : {}),
    ...(isNumber(exitCode) ? { exitCode } : {}),
    ...(typeof signal === 'string' && signals.has(signal) ? { signal } : {}),
  }
}

/** `starts`: with which sentence a program says that it has begun. */
export function readLog(path: string, words: OwnWords, starts: string): LogSeen {
  const text = readTail(path)
  const troubles = new Map<string, Trouble>()
  const began: string[] = []
  const other = { times: 0, frames: new Set<string>() }
  for (const one of text.split('\n')) {
    if (one === '') continue
    const line = parse(one)
    const at = typeof line?.time === 'string' && timePattern.test(line.time) ? line.time : undefined
    if (!line || at === undefined) {
      other.times += 1
      for (const frame of framesIn(one.slice(0, 2_000), words)) if (other.frames.size < 10) other.frames.add(frame)
      continue
    }
    if (line.text === starts) began.push(at)
    if (typeof line.level !== 'number' || line.level < 40) continue
    const trouble = troubleIn(line, words)
    const key = JSON.stringify(trouble)
    const known = troubles.get(key)
    if (known) Object.assign(known, { times: known.times + 1, last: at })
    else troubles.set(key, { ...trouble, times: 1, first: at, last: at })
  }
  const newest = [...troubles.values()].sort((a, b) => (a.last < b.last ? 1 : -1))
  return {
    bytes: Buffer.byteLength(text),
    starts: { times: began.length, newest: began.slice(-mostStarts) },
    troubles: newest.slice(0, mostTroubles),
    leftOut: Math.max(0, newest.length - mostTroubles),
    otherLines: { times: other.times, at: [...other.frames] },
  }
}

function parse(line: string): Told | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return told(JSON.parse(line))
  } catch (error) {
    // Cut off, or not a line of ours.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const serverLine = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)? UTC \[\d+\] (FATAL|PANIC|ERROR|LOG): {2}(.*)$/

/** Of PostgreSQL's own words only how often it began and how often something was fatal: its lines may name a role, a file or a value. */
export function readServerLog(path: string) {
  const text = readTail(path)
  const starts: string[] = []
  const grave: Record<string, { times: number; last: string }> = {}
  for (const line of text.split('\n')) {
    const [, day, hour, severity = '', said = ''] = serverLine.exec(line) ?? []
    if (!day) continue
    const at = `${day}T${hour}Z`
    if (said === 'database system is ready to accept connections') starts.push(at)
    if (severity !== 'LOG') grave[severity] = { times: (grave[severity]?.times ?? 0) + 1, last: at }
  }
  return {
    bytes: Buffer.byteLength(text),
    starts: { times: starts.length, newest: starts.slice(-mostStarts) },
    grave,
  }
}
