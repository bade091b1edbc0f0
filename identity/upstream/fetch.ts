import { Agent as PlainAgent, request as requestPlain } from 'node:http'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { CustomFetch } from 'openid-client'
import { isLoopback, isPublic, wallFor } from '#server/network-wall'

/** Of one answer: a discovery document and a key set have some kilobytes. */
const mostBytes = 128 * 1024
const mostHeaderBytes = 16_384
/** A connection waits so long for the next person; servers close theirs after five seconds or more. */
const idleMilliseconds = 4_000

/** Of one answer, from the first byte that is sent to the last that comes: a person waits. */
const wholeMilliseconds = 5_000

const notReached = () => new Error('this address is not reached from here')

/** RFC 6761 §6.3: such a name leads to this machine, and to no other. Node asks the system, which may not know. */
const lookupHere: LookupFunction = (_hostname, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

const utf8 = new TextDecoder()

/** An answer that is here already: nothing of it is still to come as a stream, which costs more than all the rest of it. */
class Whole extends Response {
  readonly #text: string

  constructor(text: string, headers: Headers) {
    super(null, { status: 200, headers })
    this.#text = text
  }

  override text = async (): Promise<string> => this.#text
  override json = async (): Promise<unknown> => JSON.parse(this.#text)
}

/**
 * How an upstream is asked. Its addresses are its own to name, in its discovery document, so each of them is behind the wall: none leads into our own
 * network (SSRF). The exception is an upstream in test mode where Vartio itself is at `*.localhost`. Redirects are not followed, and what is too
 * long or too late breaks off.
 */
export function createFetch({ mayStayHere }: { mayStayHere: boolean }): CustomFetch {
  // Whom a name led to was looked at when the connection was made; it leads to nobody else while it is open.
  const options = { keepAlive: true, timeout: idleMilliseconds, maxFreeSockets: 20 }
  const agents = { 'https:': new Agent(options), 'http:': new PlainAgent(options) }
  return (address, asked) => {
    const url = new URL(address)
    const isHere = mayStayHere && /(^|\.)localhost$/.test(url.hostname)
    const mayReach = (ip: string) => isPublic(ip) || (mayStayHere && isLoopback(ip))
    if (url.protocol !== 'https:' && !(mayStayHere && url.protocol === 'http:')) return Promise.reject(notReached())
    const body = asked.body === undefined || asked.body === null ? undefined : String(asked.body)
    // Not AbortSignal.timeout, which fires for everybody who was answered in time as well.
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), wholeMilliseconds)
    const send = (isAgain: boolean): Promise<Response> =>
      new Promise((resolve, reject) => {
        const lookup = isHere ? lookupHere : wallFor(url, mayReach, notReached)
        const sent = (url.protocol === 'https:' ? request : requestPlain)(
          url,
          {
            method: asked.method,
            headers: {
              ...asked.headers,
              'accept-encoding': 'identity',
              ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
            },
            agent: isAgain ? false : agents[url.protocol as keyof typeof agents],
            lookup,
            maxHeaderSize: mostHeaderBytes,
            signal: asked.signal ? AbortSignal.any([asked.signal, late.signal]) : late.signal,
          },
          (answer) => {
            const parts: Buffer[] = []
            let bytes = 0
            answer.on('data', (part: Buffer) => {
              bytes += part.length
              if (bytes > mostBytes) answer.destroy(new Error('it answers more than such an answer has'))
              else parts.push(part)
            })
            answer.on('error', reject)
            answer.on('end', () => {
              const status = answer.statusCode ?? 500
              const headers = new Headers()
              for (const name of ['content-type', 'www-authenticate', 'dpop-nonce']) {
                const value = answer.headers[name]
                if (typeof value === 'string') headers.set(name, value)
              }
              const isEmpty = status === 204 || status === 205 || status === 304
              if (status < 200 || status > 599) reject(new Error('it answers with a status that is none'))
              else if (status === 200) resolve(new Whole(utf8.decode(Buffer.concat(parts)), headers))
              else resolve(new Response(isEmpty ? null : Buffer.concat(parts), { status, headers }))
            })
          },
        )
        sent.on('error', (error: NodeJS.ErrnoException) => {
          // It closed a connection at the moment at which we took it up again, so this was never heard.
          if (sent.reusedSocket && !isAgain && error.code === 'ECONNRESET') resolve(send(true))
          else reject(error)
        })
        sent.end(body)
      })
    return send(false).finally(() => clearTimeout(timer))
  }
}
