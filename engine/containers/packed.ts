import { crc32 } from 'node:zlib'
import type { FileType } from '#engine/types'
import { isDense } from './entropy.ts'

// Programs that unpack themselves when they run: what they will be is not what lies there. And archives that lie behind something else in
// the same file, which archivers open all the same.

export type Packed = { reason?: 'packed'; appended?: { type: FileType; bytes: Buffer } }

export function findPacker(type: FileType, bytes: Buffer): Packed | undefined {
  const isProgram = type === 'pe' || type === 'elf'
  try {
    if (isProgram && (type === 'pe' ? isPackedPe(bytes) : isPackedElf(bytes))) return { reason: 'packed' }
    const appended = unopened.has(type) ? undefined : findAppended(bytes)
    return appended && { appended }
  } catch {
    // Headers that point out of the file: nothing will run it either.
    return undefined
  }
}

/** These are opened as what they are. */
const unopened: ReadonlySet<FileType> = new Set([
  'empty', 'zip', 'ooxml', 'odf', 'jar', '7z', 'rar', 'tar', 'cpio', 'ar', 'cab', 'iso', 'gzip', 'bzip2', 'xz', 'zstd',
]) // biome-ignore format: a list reads better in lines than in a column

/** Names that packers give their sections; those who pack to hide rename them, hence the density below. */
const sections =
  /^(?:UPX[0-9!]|\.?aspack|\.adata|\.?MPRESS[12]|\.petite|PEC(?:2|ompact)|pec[12]|\.?themida|\.?winlice|\.vmp[0-9]|\.?nsp[012]|\.packed|\.enigma[12]|\.yP|FSG!|MEW|\.RLPack|_winzip_|\.spack|kkrunchy|\.boom|BitArts|ProCrypt|\.perplex|\.shrink|\.taz|!EPack)/i

/** PE/COFF: sections behind the optional header, 40 bytes each. */
function isPackedPe(bytes: Buffer): boolean {
  const header = bytes.readUInt32LE(60)
  const count = Math.min(bytes.readUInt16LE(header + 6), 96)
  const first = header + 24 + bytes.readUInt16LE(header + 20)
  const entry = bytes.readUInt32LE(header + 40)
  for (let index = 0; index < count; index++) {
    const at = first + index * 40
    if (sections.test(bytes.toString('latin1', at, at + 8))) return true
    const [size = 0, start = 0, rawSize = 0, raw = 0] = [8, 12, 16, 20].map((offset) => bytes.readUInt32LE(at + offset))
    const holdsEntry = entry >= start && entry < start + Math.max(size, rawSize)
    if (holdsEntry && isDense(bytes.subarray(raw, raw + rawSize))) return true
  }
  return false
}

/** UPX leaves its mark behind the program headers and at the end. Others leave no sections, and code as dense as only packed code is. */
function isPackedElf(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 0, 1024).includes('UPX!') || bytes.subarray(-64).toString('latin1').includes('UPX!'))
    return true
  const is64 = bytes[4] === 2
  if (bytes[5] !== 1 || bytes.readUInt16LE(is64 ? 60 : 48) > 0) return false
  const first = is64 ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28)
  const count = Math.min(bytes.readUInt16LE(is64 ? 56 : 44), 64)
  const step = bytes.readUInt16LE(is64 ? 54 : 42)
  for (let index = 0; index < count; index++) {
    const at = first + index * step
    const flags = bytes.readUInt32LE(at + (is64 ? 4 : 24))
    const start = is64 ? Number(bytes.readBigUInt64LE(at + 8)) : bytes.readUInt32LE(at + 4)
    const size = is64 ? Number(bytes.readBigUInt64LE(at + 32)) : bytes.readUInt32LE(at + 16)
    if (bytes.readUInt32LE(at) === 1 && flags & 1 && isDense(bytes.subarray(start, start + size))) return true
  }
  return false
}

const mostTries = 64

/** A zip is told by its end, others by their beginning, whose own checksum keeps programs that merely know the magic number apart. */
function findAppended(bytes: Buffer): Packed['appended'] {
  const end = bytes.subarray(-65_557).lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end !== -1 && hasList(bytes, Math.max(0, bytes.length - 65_557) + end)) return { type: 'zip', bytes }
  for (const [type, magic, isOne] of beginnings) {
    let at = bytes.indexOf(magic, 1)
    for (let tries = 0; at !== -1 && tries < mostTries; tries++) {
      const rest = bytes.subarray(at)
      if (rest.length > 36 && isOne(rest)) return { type, bytes: rest }
      at = bytes.indexOf(magic, at + 1)
    }
  }
  return undefined
}

/** The list that the end record speaks of ends where that record begins (APPNOTE 4.3.16). */
function hasList(bytes: Buffer, end: number): boolean {
  if (end + 22 > bytes.length) return false
  const list = end - bytes.readUInt32LE(end + 12)
  return list > 0 && list < end && bytes.readUInt32LE(list) === 0x02014b50
}

const magic = (text: string) => Buffer.from(text, 'latin1')
const beginnings: readonly [FileType, Buffer, (rest: Buffer) => boolean][] = [
  ['7z', magic("7z\xbc\xaf'\x1c"), (rest) => crc32(rest.subarray(12, 32)) === rest.readUInt32LE(8)],
  ['rar', magic('Rar!\x1a\x07'), isRar],
  ['cab', magic('MSCF\0\0\0\0'), (rest) => rest.readUInt16LE(24) === 0x0103 && rest.readUInt32LE(8) <= rest.length],
]

/** Version 4 has a sum of 16 bits over its archive header, version 5 one of 32 over its main header. */
function isRar(rest: Buffer): boolean {
  if (rest[6] === 0) return (crc32(rest.subarray(9, 20)) & 0xffff) === rest.readUInt16LE(7)
  return rest[6] === 1 && crc32(rest.subarray(12, 13 + (rest[12] ?? 0))) === rest.readUInt32LE(8)
}
