import type { FileType } from '#engine/types'
import { isDense } from './entropy.ts'

// Programs that unpack themselves when they run: what they will be is not what lies there.

export function isPacked(type: FileType, bytes: Buffer): boolean {
  try {
    if (type === 'pe') return isPackedPe(bytes) || installers.some((mark) => bytes.includes(mark))
    return type === 'elf' && isPackedElf(bytes)
  } catch {
    // Headers that point out of the file: it was cut, or is none; nothing will run it either.
    return false
  }
}

/** Installers in formats of their own, which nobody here opens: NSIS and Inno Setup. */
const installers = ['\xef\xbe\xad\xdeNullsoftInst', 'Inno Setup Setup Data ('].map((mark) =>
  Buffer.from(mark, 'latin1'),
)

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
