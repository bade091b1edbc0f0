import { createHash, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isLoopback } from '#server/listening'
import { Reply } from '#server/routes'
import type { Reach } from './api.ts'
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

const archiveName = 'vartio-agent.tar.gz'
const packagePattern = /^vartio-agent_[0-9A-Za-z.+~-]{1,60}_[a-z0-9]{1,20}\.deb$/

/** A device elsewhere reaches the portal only when it listens there itself, or a proxy does in its place. */
const isLoopbackOnly = ({ listen, hasTls, hasProxy }: Place): boolean =>
  !hasProxy && (listen === undefined ? !hasTls : isLoopback(listen))

type Offered = Awaited<ReturnType<ReturnType<typeof createOffer>['look']>>

/** Hashed once for each file that lay there: its size and time tell one from the next. */
function createOffer(
  { publicFolder }: Pick<Place, 'publicFolder'>,
  findName: () => Promise<string | undefined>,
  type: string,
  portalKey: () => KeyObject,
) {
  let known: { mark: string; bytes: number; sha256: string } | undefined

  const look = async () => {
    const fileName = await findName()
    const path = join(publicFolder, fileName ?? '')
    const file = fileName === undefined ? undefined : await open(path).catch(() => undefined)
    if (fileName === undefined || !file) return null
    try {
      const { size, mtimeMs, ino } = await file.stat()
      const mark = `${ino} ${size} ${mtimeMs}`
      if (known?.mark !== mark) {
        const hash = createHash('sha256')
        await pipeline(file.createReadStream({ autoClose: false }), hash)
        known = { mark, bytes: size, sha256: hash.digest('hex') }
      }
      const key = portalKey().export({ type: 'spki', format: 'der' }).toString('base64')
      return { fileName, path, bytes: known.bytes, sha256: known.sha256, key }
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
        'content-type': type,
        'content-length': String(found.bytes),
        'content-disposition': `attachment; filename="${found.fileName}"`,
      }
      return new Reply(200, headers, createReadStream(found.path, { end: found.bytes - 1 }))
    },
    async sendSignature(): Promise<Reply> {
      const fileName = await findName()
      const signature = fileName && (await readFile(join(publicFolder, `${fileName}.sig`)).catch(() => undefined))
      if (!signature) throw noArchive()
      return new Reply(200, { 'content-type': 'application/octet-stream' }, signature)
    },
  }
}

/** What a device is installed from, in both forms. */
export function createOffers(place: Pick<Place, 'publicFolder'>, portalKey: () => KeyObject) {
  const findPackage = async () =>
    (await readdir(place.publicFolder).catch(() => [])).filter((name) => packagePattern.test(name)).at(0)
  return {
    archive: createOffer(place, async () => archiveName, 'application/gzip', portalKey),
    debianPackage: createOffer(place, findPackage, 'application/vnd.debian.binary-package', portalKey),
  }
}

export type Offers = ReturnType<typeof createOffers>

export async function readReach(place: Place, offers: Offers): Promise<Reach> {
  return {
    portalUrl: place.portalUrl.origin,
    isLoopbackOnly: isLoopbackOnly(place),
    archive: tell(await offers.archive.look()),
    debianPackage: tell(await offers.debianPackage.look()),
  }
}

function tell(found: Offered): Reach['archive'] {
  if (!found) return null
  const { fileName, bytes, sha256, key } = found
  return { fileName, bytes, sha256, key }
}
