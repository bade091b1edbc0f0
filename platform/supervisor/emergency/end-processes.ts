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

/**
 * SIGKILL, at once and to all: no program is asked to clear its caches, because one that hangs would not. The kernel takes the memory
 * of a process that is over, and gives no page of it to another without overwriting it.
 */
export async function endProcesses(
  dataFolder: string,
  withinMilliseconds = 5_000,
): Promise<{ ended: number; left: number[] }> {
  const until = performance.now() + withinMilliseconds
  const shared = new Set<string>()
  let ended = 0
  let known = new Set<number>()
  for (;;) {
    const running = findProcesses(dataFolder)
    for (const { pid } of running) {
      if (!known.has(pid)) for (const path of sharedFiles(pid)) shared.add(path)
      signal(pid, 'SIGKILL')
    }
    ended += running.filter(({ pid }) => !known.has(pid)).length
    known = new Set(running.map(({ pid }) => pid))
    if (running.length === 0) break
    if (performance.now() > until) return { ended, left: [...known] }
    await sleep(2)
  }
  for (const path of shared) shredFile(path)
  // What a backup had written so far under another name.
  for (const { writes } of listWork(dataFolder)) if (writes !== undefined) shredFile(writes)
  return { ended, left: [] }
}
