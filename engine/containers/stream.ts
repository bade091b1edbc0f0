import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Reason } from '../verdict.ts'
import type { Container, Part } from './index.ts'

/** gzip and zstd, by Node itself: many small files are packed so, and this is the quickest way. */
export async function* inflate({ type, bytes, budget }: Container): AsyncGenerator<Part> {
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
