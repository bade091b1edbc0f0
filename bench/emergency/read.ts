import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSystemClock } from '#base/clock'
import type { Log } from '#base/log'
import { createKeys, type KeyStore } from '#server/keys/keys'
import { createFileRoots } from '#server/keys/root-files'
import { adminUser } from '#supervisor/postgres'

export const plainText = 'Aino Korhonen'

const silence = () => undefined
const silent: Log = { debug: silence, info: silence, warn: silence, error: silence }

/** The key store of a program, past every wall, as whoever holds the machine would open it. */
export function openKeyStore(data: string, program: string): KeyStore {
  const address = { host: join(data, 'run-keys'), port: 5432, database: `${program}_keys`, user: adminUser }
  const roots = createFileRoots(join(data, 'programs', program, 'roots'))
  return createKeys({ address, roots, log: silent, clock: createSystemClock(), connections: 1 })
}

export type Reader = {
  readonly name: string
  /** When it last read plain text; undefined when it never did. */
  lastAt(): number | undefined
  stop(): Promise<void>
}

/** Asks again and again, with hardly a pause, and notes when the last answer with plain text had come whole. */
export function startReader(name: string, read: () => Promise<boolean>): Reader {
  let last: number | undefined
  let isStopped = false
  const run = async () => {
    while (!isStopped) {
      if (await read()) last = performance.now()
      await sleep(2)
    }
  }
  const running = run()
  return {
    name,
    lastAt: () => last,
    async stop() {
      isStopped = true
      await running
    },
  }
}

/** Any answer but the notice; when `expected` is given, one that holds it. */
export function readHttp(
  port: number,
  host: string,
  path: string,
  cookie: string,
  expected?: string,
): () => Promise<boolean> {
  return () =>
    new Promise((resolve) => {
      const headers = { host: `${host}:${port}`, cookie, accept: 'application/json' }
      const sent = request({ host: '127.0.0.1', port, path, headers, timeout: 5_000 }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('close', () =>
          resolve(expected === undefined ? response.statusCode !== 503 && body !== '' : body.includes(expected)),
        )
      })
      sent.on('timeout', () => sent.destroy())
      sent.on('error', () => resolve(false))
      sent.end()
    })
}

/** Opens the key store anew each time, with whatever root lies there, and with the key of one owner what was sealed for them. */
export function readKeyStore(data: string, scope: string, owner: string, sealed: Buffer): () => Promise<boolean> {
  return async () => {
    // Opening it would make the folder of the roots again.
    if (!existsSync(join(data, 'programs', 'identity', 'roots'))) return false
    const store = openKeyStore(data, 'identity')
    try {
      const key = (await store.find(scope, [owner])).get(owner)
      if (!key) return false
      const opener = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
      opener.setAuthTag(sealed.subarray(12, 28))
      return Buffer.concat([opener.update(sealed.subarray(28)), opener.final()]).toString() === plainText
    } catch {
      // Whatever stands in the way: nothing was read.
      return false
    } finally {
      await store.stop().catch(() => undefined)
    }
  }
}

export function sealPlainText(key: Parameters<typeof createCipheriv>[1]): Buffer {
  const nonce = randomBytes(12)
  const sealer = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([sealer.update(plainText), sealer.final()])
  return Buffer.concat([nonce, sealer.getAuthTag(), body])
}
