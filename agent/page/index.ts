import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hashToken, newToken } from '#base/ids'
import { chooseLanguage, type Language } from '#base/languages'
import { type Shown, showPage, styleHash } from './show.ts'

export { describeProtection } from './show.ts'
export { texts as pageTexts } from './texts.ts'

export type Pages = { linkFor(uid: number): Promise<string>; close(): Promise<void> }

const linkMilliseconds = 60 * 60_000
const mostLinks = 100

type Link = { readonly uid: number; until: number }

export function createPages(uses: {
  language: Language
  status: () => Shown['status']
  entries: (uid: number) => Shown['entries']
}): Pages {
  /** By the hash of the secret, so that a lookup tells nothing by its time. */
  const links = new Map<string, Link>()
  let server: Server | undefined
  let closing: NodeJS.Timeout | undefined

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const port = request.socket.localPort
    const isSame = ['none', 'same-origin', undefined].includes(request.headers['sec-fetch-site'] as string | undefined)
    const token = /^\/([A-Za-z0-9_-]{43})\/$/.exec(request.url ?? '')?.[1]
    const link = token && links.get(hashToken(token).toString('hex'))
    // DNS rebinding: a name of somebody else's that leads to this address carries that name as its Host.
    const isHere = request.headers.host === `127.0.0.1:${port}`
    if (!link || !isHere || !isSame || request.method !== 'GET' || link.until < performance.now()) {
      response.writeHead(404, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end('404\n')
      return
    }
    keep(link)
    const language = request.headers['accept-language']
      ? chooseLanguage(request.headers['accept-language'])
      : uses.language
    const text = showPage({ status: uses.status(), entries: uses.entries(link.uid), now: new Date() }, language)
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-language': language,
        'content-security-policy': `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        vary: 'accept-language',
      })
      .end(text)
  }

  const keep = (link: Link) => {
    link.until = performance.now() + linkMilliseconds
    clearTimeout(closing)
    closing = setTimeout(close, linkMilliseconds).unref()
  }

  const open = async (): Promise<number> => {
    if (!server) {
      server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16_384 }, answer)
      server.maxConnections = 32
      const opened = server
      await new Promise<void>((resolve, reject) => {
        opened.once('error', reject)
        opened.listen(0, '127.0.0.1', resolve)
      })
    }
    return (server.address() as AddressInfo).port
  }

  const close = async () => {
    clearTimeout(closing)
    links.clear()
    const closed = server
    server = undefined
    if (!closed) return
    closed.closeAllConnections()
    await new Promise((resolve) => closed.close(resolve))
  }

  return {
    async linkFor(uid) {
      const port = await open()
      const token = newToken()
      const link = { uid, until: 0 }
      keep(link)
      links.set(hashToken(token).toString('hex'), link)
      if (links.size > mostLinks) links.delete(links.keys().next().value as string)
      return `http://127.0.0.1:${port}/${token}/`
    },
    close,
  }
}
