import type { Reason } from '../verdict.ts'

// A zip has two lists of what is in it: headers before each file, and a directory at the end, which libarchive goes by. Other archivers go by
// other headers, by the first directory, or by the first zip of two: what only they would open is found here (APPNOTE 4.3, 4.4).

export type ZipShape = {
  reason?: Reason
  /** Files in the directory; libarchive must come to as many. */
  files: number
  /** Their names in the order in which they lie, for those that libarchive cannot write. */
  names: readonly string[]
  /** A zip in front of this one, which goes by the directory behind it. */
  front?: Buffer
}

const fileMagic = Buffer.from('PK\x03\x04', 'latin1')
const most32 = 0xffff_ffff

export function checkZip(bytes: Buffer): ZipShape {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  // Cut short, or the first of several parts: what libarchive still reads from the front is not all.
  if (end === -1 || end + 22 > bytes.length) return { reason: 'split', files: 0, names: [] }
  const disks = [bytes.readUInt16LE(end + 4), bytes.readUInt16LE(end + 6)]
  if (bytes.readUInt32LE(0) === 0x08074b50 || disks.some((disk) => disk !== 0 && disk !== 0xffff))
    return { reason: 'split', files: 0, names: [] }
  const { files, size, offset, listEnd } = readEnd(bytes, end)
  const start = listEnd - size
  if (start < 0 || size > listEnd) return { reason: 'damaged', files, names: [] }
  // The directory counts from where this zip begins; what lies before that is something else.
  const before = start - offset
  if (before < 0) return { reason: 'damaged', files, names: [] }
  const { isHiding, names } = readDirectory(bytes, start, listEnd, before)
  const front = before > 0 && bytes.indexOf(fileMagic) < before ? bytes.subarray(0, before) : undefined
  return {
    ...(isHiding ? { reason: 'damaged' as const } : {}),
    files,
    names,
    ...(front?.includes(fileMagic) ? { front } : {}),
  }
}

/** What the end record says, or where its numbers are too small the one of zip64 before it (4.3.14, 4.3.15). */
function readEnd(bytes: Buffer, end: number) {
  const told = {
    files: bytes.readUInt16LE(end + 10),
    size: bytes.readUInt32LE(end + 12),
    offset: bytes.readUInt32LE(end + 16),
    listEnd: end,
  }
  if (told.files !== 0xffff && told.size !== most32 && told.offset !== most32) return told
  const large = bytes.subarray(0, end).lastIndexOf('PK\x06\x06', undefined, 'latin1')
  if (large === -1 || large + 56 > end) return told
  const number = (at: number) => Number(bytes.readBigUInt64LE(large + at))
  return { files: number(32), size: number(40), offset: number(48), listEnd: large }
}

/** The files of the directory, and whether the header of another stands between them. */
function readDirectory(bytes: Buffer, start: number, listEnd: number, before: number) {
  const files: { from: number; to: number; name: string }[] = []
  let isHiding = false
  for (let at = start; at + 46 <= listEnd && bytes.readUInt32LE(at) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    const { packed, offset } = readSizes(bytes.subarray(at, at + 46 + name + extra), name)
    const from = before + offset
    if (from + 30 > bytes.length) isHiding = true
    else {
      const to = from + 30 + bytes.readUInt16LE(from + 26) + bytes.readUInt16LE(from + 28) + packed
      files.push({ from, to, name: bytes.toString('utf8', at + 46, at + 46 + name) })
    }
    at += 46 + name + extra + comment
  }
  files.sort((a, b) => a.from - b.from)
  let free = before
  for (const { from, to } of [...files, { from: start, to: start }]) {
    if (from > free && bytes.subarray(free, from).includes(fileMagic)) isHiding = true
    free = Math.max(free, to)
  }
  return { isHiding, names: files.map(({ name }) => name) }
}

/** Sizes that do not fit stand in the extra field 1, in this order, each only if it did not fit (4.5.3). */
function readSizes(entry: Buffer, name: number): { packed: number; offset: number } {
  const told = { unpacked: entry.readUInt32LE(24), packed: entry.readUInt32LE(20), offset: entry.readUInt32LE(42) }
  for (let at = 46 + name; at + 4 <= entry.length; at += 4 + entry.readUInt16LE(at + 2)) {
    if (entry.readUInt16LE(at) !== 1) continue
    let field = at + 4
    for (const key of ['unpacked', 'packed', 'offset'] as const)
      if (told[key] === most32 && field + 8 <= entry.length) {
        told[key] = Number(entry.readBigUInt64LE(field))
        field += 8
      }
    break
  }
  return told
}
