import { readlinkSync, statSync } from 'node:fs'
import type { Caller } from './events.ts'

// Of other processes, and names: asked of /proc, which nobody guards.

export function pathOf(fd: number): Buffer {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })
  } catch {
    return Buffer.alloc(0)
  }
}

export function callerOf(pid: number): Caller | undefined {
  try {
    return { pid, path: readlinkSync(`/proc/${pid}/exe`), uid: statSync(`/proc/${pid}`).uid }
  } catch {
    return undefined
  }
}

/**
 * Removed for good: nobody can give it a name any more, and who runs it all the same is decided over then. A file that was made without a name can still
 * get one from whoever has it open; the kernel calls it by its number.
 */
export const isGone = (fd: number, links: number): boolean =>
  links === 0 && !/#\d+ \(deleted\)$/.test(pathOf(fd).toString('latin1'))
