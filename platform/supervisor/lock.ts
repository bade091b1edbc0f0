import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, mark, type ProcessMark } from './processes.ts'
import { Refusal } from './refusal.ts'

/** Who holds the data folder, and what else wants to know of it. */
export type Holder = ProcessMark & {
  readonly command: string
  readonly since: string
  /** Where the database is reached while the holder runs; an outside one is found by its URL. */
  readonly socketFolder?: string
  readonly keysSocketFolder?: string
}

const name = 'supervisor.lock'

function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch (error) {
    // Not there; or cut off by a power loss, which also ended whoever held it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Who holds the data folder at this moment, if anybody. */
export function currentHolder(dataFolder: string): Holder | undefined {
  const holder = read(join(dataFolder, name))
  return holder && isRunning(holder) ? holder : undefined
}

function socketsOf({ socketFolder, keysSocketFolder }: Pick<Holder, 'socketFolder' | 'keysSocketFolder'>) {
  return { ...(socketFolder ? { socketFolder } : {}), ...(keysSocketFolder ? { keysSocketFolder } : {}) }
}

export type Lock = { release(): void }

export function releaseLock(dataFolder: string): void {
  rmSync(join(dataFolder, name), { force: true })
}

/**
 * Takes the data folder for this process. Node has no flock(2), so the lock is a file that names a process and when it began: a
 * killed holder is gone or another process by then, and its lock is nobody's. Making the file is one link(2), so of two who try only one succeeds.
 */
export function takeLock(
  dataFolder: string,
  command: string,
  sockets: { readonly socketFolder?: string; readonly keysSocketFolder?: string } = {},
): Lock {
  const path = join(dataFolder, name)
  const own = mark(process.pid)
  if (!own) throw new Error('This process is not in /proc.')
  const holder: Holder = { ...own, command, since: new Date().toISOString(), ...socketsOf(sockets) }
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        linkSync(mine, path)
        return { release: () => releaseLock(dataFolder) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      refuseIfHeld(dataFolder)
      // Its holder is gone. Moving it away gives it to one of those who try; the name may by then be a living one's, and goes back.
      const moved = `${path}.stale.${process.pid}`
      try {
        renameSync(path, moved)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
        throw error
      }
      const taken = read(moved)
      if (taken && isRunning(taken)) renameSync(moved, path)
      else rmSync(moved)
    }
    throw new Error('The lock of the data folder cannot be taken.')
  } finally {
    rmSync(mine, { force: true })
  }
}

export function refuseIfHeld(dataFolder: string): void {
  const holder = currentHolder(dataFolder)
  if (!holder) return
  throw new Refusal(
    'running',
    `Vartio runs on ${dataFolder} already (vartio ${holder.command}, process ${holder.pid}, since ${holder.since}). Stop it first, or set VARTIO_DATA and VARTIO_PORT for a second one.`,
  )
}
