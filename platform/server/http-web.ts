import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { pageHeaders } from './http-headers.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

type WebFile = {
  readonly path: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export type Web = {
  readonly files: readonly WebFile[]
  /** The page of the app, with this answer's nonce. */
  page(nonce: string): string
}

/**
 * Reads a build of the web, whole: what can be asked for is exactly what lies there at the start, so that no address can lead to another file.
 */
export function readWeb(folder: string): Web {
  const files: WebFile[] = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.') || entry.name === 'index.html') continue
    const file = join(entry.parentPath, entry.name)
    const path = relative(folder, file).split(sep).join('/')
    const type = types[extname(entry.name)]
    // A source map would show more than what runs; anything unknown was not meant to be served.
    if (!type) continue
    files.push({
      path,
      body: readFileSync(file),
      headers: {
        'content-type': type,
        // The name carries the hash of the content: another content has another name.
        'cache-control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
      },
    })
  }
  const index = readFileSync(join(folder, 'index.html'), 'utf8').split('__CSP_NONCE__')
  return { files, page: (nonce) => index.join(nonce) }
}

export function answerPage(web: Web, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const nonce = request.nonce()
  return reply.code(200).headers(pageHeaders(nonce)).send(web.page(nonce))
}
