import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { tarBlock, tarHeader, tarPadding } from '#base/tar'
import { codeFolder, collectPieces, contentOf, type Piece } from './pieces.ts'

/** In the archive everything lies in one folder, so that unpacking it anywhere overwrites nothing. */
const folder = 'vartio-agent'

/**
 * What a device needs as one gzipped tar, for machines like this one (its Node and its native parts are in it). The same code makes the same bytes, so that
 * whoever builds it again can compare. It appears under its name when it is whole.
 */
export async function buildArchive(file: string, root = codeFolder): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const half = `${file}.half-${process.pid}`
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const tar = Readable.from(write(collectPieces(root)), { objectMode: false })
  await pipeline(tar, createGzip({ level: 6 }), count, createWriteStream(half, { mode: 0o644, flush: true }))
  await rename(half, file)
  return { bytes, sha256: hash.digest('hex') }
}

function* write(pieces: readonly Piece[]): Generator<Buffer> {
  for (const piece of pieces) {
    const content = contentOf(piece)
    yield tarHeader(`${folder}/${piece.path}`, content.length, piece.mode)
    yield content
    yield tarPadding(content.length)
  }
  yield Buffer.alloc(tarBlock * 2)
}
