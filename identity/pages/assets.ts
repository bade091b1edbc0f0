import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Read once: the files are part of the program. The hash in the address lets a browser keep them until they change. */
function readAsset(name: string, type: string) {
  const body = readFileSync(join(import.meta.dirname, name))
  return {
    name,
    type,
    body,
    address: `/pages/${name}?v=${createHash('sha256').update(body).digest('hex').slice(0, 12)}`,
  }
}

export const look = readAsset('look.css', 'text/css; charset=utf-8')
export const passkeyScript = readAsset('passkey.js', 'text/javascript; charset=utf-8')
export const inboxScript = readAsset('inbox.js', 'text/javascript; charset=utf-8')
