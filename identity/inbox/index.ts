import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Keys } from '#identity/keys'
import type { Calls } from '#server/calls'
import type { Mail } from '#server/mail'
import { createRoutes } from './routes.ts'

export { inboxCookie } from './routes.ts'

export function createInbox(
  platform: { clock: Clock; log: Log; mail: Mail; calls: Calls; folder: string },
  uses: { keys: Keys },
) {
  // Only the hash of the key is here: this program could not make the link it lets people in by.
  const keyHash = Buffer.from(readFileSync(join(platform.folder, 'inbox-key-hash'), 'utf8').trim(), 'hex')
  return { routes: createRoutes(platform, { ...uses, keyHash }) }
}
