import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { Account } from './users.ts'

/**
 * The file's bytes, or undefined when there is none. A link is not followed: whoever may write the folder could point it anywhere. A pipe is not
 * waited for, which would hold up every other program too.
 */
export function readOwn(path: string): Buffer | undefined {
  let handle: number
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    if (!fstatSync(handle).isFile()) throw new Error(`${path} is no file.`)
    return readFileSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Writes a file whole or not at all, for its owner's eyes unless `mode` says otherwise. False when it was so already.
 *
 * Root calls this for folders that belong to a program's user. That user, were the program broken into, could lay a link under the name we
 * are about to write and have root overwrite any file: hence O_EXCL, which follows no link, and the owner is changed on the open file.
 */
export function writeWhole(path: string, content: string | Buffer, owner?: Account, mode = 0o600): boolean {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  if (readOwn(path)?.equals(bytes)) return false
  const next = `${path}.new`
  rmSync(next, { force: true })
  // O_SYNC: the rename must not reach the disk before what it names, or a power loss leaves an empty key; and fsync is one of the things that Node's
  // permission model, under which programs run, forbids.
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_SYNC, O_WRONLY } = constants
  const handle = openSync(next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_SYNC, mode)
  try {
    writeFileSync(handle, bytes)
    if (owner) fchownSync(handle, owner.uid, owner.gid)
  } finally {
    closeSync(handle)
  }
  renameSync(next, path)
  return true
}
