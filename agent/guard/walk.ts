import { constants, type Dirent } from 'node:fs'
import { open, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { closeFd, look, type Seen } from '#agent/kernel'
import { openFile } from './open-file.ts'

export type Walk = {
  /** Of these folders, without crossing into another file system: each is given by itself. */
  roots: readonly string[]
  /** Only what changed after it (ctime, which nobody but the clock sets). */
  sinceMs?: number
  wants?: (seen: Seen) => boolean
  signal: AbortSignal
  /** Takes the descriptor; resolves when it has room for more. */
  take(fd: number, path: string): Promise<void>
}

/** Goes through everything, one folder at a time: it is to be thorough, not fast, and holds up nobody. */
export async function walk({
  roots,
  sinceMs = 0,
  wants = () => true,
  signal,
  take,
}: Walk): Promise<{ files: number; unread: number }> {
  const counted = { files: 0, unread: 0 }
  for (const root of roots) {
    const device = deviceOf(root)
    if (device === undefined) {
      const fd = openFile(root)
      if (fd !== undefined) await take(fd, root)
      continue
    }
    const waiting = [root]
    for (let folder = waiting.pop(); folder !== undefined && !signal.aborted; folder = waiting.pop())
      await readFolder(folder)

    async function readFolder(folder: string): Promise<void> {
      const entries = await list(folder, device as string)
      if (entries === undefined) {
        counted.unread += 1
        return
      }
      for (const entry of entries) {
        if (signal.aborted) return
        const path = join(folder, entry.name)
        if (entry.isDirectory()) waiting.push(path)
        else if (entry.isFile()) await visit(path)
      }
    }
    async function visit(path: string): Promise<void> {
      const fd = openFile(path)
      if (fd === undefined) {
        counted.unread += 1
        return
      }
      const seen = look(fd)
      if (!seen?.isRegular || seen.size === 0 || seen.changedAtMs < sinceMs || !wants(seen)) return closeFd(fd)
      counted.files += 1
      await take(fd, path)
    }
  }
  return counted
}

function deviceOf(path: string): string | undefined {
  const fd = openFile(path, constants.O_DIRECTORY)
  if (fd === undefined) return undefined
  const device = look(fd)?.key.slice(40)
  closeFd(fd)
  return device
}

/** Undefined where it cannot be read, or is the root of another file system. */
async function list(folder: string, device: string): Promise<Dirent[] | undefined> {
  try {
    const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    const isHere = look(handle.fd)?.key.slice(40) === device
    await handle.close()
    if (!isHere) return []
    const entries: Dirent[] = []
    for await (const entry of await opendir(folder, { bufferSize: 256 })) entries.push(entry)
    return entries
  } catch {
    return undefined
  }
}
