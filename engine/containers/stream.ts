import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Reason } from '../verdict.ts'
import type { Container, Part } from './index.ts'

/** Packed and unpacked, what is unpacked in one go: as a stream it would go to another thread and back for each piece. */
const small = { packed: 512 * 1024, unpacked: 4 * 1024 * 1024 }

/** gzip and zstd, by Node itself: many small files are packed so, and this is the quickest way. */
export async function* inflate({ type, bytes, budget }: Container): AsyncGenerator<Part> {
  const content = bytes.length > small.packed ? undefined : inflateSmall(type, bytes, budget.bytesLeft)
  if (content) {
    const reason = budget.takeEntry() ?? budget.takeBytes(content.length)
    if (content.length > 0) yield { name: 'content', bytes: content }
    if (reason) yield { reason }
    return
  }
  const stream = Readable.from([bytes]).pipe(type === 'zstd' ? createZstdDecompress() : createGunzip())
  const steps: Buffer[] = []
  let reason: Reason | undefined = budget.takeEntry()
  try {
    if (reason === undefined)
      for await (const step of stream) {
        steps.push(step)
        reason = budget.takeBytes(step.length)
        if (reason) break
      }
  } catch {
    reason = 'damaged'
  }
  stream.destroy()
  if (steps.length > 0) yield { name: 'content', bytes: Buffer.concat(steps) }
  if (reason) yield { reason }
}

/** Undefined where it is damaged, or too large: then what there is comes in pieces. */
function inflateSmall(type: Container['type'], bytes: Buffer, bytesLeft: number): Buffer | undefined {
  const options = { maxOutputLength: Math.max(1, Math.min(small.unpacked, bytesLeft)), chunkSize: 64 * 1024 }
  try {
    return type === 'zstd' ? zstdDecompressSync(bytes, options) : gunzipSync(bytes, options)
  } catch {
    return undefined
  }
}
