import { createHmac, X509Certificate } from 'node:crypto'
import { type RequestOptions, request } from 'node:https'
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  getCACertificates,
  rootCertificates,
  type SecureContext,
} from 'node:tls'
import { AppError } from '#base/errors'
import { isPublic, wallFor } from '#server/network-wall'
import type { Failure } from './api.ts'
import { badAddress, badCertificate, ownNetwork } from './errors.ts'

// Whatever is sent goes through here: to public addresses and to those that the setting names, over TLS that is verified, and nowhere further.

export type Target = {
  readonly address: string
  /** Whom it is to be trusted by: made once for many letters, for reading all authorities takes longer than sending. */
  readonly trust: SecureContext
  /** `host` or `host:port` in one's own network. */
  readonly allowed: ReadonlySet<string>
}
export type Letter = { readonly id: string; readonly at: Date; readonly body: string; readonly secret: string }

const silenceMilliseconds = 10_000
const mostHeaderBytes = 8_192

export function readTarget(address: string, isSyslog: boolean): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== (isSyslog ? 'tls:' : 'https:') || url.username || url.password || url.hostname === '')
    throw badAddress()
  // Of a protocol that it does not know, URL leaves the host as it was written.
  if (isSyslog && (!/^[a-z0-9.-]+$/i.test(url.hostname) || (url.pathname !== '' && url.pathname !== '/') || url.search))
    throw badAddress()
  return url
}

/** One authority, or a few. */
export function checkCertificate(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  try {
    if (blocks.length === 0 || blocks.length > 5) throw badCertificate()
    for (const block of blocks) new X509Certificate(block)
  } catch {
    throw badCertificate()
  }
}

const portOf = (url: URL) => Number(url.port || (url.protocol === 'tls:' ? 6_514 : 443))

function wall(url: URL, allowed: ReadonlySet<string>) {
  const name = url.hostname.toLowerCase()
  const isAllowed = allowed.has(`${name}:${portOf(url)}`) || allowed.has(name)
  return wallFor(url, isAllowed ? () => true : isPublic, ownNetwork)
}

/** For who names an address: refused at once where it is an address of one's own network. A name is looked at each time. */
export function checkTarget({ address, allowed }: Pick<Target, 'address' | 'allowed'>, isSyslog: boolean): void {
  wall(readTarget(address, isSyslog), allowed)
}

/** `certificate`: of an authority beside those that everybody knows. */
export const trust = (certificate: string | null): SecureContext =>
  createSecureContext({
    ca: [...rootCertificates, ...getCACertificates('extra'), ...(certificate ? [certificate] : [])],
    minVersion: 'TLSv1.2',
  })

export class NotDelivered extends Error {
  readonly why: Failure
  readonly status: number | undefined
  constructor(why: Failure, status?: number) {
    super(why)
    this.why = why
    this.status = status
  }
}

/** Of the answers that blame whoever asks, those that are about the way and not about what was sent: rights, place, time and haste. */
const aboutTheWay: ReadonlySet<number> = new Set([401, 403, 404, 408, 410, 429])

function judge(error: unknown): NotDelivered {
  if (error instanceof NotDelivered) return error
  if (error instanceof AppError) return new NotDelivered('own-network')
  const code = String((error as { code?: unknown } | undefined)?.code ?? '')
  return new NotDelivered(/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code) ? 'not-trusted' : 'not-reached')
}

/** Standard Webhooks: the number stays the same however often it is sent, so that who gets it twice can tell. */
export function sign({ id, at, body, secret }: Letter): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1_000))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` }
}

/** A status of two hundred and something is the only yes. Redirections are not followed, and no answer is read. */
export async function post(target: Target, letter: Letter): Promise<void> {
  try {
    const url = readTarget(target.address, false)
    const status = await new Promise<number>((resolve, reject) => {
      const options: RequestOptions & Pick<ConnectionOptions, 'secureContext'> = {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(letter.body),
          'user-agent': 'Vartio',
          ...sign(letter),
        },
        agent: false,
        lookup: wall(url, target.allowed),
        secureContext: target.trust,
        maxHeaderSize: mostHeaderBytes,
        timeout: silenceMilliseconds,
        signal: AbortSignal.timeout(2 * silenceMilliseconds),
      }
      const sent = request(url, options, (answer) => {
        answer.destroy()
        resolve(answer.statusCode ?? 0)
      })
      sent.on('timeout', () => sent.destroy(new NotDelivered('silent')))
      sent.on('error', reject)
      sent.end(letter.body)
    })
    if (status >= 300 && status < 400) throw new NotDelivered('redirected')
    if (status >= 400 && status < 500 && !aboutTheWay.has(status)) throw new NotDelivered('not-taken', status)
    if (status < 200 || status > 299) throw new NotDelivered('refused', status)
  } catch (error) {
    throw judge(error)
  }
}

/** RFC 5425 §4.3: each message with its length in front. The other side says nothing; that it took everything and closed is all there is to know. */
export async function sendSyslog(target: Target, messages: readonly string[]): Promise<void> {
  try {
    const url = readTarget(target.address, true)
    await new Promise<void>((resolve, reject) => {
      const socket = connect({
        host: url.hostname,
        port: portOf(url),
        servername: url.hostname,
        lookup: wall(url, target.allowed),
        secureContext: target.trust,
      })
      let isTaken = false
      // Of the whole: who sends something now and then would never be silent.
      const timer = setTimeout(() => socket.destroy(new NotDelivered('silent')), 2 * silenceMilliseconds)
      socket.on('error', reject)
      socket.on('close', () => {
        clearTimeout(timer)
        if (isTaken) resolve()
        else reject(new NotDelivered('not-reached'))
      })
      socket.on('secureConnect', () => {
        for (const message of messages) socket.write(`${Buffer.byteLength(message)} ${message}`)
        socket.end(() => {
          isTaken = true
        })
      })
      socket.resume()
    })
  } catch (error) {
    throw judge(error)
  }
}
