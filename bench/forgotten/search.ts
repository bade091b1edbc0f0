import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'

const stepBytes = 8 * 1024 * 1024

/** A text as programs write texts down: plain, in UTF-16, in hexadecimal, and in base64 at each of its three places. */
export function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  // What a base64 letter at the edge says also depends on the neighbour: only whole ones are looked for.
  const base64 = [0, 1, 2].map((skip) => {
    const whole = bytes.subarray((3 - skip) % 3)
    return Buffer.from(whole.subarray(0, whole.length - (whole.length % 3)).toString('base64'))
  })
  return [bytes, Buffer.from(text, 'utf16le'), Buffer.from(bytes.toString('hex')), ...base64]
}

function countIn(buffer: Buffer, wanted: readonly Buffer[], startsBefore: number): number {
  let found = 0
  for (const each of wanted)
    for (let at = buffer.indexOf(each); at >= 0 && at < startsBefore; at = buffer.indexOf(each, at + 1)) found += 1
  return found
}

/** How often any of these stands in the file, over every byte of it. */
export function countInFile(path: string, wanted: readonly Buffer[]): { found: number; bytes: number } {
  const overlap = Math.max(...wanted.map(({ length }) => length)) - 1
  const buffer = Buffer.alloc(stepBytes + overlap)
  const handle = openSync(path, 'r')
  let [found, bytes] = [0, 0]
  try {
    for (let at = 0; ; at += stepBytes) {
      const length = readSync(handle, buffer, 0, buffer.length, at)
      if (length === 0) return { found, bytes }
      // What begins in the overlap is counted with the next step.
      found += countIn(buffer.subarray(0, length), wanted, stepBytes)
      bytes += Math.min(length, stepBytes)
    }
  } finally {
    closeSync(handle)
  }
}

/** The same within a file that is compressed: on the device itself its text cannot be seen. */
export async function countInGzip(path: string, wanted: readonly Buffer[]): Promise<number> {
  const overlap = Math.max(...wanted.map(({ length }) => length)) - 1
  let [held, found] = [Buffer.alloc(0), 0]
  for await (const chunk of createReadStream(path).pipe(createGunzip())) {
    const both = Buffer.concat([held, chunk as Buffer])
    const settled = Math.max(0, both.length - overlap)
    found += countIn(both, wanted, settled)
    held = both.subarray(settled)
  }
  return found + countIn(held, wanted, held.length)
}
