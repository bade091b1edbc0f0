import type { KeyObject } from 'node:crypto'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { newToken } from '#base/ids'
import { contentDigest, signMessage } from '#base/signatures'
import { badAddress, noTls, PortalRefusal, unreachable } from './errors.ts'

/** What a call covers, in the order the portal expects (`deviceCallComponents`). */
const covered = ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'] as const
const lifetimeSeconds = 120
const answerLimitBytes = 4 * 1024 * 1024
const timeoutMilliseconds = 30_000
/** Below this the clocks agree, as far as signatures care. */
const toleratedSkewMilliseconds = 30_000

export type Signer = { readonly deviceId: string; readonly key: KeyObject }

export type Portal = {
  /** The answer's body. What the portal refuses is a `PortalRefusal`; anything else is `connection.unreachable`. `sent` is told once the bytes have left. */
  post(path: `/api/device/${string}`, body: unknown, sent?: () => void): Promise<unknown>
}

/** Its address as people give it: with TLS, or on this machine. */
export function readPortalUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password) throw badAddress()
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw noTls()
  return new URL(url.origin)
}

const isLoopback = (host: string) =>
  host === 'localhost' || host.endsWith('.localhost') || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]'

export function createPortal(url: URL, signer?: Signer, now: () => number = Date.now): Portal {
  /** How far the portal's clock is ahead of ours, where that matters. */
  let skew = 0
  const noteTime = (date: string | undefined) => {
    const theirs = Date.parse(date ?? '')
    if (Number.isNaN(theirs)) return false
    const difference = theirs - now()
    const before = skew
    skew = Math.abs(difference) > toleratedSkewMilliseconds ? difference : 0
    return Math.abs(skew - before) > toleratedSkewMilliseconds
  }

  const once = async (path: string, text: string, sent?: () => void) => {
    const headers: Record<string, string> = {
      host: url.host,
      'content-type': 'application/json',
      'content-digest': contentDigest(text),
      'content-length': String(Buffer.byteLength(text)),
    }
    if (signer) {
      const created = Math.floor((now() + skew) / 1_000)
      const parameters = {
        created,
        expires: created + lifetimeSeconds,
        nonce: newToken(),
        alg: 'ed25519',
        keyid: signer.deviceId,
      }
      const message = { method: 'POST', authority: url.host, target: path, headers }
      Object.assign(headers, signMessage(message, covered, parameters, signer.key))
    }
    const answer = await send(url, path, headers, text, sent)
    return { ...answer, isClockCorrected: noteTime(answer.date) }
  }

  return {
    async post(path, body, sent) {
      const text = JSON.stringify(body)
      let answer = await once(path, text, sent)
      // Refused because of the time alone: now we know theirs.
      if (answer.status === 401 && answer.isClockCorrected) answer = await once(path, text)
      return readAnswer(answer)
    },
  }
}

type Answer = { status: number; text: string; date: string | undefined; retryAfter: string | undefined }

function readAnswer({ status, text, retryAfter }: Answer): unknown {
  let value: unknown
  try {
    value = text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    throw unreachable(cause)
  }
  if (status >= 200 && status < 300) return value
  const { code, title } = (value ?? {}) as { code?: unknown; title?: unknown }
  const seconds = Math.min(Number(retryAfter) || 0, 3_600)
  // A captive portal or a proxy answers too, and not in our words.
  if (status < 400 || status >= 500 || status === 429 || typeof code !== 'string')
    throw unreachable(new Error(`it answered ${status}`), seconds)
  throw new PortalRefusal(code, status, typeof title === 'string' ? title.slice(0, 300) : 'This was refused.')
}

/** The authorities this machine trusts, a company's own among them; those of Node where the machine has none. */
let authorities: readonly string[] | undefined
function trusted(): string[] {
  const { getCACertificates, rootCertificates } = process.getBuiltinModule('node:tls')
  authorities ??= getCACertificates('system')
  return [...(authorities.length > 0 ? authorities : rootCertificates)]
}

function send(
  url: URL,
  path: string,
  headers: Record<string, string>,
  text: string,
  sent?: () => void,
): Promise<Answer> {
  const isSecure = url.protocol === 'https:'
  const bare = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(unreachable(cause))
    const settings: RequestOptions = {
      // Node does not resolve *.localhost.
      host: !isSecure && bare.endsWith('localhost') ? '127.0.0.1' : bare,
      port: url.port || (isSecure ? 443 : 80),
      path,
      method: 'POST',
      headers,
      agent: false,
    }
    const take = (response: IncomingMessage) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > answerLimitBytes) request.destroy(new Error('the answer is too large'))
        else parts.push(part)
      })
      response.on('error', fail)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
          date: response.headers.date,
          retryAfter: response.headers['retry-after'],
        }),
      )
    }
    // Loaded when somebody connects, and TLS only for TLS: the guard reads this file for its neighbours and never does, and each takes a megabyte.
    const request = isSecure
      ? process.getBuiltinModule('node:https').request({ ...settings, servername: bare, ca: trusted() }, take)
      : process.getBuiltinModule('node:http').request(settings, take)
    // The whole exchange, not only silence: a drip of bytes must not hold the agent.
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), timeoutMilliseconds)
    request.on('close', () => clearTimeout(timer))
    request.on('error', fail)
    if (sent) request.once('finish', sent)
    request.end(text)
  })
}
