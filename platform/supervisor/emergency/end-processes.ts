import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listWork } from '../at-work.ts'
import { currentHolder } from '../lock.ts'
import { isRunning, mark, type ProcessMark, signal, workingFolder } from '../processes.ts'
import { shredFile } from './shred.ts'

/** What our programs and PostgreSQL run as; somebody's shell that happens to stand in one of our folders is not ours to end. */
const ours = new Set(['node', 'postgres', 'initdb'])

function executable(pid: number): string | undefined {
  try {
    // A file that was replaced since is called `… (deleted)`.
    return basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined
    throw error
  }
}

/** Who sees the order by itself and answers with the notice from then on. */
const supervising = new Set(['start', 'notice'])

/**
 * Every process of this data folder but the supervisor: programs, PostgreSQL with all its helpers, commands at work. Found by the folder they work in
 * and not by who started them: one that a crash has left behind has keys in its memory too.
 */
export function findProcesses(dataFolder: string): ProcessMark[] {
  const holder = currentHolder(dataFolder)
  const spared = new Set([process.pid, holder && supervising.has(holder.command) ? holder.pid : undefined])
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingFolder(pid)?.startsWith(`${dataFolder}/`) && ours.has(executable(pid) ?? ''))
    .flatMap((pid) => mark(pid) ?? [])
  const commands: ProcessMark[] = listWork(dataFolder).filter(isRunning)
  const byPid = new Map([...found, ...commands, ...(holder ? [holder] : [])].map((each) => [each.pid, each]))
  return [...byPid.values()].filter(({ pid }) => !spared.has(pid))
}

/** Files of shared memory: they outlive who wrote them, and rows lie in them. */
function sharedFiles(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .flatMap((line) => /\s(\/dev\/shm\/PostgreSQL\.\d+)$/.exec(line)?.[1] ?? [])
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return []
    throw error
  }
}

export type Ending = {
  /** Sends SIGKILL to all that run at this moment, and waits for none. */
  kill(): void
  /** Again and again until none is left; answers those that are. */
  wait(milliseconds?: number): Promise<number[]>
  count(): number
}

/**
 * SIGKILL, at once and to all: no program is asked to clear its caches, because one that hangs would not. The kernel takes the memory
 * of a process that is over, and gives no page of it to another without overwriting it.
 */
export function createEnding(dataFolder: string): Ending {
  const shared = new Set<string>()
  const seen = new Map<number, string>()
  const kill = (): number[] => {
    const running = findProcesses(dataFolder)
    for (const { pid, began } of running) {
      if (seen.get(pid) !== began) for (const path of sharedFiles(pid)) shared.add(path)
      seen.set(pid, began)
      signal(pid, 'SIGKILL')
    }
    return running.map(({ pid }) => pid)
  }
  return {
    kill,
    count: () => seen.size,
    async wait(milliseconds = 5_000) {
      const until = performance.now() + milliseconds
      let left = kill()
      while (left.length > 0 && performance.now() < until) {
        await sleep(2)
        left = kill()
      }
      for (const path of shared) shredFile(path)
      // What a backup had written so far under another name.
      for (const { writes } of listWork(dataFolder)) if (writes !== undefined) shredFile(writes)
      return left
    },
  }
}
