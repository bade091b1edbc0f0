import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Extent,
  identityAt,
  identityOf,
  kernelError,
  listExtents,
  openFolder,
  readAttributes,
  removeIn,
  renameIn,
} from '#agent/kernel'
import { AppError } from '#base/errors'
import type { Item } from './items.ts'
import { chunkBytes, keyOf, sealChunk } from './seal.ts'

const mostExtents = 10_000
/** More than any program has; what is larger is blocked where it lies. */
const mostBytes = 4 * 1024 ** 3
const attempts = 3

/** What an item must know of the file besides its bytes. */
export function describeFile(fd: number): Omit<Item, 'id' | 'takenAt' | 'path' | 'sha256' | 'why'> {
  const stat = fstatSync(fd, { bigint: true })
  if (!stat.isFile()) throw new AppError('quarantine.no_file', 422, 'Only files are put into quarantine.')
  if (stat.size > BigInt(mostBytes))
    throw new AppError('quarantine.too_large', 422, 'The file is too large for the quarantine.')
  return {
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mode: Number(stat.mode & 0o7777n),
    size: Number(stat.size),
    accessedNs: String(stat.atimeNs),
    modifiedNs: String(stat.mtimeNs),
    otherNames: Number(stat.nlink) - 1,
    attributes: readAttributes(fd).map(({ name, value }) => ({ name, value: value.toString('base64') })),
    extents: listExtents(fd, Number(stat.size), mostExtents),
  }
}

/** Copies through the open descriptor, so it is the file that was judged, and durably, before anything is removed. */
export function copySealed(master: Buffer, folder: string, id: string, fd: number, extents: readonly Extent[]): void {
  const path = join(folder, `${id}.content`)
  for (let attempt = 1; ; attempt += 1) {
    const before = fstatSync(fd, { bigint: true })
    writeContent(`${path}.new`, keyOf(master, id, 'content'), fd, extents)
    const after = fstatSync(fd, { bigint: true })
    // Whoever keeps writing to it shall not keep it out: then the last copy has to do.
    if ((before.ctimeNs === after.ctimeNs && before.size === after.size) || attempt === attempts) break
  }
  renameSync(`${path}.new`, path)
  syncFolder(folder)
}

function writeContent(path: string, key: Buffer, fd: number, extents: readonly Extent[]): void {
  rmSync(path, { force: true })
  const to = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    let index = 0
    const plain = Buffer.alloc(chunkBytes)
    for (const { offset, length } of extents) {
      for (let at = 0; at < length; ) {
        const got = readSync(fd, plain, 0, Math.min(chunkBytes, length - at), offset + at)
        // It was cut short meanwhile: what is not there any more is zeros.
        const filled = got === 0 ? Math.min(chunkBytes, length - at) : got
        if (got === 0) plain.fill(0)
        writeSync(to, frame(sealChunk(key, index, false, plain.subarray(0, filled))))
        index += 1
        at += filled
      }
    }
    writeSync(to, frame(sealChunk(key, index, true, Buffer.alloc(0))))
    fsyncSync(to)
  } finally {
    closeSync(to)
  }
}

function frame(sealed: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(sealed.length)
  return Buffer.concat([length, sealed])
}

export function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY)
  fsyncSync(fd)
  closeSync(fd)
}

/**
 * Removes the name only while it is the file that was judged. Between looking and removing somebody could put another file there, so the name is
 * first moved aside, where nobody expects it, and looked at again; what turns out to be another file is moved back.
 */
export function removeJudged(fd: number, path: Buffer, id: string) {
  const cut = path.lastIndexOf(0x2f)
  const folder = openFolder(cut === 0 ? Buffer.from('/') : path.subarray(0, cut))
  if (folder === undefined) throw kernelError('open the folder of the file')
  const name = path.subarray(cut + 1)
  const aside = Buffer.from(`.vartio-${id}`)
  try {
    const judged = identityOf(fd)
    if (judged === undefined || identityAt(folder, name) !== judged) throw replaced()
    renameIn(folder, name, aside)
    if (identityAt(folder, aside) === judged) return void removeIn(folder, aside)
    renameIn(folder, aside, name)
    throw replaced()
  } finally {
    closeSync(folder)
  }
}

const replaced = () =>
  new AppError(
    'quarantine.replaced',
    409,
    'Another file has its name now; it was left where it is and is looked at by itself.',
  )
