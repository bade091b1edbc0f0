import { crc32 } from 'node:zlib'
import type { FileType } from '#engine/types'

// Archives that lie behind or inside something else in the same file: programs that carry their installation, pictures that are a zip as well,
// documents in documents. Archivers open them all the same.

/** These are opened as what they are. */
const opened: ReadonlySet<FileType> = new Set([
  'empty', 'zip', 'ooxml', 'odf', 'jar', '7z', 'rar', 'tar', 'cpio', 'ar', 'cab', 'iso', 'gzip', 'bzip2', 'xz', 'zstd', 'ole',
]) // biome-ignore format: a list reads better in lines than in a column

export type Appended = { type: FileType; bytes: Buffer }

const mostTries = 64
const mostFound = 16

/** A zip is told by its end, others by their beginning, whose own checksum or sizes keep programs that merely know the magic number apart. */
export function* findAppended(type: FileType, bytes: Buffer): Generator<Appended> {
  if (opened.has(type)) return
  const end = bytes.subarray(-65_557).lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end !== -1 && hasList(bytes, Math.max(0, bytes.length - 65_557) + end)) yield { type: 'zip', bytes }
  let found = 0
  for (const [kind, magic, isOne] of type === 'script' ? [...beginnings, ...inScripts] : beginnings) {
    let at = find(bytes, magic, 1)
    for (let tries = 0; at !== -1 && tries < mostTries && found < mostFound; tries++) {
      const rest = bytes.subarray(at)
      if (rest.length > 36 && isOne(rest)) {
        found += 1
        yield { type: kind, bytes: rest }
      }
      at = find(bytes, magic, at + 1)
    }
  }
}

/** V8 looks for up to six bytes with what the processor has for it, and for longer ones five times as slowly. */
const quick = 6

function find(bytes: Buffer, magic: Buffer, from: number): number {
  const head = magic.subarray(0, quick)
  let at = bytes.indexOf(head, from)
  while (at !== -1 && !bytes.subarray(at, at + magic.length).equals(magic)) at = bytes.indexOf(head, at + 1)
  return at
}

/** The list that the end record speaks of ends where that record begins (APPNOTE 4.3.16). */
function hasList(bytes: Buffer, end: number): boolean {
  if (end + 22 > bytes.length) return false
  const list = end - bytes.readUInt32LE(end + 12)
  return list > 0 && list < end && bytes.readUInt32LE(list) === 0x02014b50
}

type Beginning = readonly [FileType, Buffer, (rest: Buffer) => boolean]

const magic = (text: string) => Buffer.from(text, 'latin1')
const beginnings: readonly Beginning[] = [
  ['7z', magic("7z\xbc\xaf'\x1c"), (rest) => crc32(rest.subarray(12, 32)) === rest.readUInt32LE(8)],
  ['rar', magic('Rar!\x1a\x07'), isRar],
  ['cab', magic('MSCF\0\0\0\0'), (rest) => rest.readUInt16LE(24) === 0x0103 && rest.readUInt32LE(8) <= rest.length],
  ['ole', magic('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), (rest) => rest.readUInt16LE(28) === 0xfffe && rest.length > 1536],
  // Version 4, the size of its blocks told twice.
  [
    'squashfs',
    magic('hsqs'),
    (rest) => rest.readUInt16LE(28) === 4 && rest.readUInt32LE(12) === 2 ** rest.readUInt16LE(22),
  ],
]

/** Scripts that carry what they install behind their last line. */
const inScripts: readonly Beginning[] = [
  ['gzip', magic('\x1f\x8b\x08\0'), () => true],
  ['xz', magic('\xfd7zXZ\0'), () => true],
  ['bzip2', magic('BZh91AY&SY'), () => true],
]

/** Version 4 has a sum of 16 bits over its archive header, version 5 one of 32 over its main header. */
function isRar(rest: Buffer): boolean {
  if (rest[6] === 0) return (crc32(rest.subarray(9, 20)) & 0xffff) === rest.readUInt16LE(7)
  return rest[6] === 1 && crc32(rest.subarray(12, 13 + (rest[12] ?? 0))) === rest.readUInt32LE(8)
}
