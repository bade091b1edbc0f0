import { createHash, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isLoopback } from '#server/listening'
import { Reply } from '#server/routes'
import type { OwnReach } from './api.ts'
import { noArchive } from './errors.ts'

export type Place = {
  /** Where the supervisor lays what devices are installed from, with its signature beside it. */
  readonly publicFolder: string
  readonly portalUrl: URL
  /** Where the portal listens, if somebody has said so. */
  readonly listen: string | undefined
  readonly hasTls: boolean
  readonly hasProxy: boolean
}

export const archiveName = 'vartio-agent.tar.gz'

/** A device elsewhere reaches the portal only when it listens there itself, or a proxy does in its place. */
export const isLoopbackOnly = ({ listen, hasTls, hasProxy }: Place): boolean =>
  !hasProxy && (listen === undefined ? !hasTls : isLoopback(listen))

/** Hashed once for each file that lay there: its size and time tell one from the next. */
export function createArchive({ publicFolder }: Pick<Place, 'publicFolder'>, portalKey: () => KeyObject) {
  const path = join(publicFolder, archiveName)
  let known: { mark: string; bytes: number; sha256: string } | undefined

  const look = async (): Promise<OwnReach['archive']> => {
    const file = await open(path).catch(() => undefined)
    if (!file) return null
    try {
      const { size, mtimeMs, ino } = await file.stat()
      const mark = `${ino} ${size} ${mtimeMs}`
      if (known?.mark !== mark) {
        const hash = createHash('sha256')
        await pipeline(file.createReadStream({ autoClose: false }), hash)
        known = { mark, bytes: size, sha256: hash.digest('hex') }
      }
      const key = portalKey().export({ type: 'spki', format: 'der' }).toString('base64')
      return { bytes: known.bytes, sha256: known.sha256, key }
    } finally {
      await file.close()
    }
  }
  return {
    look,
    async send(): Promise<Reply> {
      const found = await look()
      if (!found) throw noArchive()
      const headers = {
        'content-type': 'application/gzip',
        'content-length': String(found.bytes),
        'content-disposition': `attachment; filename="${archiveName}"`,
      }
      return new Reply(200, headers, createReadStream(path, { end: found.bytes - 1 }))
    },
    async sendSignature(): Promise<Reply> {
      const signature = await readFile(`${path}.sig`).catch(() => undefined)
      if (!signature) throw noArchive()
      return new Reply(200, { 'content-type': 'application/octet-stream' }, signature)
    },
  }
}

export type Archive = ReturnType<typeof createArchive>

export async function readReach(place: Place, archive: Archive, folder: string): Promise<OwnReach> {
  return {
    portalUrl: place.portalUrl.origin,
    isLoopbackOnly: isLoopbackOnly(place),
    archive: await archive.look(),
    folder,
  }
}
