import { constants, inflateSync } from 'node:zlib'
import type { Reason } from '../verdict.ts'
import type { Container, Part } from './index.ts'

// PDF (ISO 32000-1 §7.3.8, §7.4): programs and attached files lie in streams, mostly packed. Objects are not resolved: every stream is opened,
// wherever it hangs, since readers repair what others would refuse.

export function* readPdf({ bytes, budget }: Container): Generator<Part> {
  if (/\/Encrypt\b/.test(bytes.toString('latin1', Math.max(0, bytes.length - 4_096)))) yield { reason: 'encrypted' }
  let number = 0
  for (let at = bytes.indexOf('stream'); at !== -1; at = bytes.indexOf('stream', at)) {
    const start = at + 6
    const isEnd = bytes.toString('latin1', at - 3, at) === 'end'
    at = start
    if (isEnd) continue
    const filters = filtersBefore(bytes, start - 6)
    if (filters.length === 0 && !budget.isSpent) continue
    const end = bytes.indexOf('endstream', start)
    const name = `stream ${++number}`
    const spent = budget.takeEntry()
    if (spent) {
      yield { name, reason: spent }
      return
    }
    const { content, reason } = unpack(
      bytes.subarray(skipBreak(bytes, start), end === -1 ? undefined : end),
      filters,
      budget.bytesLeft,
    )
    const over = budget.takeBytes(content.length)
    if (content.length > 0) yield { name, bytes: content }
    if (reason ?? over) yield { name, reason: (reason ?? over) as Reason }
    if (over) return
    if (end !== -1) at = end + 9
  }
}

const skipBreak = (bytes: Buffer, at: number) =>
  at + (bytes[at] === 13 ? (bytes[at + 1] === 10 ? 2 : 1) : bytes[at] === 10 ? 1 : 0)

/** The names behind /Filter in the dictionary before a stream; any letter of a name may be written as a number. */
function filtersBefore(bytes: Buffer, at: number): string[] {
  const text = bytes.toString('latin1', Math.max(0, at - 2_048), at)
  const dictionary = text
    .slice(text.lastIndexOf('endobj') + 1)
    .replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const found = [...dictionary.matchAll(/\/(?:Filter|F)\s*(?:\[([^\]]*)\]|\/(\w+))/g)].at(-1)
  return found ? [...(found[1] ?? `/${found[2]}`).matchAll(/\/(\w+)/g)].map((match) => match[1] ?? '') : []
}

/** Pictures and sounds are left as they are: their makers' formats hold no files. */
const media = new Set(['DCTDecode', 'DCT', 'JPXDecode', 'CCITTFaxDecode', 'CCF', 'JBIG2Decode'])

function unpack(packed: Buffer, filters: readonly string[], most: number): { content: Buffer; reason?: Reason } {
  let content = packed
  for (const filter of filters.slice(0, 8)) {
    if (media.has(filter)) return { content: Buffer.alloc(0) }
    if (filter === 'FlateDecode' || filter === 'Fl') {
      try {
        // What is cut short gives what it has, as in every reader.
        content = inflateSync(content, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: Math.max(1, most) })
      } catch (error) {
        const isTooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        return { content: Buffer.alloc(0), reason: isTooLong ? 'bytes' : 'damaged' }
      }
    } else if (filter === 'ASCIIHexDecode' || filter === 'AHx')
      content = Buffer.from(
        content
          .toString('latin1')
          .replace(/>.*$/s, '')
          .replace(/[^0-9a-f]/gi, ''),
        'hex',
      )
    else if (filter === 'ASCII85Decode' || filter === 'A85') content = decode85(content.toString('latin1'))
    else return { content: Buffer.alloc(0), reason: filter === 'Crypt' ? 'encrypted' : 'unsupported' }
  }
  return { content }
}

/** Five letters are four bytes; z is four zeros; the last group may be shorter (§7.4.3). */
function decode85(text: string): Buffer {
  const out: number[] = []
  let group: number[] = []
  const flush = (count: number) => {
    const value = group.reduce((sum, digit) => sum * 85 + digit, 0)
    for (let index = 0; index < count; index++) out.push(Math.floor(value / 256 ** (3 - index)) & 255)
    group = []
  }
  for (const character of text.replace(/~.*$/s, '')) {
    if (character === 'z' && group.length === 0) out.push(0, 0, 0, 0)
    else if (character >= '!' && character <= 'u') group.push(character.charCodeAt(0) - 33)
    if (group.length === 5) flush(4)
  }
  const rest = group.length
  if (rest > 1) {
    while (group.length < 5) group.push(84)
    flush(rest - 1)
  }
  return Buffer.from(out)
}
