import type { IncomingMessage, ServerResponse } from 'node:http'

/** More than an address may be long; who has more to say pushes it (RFC 9126). */
const mostBytes = 8_000

/**
 * OpenID Connect Core §3.1.2.1 lets a request come by POST. Our cookies are Lax, so a browser would not bring the session along from another site: it is
 * sent on to the same request by GET, with which it does.
 */
export function turnIntoGet(request: IncomingMessage, response: ServerResponse): void {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers['content-type'] ?? '')
  const parts: Buffer[] = []
  let bytes = 0
  const refuse = (status: number) => {
    request.removeAllListeners('data')
    // What is still on its way is not read, so the connection is of no more use.
    response.writeHead(status, { connection: 'close' }).end()
  }
  if (!isForm) {
    refuse(415)
    return
  }
  request.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes > mostBytes) refuse(413)
    else parts.push(part)
  })
  request.once('end', () => {
    if (response.writableEnded) return
    // Read and written again, so that nothing of the body can end the header it is put into.
    const query = new URLSearchParams(Buffer.concat(parts).toString('utf8')).toString()
    response.writeHead(303, { location: `/oidc/auth?${query}` }).end()
  })
  request.once('error', () => response.destroy())
}
