import { closeSync, constants, existsSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { getCACertificates, rootCertificates } from 'node:tls'
import { AppError } from '#base/errors'
import { readOwn, writeWhole } from '#base/write-file'
import { notFetched, tooLarge } from './errors.ts'
import { isMirror, readAddress, wallAround } from './walls.ts'

export type Fetched = { readonly content: Buffer; readonly etag: string | undefined } | 'same'

export type Fetch = {
  readonly address: string
  /** Of what we have already. */
  readonly etag: string | undefined
  /** Where a part of it is kept until all of it is there. */
  readonly path: string
  readonly mirrors: ReadonlySet<string>
  readonly progress: (done: number, of: number) => void
  readonly signal: AbortSignal
}

export const mostBytes = 64 * 1024 * 1024
const mostRedirections = 5
const silenceMilliseconds = 30_000
const longestMilliseconds = 15 * 60_000

/** Which version a part on the disk is of. A weak tag says that two are alike, not that their bytes are. */
type Begun = { readonly address: string; readonly etag: string }

/** Over https only; what broke off before goes on where the publisher can tell versions apart. */
export async function fetchFile(options: Fetch): Promise<Fetched> {
  const { path, address, progress } = options
  const url = readAddress(address)
  // A publisher on the internet does not send us to a mirror of ours.
  const mirrors = isMirror(url, options.mirrors) ? options.mirrors : new Set<string>()
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(longestMilliseconds)])
  const begun = readBegun(path, address)
  const had = begun ? statSync(path).size : 0
  const headers: Record<string, string> = { 'user-agent': 'Vartio', 'accept-encoding': 'identity', accept: '*/*' }
  if (begun && had > 0) Object.assign(headers, { range: `bytes=${had}-`, 'if-range': begun.etag })
  else if (options.etag) headers['if-none-match'] = options.etag
  const answer = await ask(url, mirrors, headers, signal)
  try {
    if (answer.statusCode === 304) return 'same'
    const isRest = answer.statusCode === 206 && rangeOf(answer) === had
    if (answer.statusCode === 416) forget(path)
    if (answer.statusCode !== 200 && !isRest) throw notFetched(`the server answers ${answer.statusCode}`)
    const etag = answer.headers.etag
    const length = Number(answer.headers['content-length'] ?? 0) + (isRest ? had : 0)
    if (length > mostBytes) throw tooLarge()
    if (!isRest) begin(path, address, etag)
    await append(answer, path, isRest ? had : 0, length, progress)
    const content = readFileSync(path)
    forget(path)
    if (length > 0 && content.length !== length) throw notFetched('it is shorter than the server said')
    return { content, etag }
  } catch (error) {
    throw error instanceof AppError ? error : notFetched('the connection broke off', error)
  } finally {
    answer.destroy()
  }
}

async function ask(
  url: URL,
  mirrors: ReadonlySet<string>,
  headers: Record<string, string>,
  signal: AbortSignal,
  redirections = 0,
): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(
      url,
      { headers, agent: false, lookup: wallAround(url, mirrors), ca: trusted(), signal, timeout: silenceMilliseconds },
      resolve,
    )
    sent.on('timeout', () => sent.destroy(new Error('it is silent')))
    sent.on('error', (error) =>
      reject(error instanceof AppError ? error : notFetched('the server is not reached', error)),
    )
    sent.end()
  })
  const { statusCode = 0, headers: said } = answer
  if (![301, 302, 303, 307, 308].includes(statusCode)) return answer
  answer.destroy()
  if (redirections === mostRedirections || said.location === undefined || !URL.canParse(said.location, url.href))
    throw notFetched('the server sends us on too often, or nowhere')
  const next = readAddress(new URL(said.location, url).href)
  return ask(next, mirrors, headers, signal, redirections + 1)
}

async function append(
  answer: IncomingMessage,
  path: string,
  from: number,
  length: number,
  progress: Fetch['progress'],
) {
  // O_SYNC: what is there after a crash is what was fetched, and fsync is one of the things that Node's permission model forbids.
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_SYNC, 0o600)
  let at = from
  try {
    answer.setTimeout(silenceMilliseconds, () => answer.destroy(new Error('it is silent')))
    for await (const part of answer) {
      const bytes = part as Buffer
      if (at + bytes.length > mostBytes) throw tooLarge()
      at += writeSync(file, bytes, 0, bytes.length, at)
      progress(at, length)
    }
  } finally {
    closeSync(file)
  }
}

function rangeOf(answer: IncomingMessage): number {
  const [, first] = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(answer.headers['content-range'] ?? '') ?? []
  return Number(first ?? -1)
}

function readBegun(path: string, address: string): Begun | undefined {
  const text = readOwn(`${path}.begun`)
  if (!text || !existsSync(path)) return undefined
  const begun = JSON.parse(text.toString('utf8')) as Begun
  return begun.address === address ? begun : undefined
}

function begin(path: string, address: string, etag: string | undefined): void {
  forget(path)
  if (etag?.startsWith('"')) writeWhole(`${path}.begun`, JSON.stringify({ address, etag } satisfies Begun))
}

function forget(path: string): void {
  rmSync(path, { force: true })
  rmSync(`${path}.begun`, { force: true })
}

/** The authorities this machine trusts; those of Node where it has none. */
function trusted(): string[] {
  const own = getCACertificates('system')
  return [...(own.length > 0 ? own : rootCertificates)]
}
