import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { z } from 'zod'
import { tarBlock as block, tarChecksum as checksum, tarHeader, tarPadding } from '#base/tar'
import { Refusal } from './refusal.ts'

// A backup is a gzipped tar (ustar, POSIX.1-1988), so that tools every machine has can open it. Its last entry lists every other one with its
// length and SHA-256; after it comes nothing but the list's own hash.

/** A part is held in memory whole. Ours are at most half of this. */
const largestPart = 16 * 1024 * 1024
export const partBytes = 8 * 1024 * 1024
const mostParts = 1_000_000
const listName = 'manifest.json'
const listHashName = 'manifest.sha256'
const namePattern = /^[a-z0-9][a-z0-9._/-]{0,98}$/i

export type Part = { readonly name: string; readonly content: Buffer }

const damaged = (what: string, cause?: unknown) =>
  new Refusal('file', `The backup is damaged: ${what}. Nothing was changed.`, cause === undefined ? {} : { cause })

/** Reads parts one after the other. Whoever made these bytes need not have been us: every length is checked before it is believed. */
export async function* readParts(source: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  let held: Buffer = Buffer.alloc(0)
  const chunks = source[Symbol.asyncIterator]()
  const take = async (length: number): Promise<Buffer> => {
    const pieces: Buffer[] = [held]
    let have = held.length
    while (have < length) {
      const next = await chunks.next()
      if (next.done) throw damaged('it ends too early')
      pieces.push(next.value)
      have += next.value.length
    }
    const all = pieces.length === 1 ? held : Buffer.concat(pieces)
    held = all.subarray(length)
    return all.subarray(0, length)
  }
  for (let count = 0; ; count++) {
    if (count > mostParts) throw damaged('it has too many parts')
    const head = await take(block)
    if (head.every((byte) => byte === 0)) return
    const name = head.toString('latin1', 0, 100).split('\0')[0] ?? ''
    const sizeText = head.toString('latin1', 124, 135)
    const sum = Number.parseInt(head.toString('latin1', 148, 154), 8)
    if (head.toString('latin1', 257, 262) !== 'ustar' || sum !== checksum(head)) throw damaged('a header is not whole')
    // Only plain files under plain names: no link, no folder, no way up.
    if (
      head[156] !== 0x30 ||
      !namePattern.test(name) ||
      name.split('/').some((step) => step === '' || step === '..' || step === '.')
    )
      throw damaged('it holds something that no backup of Vartio holds')
    if (!/^[0-7]{11}$/.test(sizeText)) throw damaged('a length is not a number')
    const size = Number.parseInt(sizeText, 8)
    if (size > largestPart) throw damaged('a part is too large')
    const content = await take(size)
    await take((block - (size % block)) % block)
    yield { name, content }
  }
}

const listSchema = z.object({
  parts: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
  contents: z.unknown(),
})

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

export type ArchiveWriter = {
  /** Under which name it is written until it is whole. */
  readonly half: string
  add(name: string, content: Buffer): Promise<void>
  /** Writes the list with `contents`, brings all to the disk and gives the file its name. */
  finish(contents: unknown): Promise<void>
  abandon(): Promise<void>
}

/** Writes under another name; the file appears under its own only when it is whole and on the disk. */
export function createArchive(file: string): ArchiveWriter {
  const half = `${file}.half-${process.pid}`
  const gzip = createGzip()
  const output = createWriteStream(half, { flags: 'wx', mode: 0o600, flush: true })
  gzip.pipe(output)
  // An error of the file (a full disk) must reach whoever writes to the compressor.
  output.on('error', (error) => gzip.destroy(error))
  gzip.on('error', (error) => output.destroy(error))
  const done = finished(output)
  // Whoever waits for it hears its error; this only keeps one that comes before anybody waits from ending the process.
  done.catch(() => undefined)
  const parts: { name: string; bytes: number; sha256: string }[] = []
  const write = async (bytes: Buffer) => {
    if (gzip.destroyed) await done
    if (!gzip.write(bytes)) await Promise.race([once(gzip, 'drain'), done])
  }
  const put = async (name: string, content: Buffer) => {
    await write(tarHeader(name, content.length))
    await write(content)
    await write(tarPadding(content.length))
  }
  return {
    half,
    async add(name, content) {
      parts.push({ name, bytes: content.length, sha256: sha256(content) })
      await put(name, content)
    },
    async finish(contents) {
      const list = Buffer.from(`${JSON.stringify({ contents, parts }, undefined, 1)}\n`)
      for (let at = 0; at < list.length; at += partBytes) await put(listName, list.subarray(at, at + partBytes))
      await put(listHashName, Buffer.from(sha256(list)))
      await write(Buffer.alloc(block * 2))
      gzip.end()
      await done
      await rename(half, file)
      const folder = await open(dirname(file), 'r')
      await folder.sync()
      await folder.close()
    },
    async abandon() {
      gzip.destroy()
      output.destroy()
      await rm(half, { force: true })
    },
  }
}

function openArchive(file: string): AsyncIterable<Buffer> {
  const input = createReadStream(file)
  const gunzip = createGunzip()
  input.on('error', (error) => gunzip.destroy(error))
  return input.pipe(gunzip)
}

function foreseen(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
    return new Refusal('file', `${file} cannot be read.`, { cause: error })
  // zlib: a flipped bit, a cut file, or no gzip at all.
  if (code?.startsWith('Z_')) return damaged('it cannot be unpacked', error)
  return error
}

/** Reads the whole file, compares every hash with the list, and answers what the list says it contains. */
export async function verifyArchive(file: string): Promise<unknown> {
  const found: { name: string; bytes: number; sha256: string }[] = []
  const list: Buffer[] = []
  let listHash = ''
  try {
    for await (const { name, content } of readParts(openArchive(file))) {
      if (name === listName) list.push(content)
      else if (name === listHashName) listHash = content.toString('latin1')
      else found.push({ name, bytes: content.length, sha256: sha256(content) })
    }
  } catch (error) {
    throw foreseen(error, file)
  }
  const text = Buffer.concat(list)
  if (list.length === 0 || sha256(text) !== listHash) throw damaged('its list of contents is not whole')
  let parsed: z.output<typeof listSchema>
  try {
    parsed = listSchema.parse(JSON.parse(text.toString('utf8')))
  } catch (error) {
    throw damaged('its list of contents cannot be read', error)
  }
  const differs = parsed.parts.findIndex((part, index) => {
    const other = found[index]
    return part.name !== other?.name || part.bytes !== other.bytes || part.sha256 !== other.sha256
  })
  if (differs !== -1 || parsed.parts.length !== found.length)
    throw damaged(`part ${parsed.parts[differs]?.name ?? found.at(-1)?.name} is not what was written`)
  return parsed.contents
}

/** The parts in the order they were written, of a file that `verifyArchive` has found whole. */
export async function* readArchive(file: string): AsyncGenerator<Part> {
  for await (const part of readParts(openArchive(file)))
    if (part.name !== listName && part.name !== listHashName) yield part
}
