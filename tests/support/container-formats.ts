import { crc32 } from 'node:zlib'

// Containers that no free program writes, in their simplest form: one file, not compressed.

const u16 = (value: number) => Buffer.from([value & 255, value >> 8])
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** Method "store" of RAR 2 to 4, with the flags of the archive header (1: one volume of several). */
export function writeRar4(content: Buffer, name: string, flags = 0): Buffer {
  const block = (kind: number, blockFlags: number, rest: Buffer) => {
    const body = Buffer.concat([Buffer.from([kind]), u16(blockFlags), u16(7 + rest.length), rest])
    return Buffer.concat([u16(crc32(body) & 0xffff), body])
  }
  const about = Buffer.concat([
    u32(content.length),
    u32(content.length),
    Buffer.from([3]),
    u32(crc32(content)),
    u32(0),
    Buffer.from([20, 0x30]),
    u16(name.length),
    u32(0o100644),
    Buffer.from(name, 'latin1'),
  ])
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\0', 'latin1'),
    block(0x73, flags, Buffer.alloc(6)),
    block(0x74, 0x8000, about),
    content,
    block(0x7b, 0x4000, Buffer.alloc(0)),
  ])
}

/** The same of RAR 5, whose numbers have seven bits in a byte. */
export function writeRar5(content: Buffer, name: string, flags = 0): Buffer {
  const number = (value: number): Buffer =>
    value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 127) | 128]), number(value >>> 7)])
  const block = (...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    const sized = Buffer.concat([number(body.length), body])
    return Buffer.concat([u32(crc32(sized)), sized])
  }
  const numbers = (...values: number[]) => Buffer.concat(values.map(number))
  return Buffer.concat([
    Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'),
    block(numbers(1, 0, flags)),
    block(
      numbers(2, 2, content.length, 4, content.length, 0o100644),
      u32(crc32(content)),
      numbers(0, 1, name.length),
      Buffer.from(name, 'latin1'),
    ),
    content,
    block(numbers(5, 0, 0)),
  ])
}

/** Longer names would need a table of names. */
export function writeAr(content: Buffer, longName: string): Buffer {
  const name = longName.slice(0, 15)
  const header = `${`${name}/`.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`
  return Buffer.concat([Buffer.from(`!<arch>\n${header}`), content, Buffer.from(content.length % 2 ? '\n' : '')])
}

/** Level 0, method lh0. */
export function writeLha(content: Buffer, name: string): Buffer {
  const body = Buffer.concat([
    Buffer.from('-lh0-'),
    u32(content.length),
    u32(content.length),
    u32(0),
    Buffer.from([0x20, 0, name.length]),
    Buffer.from(name, 'latin1'),
    u16(crc16(content)),
  ])
  const sum = body.reduce((total, byte) => (total + byte) & 255, 0)
  return Buffer.concat([Buffer.from([body.length, sum]), body, content, Buffer.from([0])])
}

function crc16(bytes: Buffer): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

const free = 0xffff_ffff
const end = 0xffff_fffe

/** [MS-CFB] with one stream, which lies among the small ones if it is short. Sectors: table, directory, then content. */
export function writeOle(content: Buffer, name: string): Buffer {
  const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
  const isSmall = content.length < 4096
  const padded = pad(content)
  const count = padded.length / 512
  const smallCount = isSmall ? Math.ceil(content.length / 64) : 0
  const tables = Math.ceil((count + 3) / 127)
  const chainOf = (start: number, length: number) =>
    Array.from({ length }, (_, index) => (index === length - 1 ? end : start + index + 1))
  const directory = tables
  const smallTable = tables + 1
  const data = tables + (isSmall ? 2 : 1)
  const fat = [
    ...Array.from({ length: tables }, () => 0xffff_fffd),
    end,
    ...(isSmall ? [end] : []),
    ...chainOf(data, count),
  ]
  while (fat.length < tables * 128) fat.push(free)
  const smallFat = isSmall ? chainOf(0, smallCount) : []
  while (isSmall && smallFat.length < 128) smallFat.push(free)
  const entry = (label: string, kind: number, child: number, start: number, size: number) => {
    const bytes = Buffer.alloc(128)
    bytes.write(label, 0, 62, 'utf16le')
    bytes.writeUInt16LE((label.length + 1) * 2, 64)
    bytes[66] = kind
    bytes[67] = 1
    for (const [at, value] of [
      [68, free],
      [72, free],
      [76, child],
      [116, start],
      [120, size],
    ] as const)
      bytes.writeUInt32LE(value, at)
    return bytes
  }
  const header = Buffer.alloc(512)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  for (const [at, value] of [
    [24, 0x3e],
    [26, 3],
    [28, 0xfffe],
    [30, 9],
    [32, 6],
  ] as const)
    header.writeUInt16LE(value, at)
  const words = [
    [44, tables],
    [48, directory],
    [56, 4096],
    [60, isSmall ? smallTable : end],
    [64, isSmall ? 1 : 0],
    [68, end],
    [72, 0],
  ]
  for (const [at = 0, value = 0] of words) header.writeUInt32LE(value, at)
  for (let index = 0; index < 109; index++) header.writeUInt32LE(index < tables ? index : free, 76 + index * 4)
  const list = (values: number[]) => Buffer.concat(values.map(u32))
  return Buffer.concat([
    header,
    list(fat),
    pad(
      Buffer.concat([
        entry('Root Entry', 5, 1, isSmall ? data : end, isSmall ? smallCount * 64 : 0),
        entry(name.slice(0, 31), 2, free, isSmall ? 0 : data, content.length),
      ]),
    ),
    ...(isSmall ? [list(smallFat)] : []),
    padded,
  ])
}
