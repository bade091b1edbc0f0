import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Reply, type Route, route } from './routes.ts'

/** A file that pages of our own ask for. The hash in the address lets a browser keep it until it changes. */
export type Asset = { readonly address: string; readonly route: Route }

/** Read once: the files are part of the program. `name` ends in `.css` or `.js`. */
export function readAsset(folder: string, name: string): Asset {
  const body = readFileSync(join(folder, name))
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript'
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=86400' }
  const path = `/pages/${name}`
  return {
    address: `${path}?v=${createHash('sha256').update(body).digest('hex').slice(0, 12)}`,
    route: route({
      method: 'GET',
      path,
      permission: 'anyone',
      purpose: 'service',
      does: 'serve a file that our pages ask for',
      run: async () => new Reply(200, headers, body),
    }),
  }
}
