import type { Container, Part } from './index.ts'
import { readMacros } from './macros.ts'

// [MS-CFB]: a small file system in a file, as Office wrote until 2007, and Windows installers and Outlook still do. Streams are parts.

type Layout = { sectorBytes: number; next: (sector: number) => number; sector: (index: number) => Buffer }

const endOfChain = 0xffff_fffa
const mostSectors = 1_000_000

/** The sectors of a chain; a chain that comes back to itself ends where a file could hold no more of it. */
function readChain(layout: Layout, start: number, most: number): Buffer {
  const found: Buffer[] = []
  let bytes = 0
  for (let at = start; at < endOfChain && bytes < most && found.length < mostSectors; at = layout.next(at)) {
    const sector = layout.sector(at)
    if (sector.length === 0) break
    found.push(sector)
    bytes += sector.length
  }
  return Buffer.concat(found).subarray(0, most)
}

function readLayout(bytes: Buffer): Layout {
  const sectorBytes = bytes.readUInt16LE(30) === 12 ? 4096 : 512
  const sector = (index: number) => bytes.subarray((index + 1) * sectorBytes, (index + 2) * sectorBytes)
  const tables: number[] = []
  const addFrom = (list: Buffer, count: number) => {
    for (let index = 0; index < count && index * 4 + 4 <= list.length; index++) {
      const value = list.readUInt32LE(index * 4)
      if (value < endOfChain) tables.push(value)
    }
  }
  addFrom(bytes.subarray(76, 512), 109)
  const perSector = sectorBytes / 4 - 1
  let list = bytes.readUInt32LE(68)
  for (let turn = 0; list < endOfChain && turn * sectorBytes < bytes.length; turn++) {
    const more = sector(list)
    if (more.length < sectorBytes) break
    addFrom(more, perSector)
    list = more.readUInt32LE(perSector * 4)
  }
  const fat = Buffer.concat(tables.slice(0, Math.ceil(bytes.length / sectorBytes)).map(sector))
  return {
    sectorBytes,
    sector,
    next: (index) => (index * 4 + 4 <= fat.length ? fat.readUInt32LE(index * 4) : endOfChain),
  }
}

type Stream = { name: string; start: number; size: number }

/** Names are UTF-16; kind 2 is a stream, 5 the root, whose stream holds all small ones. */
function readDirectory(directory: Buffer): { streams: Stream[]; root: Stream | undefined } {
  const streams: Stream[] = []
  let root: Stream | undefined
  for (let at = 0; at + 128 <= directory.length; at += 128) {
    const name = directory.toString('utf16le', at, at + Math.max(0, Math.min(64, directory.readUInt16LE(at + 64)) - 2))
    const entry = { name, start: directory.readUInt32LE(at + 116), size: directory.readUInt32LE(at + 120) }
    if (directory[at + 66] === 2) streams.push(entry)
    else if (directory[at + 66] === 5) root = entry
  }
  return { streams, root }
}

export function* readOle({ bytes, budget }: Container): Generator<Part> {
  if (bytes.length < 1536) {
    yield { reason: 'damaged' }
    return
  }
  const layout = readLayout(bytes)
  const { streams, root } = readDirectory(readChain(layout, bytes.readUInt32LE(48), bytes.length))
  if (root === undefined) yield { reason: 'damaged' }
  const smallTable = readChain(layout, bytes.readUInt32LE(60), bytes.length)
  const smallStream = root === undefined ? Buffer.alloc(0) : readChain(layout, root.start, bytes.length)
  const small: Layout = {
    sectorBytes: 64,
    sector: (index) => smallStream.subarray(index * 64, index * 64 + 64),
    next: (index) => (index * 4 + 4 <= smallTable.length ? smallTable.readUInt32LE(index * 4) : endOfChain),
  }
  const cutoff = bytes.readUInt32LE(56)
  for (const { name, start, size } of streams) {
    const spent = budget.takeEntry()
    if (spent) {
      yield { name, reason: spent }
      return
    }
    const content = readChain(size < cutoff ? small : layout, start, Math.min(size, bytes.length))
    const reason = budget.takeBytes(content.length)
    if (content.length > 0) yield { name, bytes: content }
    if (content.length < size) yield { name, reason: 'damaged' }
    if (isEncrypted(name, content)) yield { name, reason: 'encrypted' }
    const attached = name === '\x01Ole10Native' ? readPackage(content) : undefined
    if (attached) yield attached
    if (reason) {
      yield { name, reason }
      return
    }
    yield* readMacros(name, content, budget)
  }
}

/** [MS-OFFCRYPTO] 2.3.1: a whole document inside; [MS-DOC] 2.5.2: a bit of the header of its text. */
const isEncrypted = (name: string, content: Buffer) =>
  name === 'EncryptedPackage' ||
  (name === 'WordDocument' &&
    content.length > 12 &&
    content.readUInt16LE(0) === 0xa5ec &&
    (content.readUInt16LE(10) & 0x100) !== 0)

/** A file that somebody dropped into a document: label, path, path again, then the file itself. */
function readPackage(content: Buffer): Part | undefined {
  let at = 6
  const text = () => {
    const end = content.indexOf(0, at)
    const found = content.toString('latin1', at, end === -1 ? at : end)
    at = end + 1
    return found
  }
  const name = text()
  text()
  at += 4
  if (at + 4 > content.length) return undefined
  at += 4 + content.readUInt32LE(at)
  if (at + 4 > content.length) return undefined
  const size = content.readUInt32LE(at)
  const file = content.subarray(at + 4, at + 4 + size)
  return file.length > 0 ? { name: name || 'package', bytes: file } : undefined
}
