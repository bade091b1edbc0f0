import type { Budget } from '../budget.ts'
import type { Part } from './index.ts'

/** Where the source of a macro begins: "Attribute VB_Name", whose first letters are never packed. */
const beginning = Buffer.from('\0Attribut', 'latin1')

/** Far more than anybody writes; three bytes may claim four thousand. */
const mostBytes = 8 * 1024 * 1024

/** The source of the macros in a stream, unpacked. */
export function* readMacros(name: string, stream: Buffer, budget: Budget): Generator<Part> {
  const found = stream.indexOf(beginning)
  if (found < 3 || stream[found - 3] !== 1) return
  const source = decompress(stream.subarray(found - 3))
  const reason = source.length >= mostBytes ? 'bytes' : budget.takeBytes(source.length)
  yield { name: `${name}.vba`, bytes: source }
  if (reason) yield { name: `${name}.vba`, reason }
}

/** [MS-OVBA] 2.4.1.3: chunks of at most 4,096 bytes, in each a copy is told by its distance and length, whose bits depend on the place. */
function decompress(packed: Buffer): Buffer {
  const chunks: Buffer[] = []
  let bytes = 0
  let at = 1
  while (at + 2 <= packed.length && bytes < mostBytes && chunks.length < mostBytes / 256) {
    const header = packed.readUInt16LE(at)
    if ((header & 0x7000) !== 0x3000) break
    const end = Math.min(packed.length, at + (header & 0x0fff) + 3)
    at += 2
    const chunk = header & 0x8000 ? readChunk(packed.subarray(at, end)) : packed.subarray(at, Math.min(at + 4096, end))
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    at = end
  }
  return Buffer.concat(chunks)
}

function readChunk(packed: Buffer): Buffer {
  const chunk = Buffer.alloc(4096)
  let filled = 0
  let at = 0
  while (at < packed.length) {
    const flags = packed[at++] ?? 0
    for (let bit = 0; bit < 8 && at < packed.length && filled < chunk.length; bit++) {
      if ((flags >> bit) & 1) {
        if (at + 2 > packed.length) return chunk.subarray(0, filled)
        const token = packed.readUInt16LE(at)
        at += 2
        const bits = Math.max(4, 32 - Math.clz32(Math.max(filled - 1, 0)))
        const length = (token & (0xffff >> bits)) + 3
        const distance = (token >> (16 - bits)) + 1
        if (distance > filled) return chunk.subarray(0, filled)
        for (let count = 0; count < length && filled < chunk.length; count++, filled++)
          chunk[filled] = chunk[filled - distance] ?? 0
      } else chunk[filled++] = packed[at++] ?? 0
    }
    if (filled >= chunk.length) break
  }
  return chunk.subarray(0, filled)
}
