import { mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { signal } from '../processes.ts'
import { findProcesses } from './end-processes.ts'
import { emergencyFolder, isOrdered } from './order.ts'

const lookEveryMilliseconds = 500

/**
 * The supervisor's part once an order is given: it ends what it has started and becomes another process under its own number (execve), which
 * serves the notice and keeps the lock. Nothing it knew stays in memory, and whoever watches over it (systemd, a terminal) sees it live on.
 */
export function leaveIfOrdered(dataFolder: string): void {
  if (!isOrdered(dataFolder)) return
  for (const { pid } of findProcesses(dataFolder)) signal(pid, 'SIGKILL')
  if (!process.execve) throw new Error('This Node cannot become another process.')
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], process.env)
}

/** The order is a file: it reaches a supervisor in another container, and one that was busy when it was given. Returns how to stop looking. */
export function leaveOnOrder(dataFolder: string): () => void {
  const folder = join(dataFolder, emergencyFolder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const look = () => leaveIfOrdered(dataFolder)
  const watcher = watch(folder, look)
  // The notification is a hint; looking is the truth.
  watcher.on('error', () => undefined)
  const timer = setInterval(look, lookEveryMilliseconds)
  return () => {
    watcher.close()
    clearInterval(timer)
  }
}
