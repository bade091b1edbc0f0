import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Extent } from '#agent/kernel'
import { AppError } from '#base/errors'
import { writeWhole } from '#base/write-file'
import { keyOf, openChunk, sealChunk } from './seal.ts'

/** One file in quarantine: everything that its way back needs. */
export type Item = {
  id: string
  takenAt: string
  /** Bytes, as base64: a name need not be UTF-8. */
  path: string
  sha256: string
  why: string
  uid: number
  gid: number
  mode: number
  size: number
  accessedNs: string
  modifiedNs: string
  /** Hard links that were left. They go on being blocked, and are taken when they are met. */
  otherNames: number
  attributes: { name: string; value: string }[]
  extents: Extent[]
}

/** Items lie in a folder of root's (or of the user who started the agent), sealed: no other scanner finds them, and nobody runs one by mistake. */
export function openItems(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const mode = statSync(folder).mode & 0o077
  if (mode !== 0) throw new AppError('quarantine.open_folder', 500, 'The folder of the quarantine is open to others.')
  const keyPath = join(folder, 'key')
  if (!existsSync(keyPath)) writeWhole(keyPath, randomBytes(32))
  const master = readFileSync(keyPath)
  const recordPath = (id: string) => join(folder, `${checked(id)}.record`)

  const read = (id: string): Item => {
    let sealed: Buffer
    try {
      sealed = readFileSync(recordPath(id))
    } catch (cause) {
      throw new AppError('quarantine.no_item', 404, 'There is no such file in quarantine.', { cause })
    }
    return JSON.parse(openChunk(keyOf(master, id, 'record'), 0, true, sealed).toString()) as Item
  }
  return {
    master,
    read,
    write(item: Item): void {
      writeWhole(
        recordPath(item.id),
        sealChunk(keyOf(master, item.id, 'record'), 0, true, Buffer.from(JSON.stringify(item))),
      )
    },
    /** The record first: content without one is removed at the next start, a record without content would promise what is not there. */
    remove(id: string): void {
      rmSync(recordPath(id), { force: true })
      rmSync(join(folder, `${checked(id)}.content`), { force: true })
    },
    list: (): Item[] =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.record'))
        .map((name) => read(name.slice(0, -'.record'.length))),
    /** What was half done when the power went: the original is still where it was. */
    removeRemains(): void {
      const names = new Set(readdirSync(folder))
      for (const name of names)
        if (name.endsWith('.new') || (name.endsWith('.content') && !names.has(name.replace(/content$/, 'record'))))
          rmSync(join(folder, name), { force: true })
    },
  }
}

export type Items = ReturnType<typeof openItems>

/** An id comes from the portal, too: it must not lead out of the folder. */
function checked(id: string): string {
  if (!/^[0-9a-f-]{8,64}$/.test(id))
    throw new AppError('quarantine.no_item', 404, 'There is no such file in quarantine.')
  return id
}
