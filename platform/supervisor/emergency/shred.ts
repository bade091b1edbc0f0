import { randomFillSync } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

// Overwritten, brought to the medium, unlinked. On a medium that writes in place the old bytes are gone. On flash, and on file systems that copy on
// write, an old block may outlive this: docs/operating/emergency.md says what to do about it.

const chunk = Buffer.alloc(1024 * 1024)

export function syncFolder(folder: string): void {
  const handle = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Gone already, also between two of our calls: another of us may be at the same work. */
function unlessGone<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** False when there was no such file. A link is taken away and what it leads to is left: it may lead anywhere. */
export function shredFile(path: string): boolean {
  const stat = unlessGone(() => lstatSync(path))
  if (!stat) return false
  if (stat.isFile() && stat.size > 0) {
    const handle = unlessGone(() => openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW))
    if (handle === undefined) return false
    try {
      const { size } = fstatSync(handle)
      // Random once: what matters is that it is not what was there, and that no file system takes a row of zeros for a hole.
      randomFillSync(chunk, 0, Math.min(size, chunk.length))
      for (let at = 0; at < size; at += chunk.length) writeSync(handle, chunk, 0, Math.min(chunk.length, size - at), at)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  }
  unlessGone(() => unlinkSync(path))
  return true
}

export type Shredded = { readonly names: string[]; readonly failed: { readonly name: string; readonly why: string }[] }

/** Everything below and the folder itself. What cannot be destroyed is told and does not hold up the rest. */
export function shredTree(path: string, into: Shredded = { names: [], failed: [] }): Shredded {
  try {
    const stat = unlessGone(() => lstatSync(path))
    if (!stat) return into
    if (!stat.isDirectory()) {
      if (shredFile(path)) into.names.push(path)
      return into
    }
    for (const name of unlessGone(() => readdirSync(path)) ?? []) shredTree(join(path, name), into)
    // Something may have been made meanwhile: the next round takes it.
    unlessGone(() => rmdirSync(path))
    unlessGone(() => syncFolder(dirname(path)))
  } catch (error) {
    into.failed.push({ name: path, why: error instanceof Error ? error.message : String(error) })
  }
  return into
}
