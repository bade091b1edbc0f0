import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import type { Services } from '#identity/services'
import { isLoopback, isPublic, wallFor } from '#server/network-wall'

/** The library gives 2.5 s to the whole of it; this is for an address that takes the connection and then says nothing. */
const silenceMilliseconds = 2_000
/** A service has nothing to tell us here: its answer is a status. */
const mostHeaderBytes = 8_192

type Asked = {
  readonly method?: string
  readonly headers?: unknown
  readonly body?: unknown
  readonly signal?: unknown
}

/**
 * The only thing that leaves identity by itself: a logout token (OpenID Connect Back-Channel Logout 1.0 §2.5), to the address that a running contract
 * names for it. Whatever else the library would fetch is refused, redirects are not followed, and the answer's body is not read. A private address is
 * reached by no service in force, and by one in test mode only where Vartio itself runs on the developer's own machine.
 */
export function createBackChannel(options: {
  services: Pick<Services, 'backChannelStates'>
  /** Its own host name leads to this machine alone. */
  isDevelopment: boolean
}) {
  return async (address: string | URL, asked: Asked = {}): Promise<Response> => {
    const url = new URL(address)
    const states = await options.services.backChannelStates(url.href)
    if (states.length === 0) throw new Error('no contract names this address')
    // Two contracts may name one address: then the stricter decides.
    const mayStayHere = options.isDevelopment && states.every((state) => state === 'test')
    const mayReach = (ip: string) => isPublic(ip) || (mayStayHere && isLoopback(ip))
    if (url.protocol !== 'https:' && !mayStayHere) throw notReached()
    const body = String(asked.body ?? '')
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? request : requestPlain)(
        url,
        {
          method: asked.method ?? 'GET',
          headers: {
            ...Object.fromEntries(new Headers(asked.headers as Record<string, string>)),
            'content-length': Buffer.byteLength(body),
          },
          agent: false,
          lookup: wallFor(url, mayReach, notReached),
          maxHeaderSize: mostHeaderBytes,
          timeout: silenceMilliseconds,
          signal: asked.signal as AbortSignal,
        },
        (answer) => {
          answer.destroy()
          resolve(new Response(null, { status: answer.statusCode ?? 500 }))
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('it is silent')))
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

const notReached = () => new Error('this address is not reached from here')
