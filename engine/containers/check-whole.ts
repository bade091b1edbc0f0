import { type FileType, typeOf } from '#engine/types'
import type { Reason } from '../verdict.ts'

// What libarchive passes over in silence: an archive cut short, or one of several parts, may look to it like an empty one.

/** Parts in the middle of a split archive tell of themselves only by their name. Doubt is all that a name can add here. */
const partName = /\.(?:7z|zip|rar|tar|t?gz|bz2|xz)\.\d{3,4}$|\.z\d{2}$|\.r\d{2}$|\.part\d+\.rar$/i

const discStart = 32_768
const archives: ReadonlySet<FileType> = new Set([
  'tar',
  'cpio',
  'ar',
  '7z',
  'rar',
  'cab',
  'gzip',
  'bzip2',
  'xz',
  'zstd',
])

export function checkWhole(type: FileType, bytes: Buffer, name: string): Reason | undefined {
  switch (type) {
    case '7z':
      return check7z(bytes)
    case 'rar':
      return checkRar(bytes)
    case 'cab':
      return checkCab(bytes)
    case 'iso':
      // An archive before the disc begins: whoever opens that finds other files (a program or a boot record is usual there).
      return archives.has(typeOf(bytes.subarray(0, discStart))) ? 'damaged' : undefined
    case 'data':
    case 'text':
    case 'lzma':
    case 'audio':
      return partName.test(name) ? 'split' : undefined
    default:
      return undefined
  }
}

/** The header at the front says where the list lies (7zFormat.txt, SignatureHeader). */
function check7z(bytes: Buffer): Reason | undefined {
  if (bytes.length < 32) return 'damaged'
  const end = 32n + bytes.readBigUInt64LE(12) + bytes.readBigUInt64LE(20)
  return end > BigInt(bytes.length) ? 'split' : undefined
}

/** Version 4: flag 1 of the archive header; version 5: flag 1 of the main header, behind numbers of one to ten bytes. */
function checkRar(bytes: Buffer): Reason | undefined {
  if (bytes[6] === 0) return bytes.length < 20 || (bytes.readUInt16LE(10) & 1) === 1 ? 'split' : undefined
  let at = 12
  const number = () => {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    return value
  }
  number()
  // 4 is the header of an archive whose names are encrypted, too.
  const kind = number()
  if (kind === 4) return 'encrypted'
  const flags = number()
  if (flags & 1) number()
  if (flags & 2) number()
  return (number() & 1) === 1 ? 'split' : undefined
}

/** [MS-CAB] 2.1: the size of the cabinet, and whether others come before or after it. */
function checkCab(bytes: Buffer): Reason | undefined {
  if (bytes.length < 36) return 'damaged'
  if ((bytes.readUInt16LE(30) & 3) !== 0) return 'split'
  return bytes.readUInt32LE(8) > bytes.length ? 'damaged' : undefined
}
