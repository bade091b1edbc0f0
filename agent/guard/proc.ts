import { readlinkSync, statSync } from 'node:fs'
import { closeFd, openProcess, signalProcess } from '#agent/kernel'
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

/** Stopped, not ended. */
export function stopProcess(pid: number): boolean {
  const process = openProcess(pid)
  if (process === undefined) return false
  const isStopped = signalProcess(process, 19)
  closeFd(process)
  return isStopped
}
