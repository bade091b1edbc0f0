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

/**
 * Undefined when it is a folder no more. From here on its name leads nowhere: below programs/ it belongs to a program's user, who, were the program
 * broken into, could put a link in its place while root is at work and have any folder of the machine destroyed.
 */
function openFolder(at: string): number | undefined {
  try {
    return openSync(at, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
    throw error
  }
}

/** Everything below and the folder itself. What cannot be destroyed is told and does not hold up the rest. `at`: the way there, through open folders. */
export function shredTree(path: string, into: Shredded = { names: [], failed: [] }, at = path): Shredded {
  try {
    const folder = openFolder(at)
    if (folder === undefined) {
      if (shredFile(at)) into.names.push(path)
      return into
    }
    try {
      const inside = `/proc/self/fd/${folder}`
      for (const name of readdirSync(inside)) shredTree(join(path, name), into, join(inside, name))
    } finally {
      closeSync(folder)
    }
    // Something may have been made meanwhile: the next round takes it.
    unlessGone(() => rmdirSync(at))
    unlessGone(() => syncFolder(dirname(at)))
  } catch (error) {
    into.failed.push({ name: path, why: error instanceof Error ? error.message : String(error) })
  }
  return into
}
