import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { CustomFetch } from 'openid-client'
import { isLoopback, isPublic, wallFor } from '#server/network-wall'

/** Of one answer: a discovery document and a key set have some kilobytes. */
const mostBytes = 128 * 1024
const mostHeaderBytes = 16_384
/** Of one answer, from the first byte that is sent to the last that comes: a person waits. */
const wholeMilliseconds = 5_000

const notReached = () => new Error('this address is not reached from here')

/** RFC 6761 §6.3: such a name leads to this machine, and to no other. Node asks the system, which may not know. */
const lookupHere: LookupFunction = (_hostname, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

/**
 * How an upstream is asked. Its addresses are its own to name, in its discovery document, so each of them is behind the wall: none leads into our own
 * network (SSRF). The exception is an upstream in test mode where Vartio itself is at `*.localhost`. Redirects are not followed, and what is too
 * long or too late breaks off.
 */
export function createFetch({ mayStayHere }: { mayStayHere: boolean }): CustomFetch {
  return (address, asked) => {
    const url = new URL(address)
    const isHere = mayStayHere && /(^|\.)localhost$/.test(url.hostname)
    const mayReach = (ip: string) => isPublic(ip) || (mayStayHere && isLoopback(ip))
    if (url.protocol !== 'https:' && !(mayStayHere && url.protocol === 'http:')) return Promise.reject(notReached())
    const body = asked.body === undefined || asked.body === null ? undefined : String(asked.body)
    return new Promise((resolve, reject) => {
      const lookup = isHere ? lookupHere : wallFor(url, mayReach, notReached)
      const late = AbortSignal.timeout(wholeMilliseconds)
      const sent = (url.protocol === 'https:' ? request : requestPlain)(
        url,
        {
          method: asked.method,
          headers: {
            ...Object.fromEntries(new Headers(asked.headers)),
            'accept-encoding': 'identity',
            ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          },
          agent: false,
          lookup,
          maxHeaderSize: mostHeaderBytes,
          signal: asked.signal ? AbortSignal.any([asked.signal, late]) : late,
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
            else resolve(new Response(isEmpty ? null : Buffer.concat(parts), { status, headers }))
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
