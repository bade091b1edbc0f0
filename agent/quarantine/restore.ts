import { closeSync, fchmodSync, fchownSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  createIn,
  errnoName,
  identityAt,
  openFolder,
  removeIn,
  renameIn,
  writeAttribute,
  writeTimes,
} from '#agent/kernel'
import { AppError } from '#base/errors'
import type { Item, Items } from './items.ts'
import { chunkBytes, keyOf, openChunk, tagBytes } from './seal.ts'

/** Puts the file back as it was. Never over another file, never through a link; until it is whole it has a name of its own and no reader. */
export function putBack(items: Items, folder: string, item: Item, to: Buffer): void {
  const cut = to.lastIndexOf(0x2f)
  const parent = openFolder(cut === 0 ? Buffer.from('/') : to.subarray(0, cut))
  if (parent === undefined)
    throw new AppError(
      'quarantine.no_folder',
      409,
      'The folder of the file is not there any more, or leads through a link.',
    )
  const name = to.subarray(cut + 1)
  const aside = Buffer.from(`.vartio-restore-${item.id}`)
  try {
    if (identityAt(parent, name) !== undefined) throw taken()
    // Left by an attempt that the power ended.
    if (identityAt(parent, aside) !== undefined) removeIn(parent, aside)
    const fd = createIn(parent, aside)
    try {
      writeContent(join(folder, `${item.id}.content`), keyOf(items.master, item.id, 'content'), fd, item)
      dress(fd, item)
      fsyncSync(fd)
      renameIn(parent, aside, name)
    } catch (error) {
      removeIn(parent, aside)
      throw errnoName() === 'EEXIST' && !(error instanceof AppError && error.code.startsWith('quarantine.'))
        ? taken()
        : error
    } finally {
      closeSync(fd)
    }
  } finally {
    closeSync(parent)
  }
}

const taken = () =>
  new AppError('quarantine.name_taken', 409, 'Another file has its name now; nothing was overwritten.')

function writeContent(path: string, key: Buffer, to: number, { extents, size }: Item): void {
  const from = openSync(path, 'r')
  try {
    let index = 0
    const next = (isLast: boolean): Buffer => {
      const length = readExactly(from, 4).readUInt32BE()
      if (length > chunkBytes + tagBytes)
        throw new AppError('quarantine.damaged', 500, 'What lies in quarantine is not what was put there.')
      const plain = openChunk(key, index, isLast, readExactly(from, length))
      index += 1
      return plain
    }
    for (const { offset, length } of extents) {
      for (let at = 0; at < length; ) {
        const plain = next(false)
        writeSync(to, plain, 0, plain.length, offset + at)
        at += plain.length
      }
    }
    next(true)
    ftruncateSync(to, size)
  } finally {
    closeSync(from)
  }
}

function readExactly(fd: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; ) {
    const got = readSync(fd, bytes, at, length - at, null)
    if (got === 0) throw new AppError('quarantine.damaged', 500, 'What lies in quarantine is not what was put there.')
    at += got
  }
  return bytes
}

/** In this order: changing the owner takes capabilities and set-user-id away, and an access list changes the mode. */
function dress(fd: number, item: Item): void {
  if (process.getuid?.() === 0) fchownSync(fd, item.uid, item.gid)
  for (const { name, value } of item.attributes) writeAttribute(fd, { name, value: Buffer.from(value, 'base64') })
  fchmodSync(fd, item.mode)
  writeTimes(fd, { accessedNs: BigInt(item.accessedNs), modifiedNs: BigInt(item.modifiedNs) })
}
