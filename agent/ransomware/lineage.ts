import { readFileSync, readlinkSync, statSync } from 'node:fs'

export type Process = {
  readonly pid: number
  readonly parent: number
  readonly session: number
  /** Clock ticks after boot: with the pid it names one process. */
  readonly startedAt: number
  readonly hasTerminal: boolean
  readonly uid: number
  /** Stopped by a signal (T), not by a debugger (t). */
  readonly isStanding: boolean
  /** It has ended (Z until somebody asks how, X then), with all its threads: the first of them may end alone while others go on. */
  readonly isOver: boolean
}

const mostSteps = 16

/** proc(5), /proc/PID/stat: the name stands in brackets and may hold anything, so what follows the last bracket is read. */
export function parseStat(text: string): Omit<Process, 'pid' | 'uid'> | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [parent, session, terminal, startedAt] = [fields[1], fields[3], fields[4], fields[19]].map(Number)
  if (![parent, session, terminal, startedAt].every(Number.isSafeInteger)) return undefined
  return {
    parent: parent as number,
    session: session as number,
    hasTerminal: terminal !== 0,
    isStanding: fields[0] === 'T',
    isOver: (fields[0] === 'Z' || fields[0] === 'X') && Number(fields[17]) <= 1,
    startedAt: startedAt as number,
  }
}

export function readProcess(pid: number): Process | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    return stat && { pid, ...stat, uid: statSync(`/proc/${pid}`).uid }
  } catch {
    return undefined
  }
}

const isShellOfSomebody = ({ pid, session, hasTerminal }: Process) => pid === session && hasTerminal

/**
 * The process and those that started it, as far as they belong to one piece of work: of one user and one session, up to the shell that somebody types
 * into, or to what the system itself started. One that starts another for each file is the same piece of work all the time.
 */
export function lineageOf(pid: number, isOurs: (pid: number) => boolean): Process[] {
  const lineage: Process[] = []
  for (let next = readProcess(pid); next !== undefined && lineage.length < mostSteps; ) {
    const [below] = lineage.slice(-1)
    if (below && (isShellOfSomebody(next) || next.uid !== below.uid || next.session !== below.session)) break
    if (next.pid <= 1 || isOurs(next.pid)) break
    lineage.push(next)
    next = readProcess(next.parent)
  }
  return lineage
}

/**
 * Whoever started a process of another session: nobody's shell, and not what the system started for everybody, which is also whose children those become
 * that nobody looks after.
 */
export function starterOf(top: Process, isOurs: (pid: number) => boolean): Process | undefined {
  const starter = readProcess(top.parent)
  if (starter === undefined || starter.uid !== top.uid || starter.session === top.session) return undefined
  return starter.parent <= 1 || isShellOfSomebody(starter) || isOurs(starter.pid) ? undefined : starter
}

/** All those above a process, whoever they are. */
export function ancestorsOf({ parent }: Process): Process[] {
  const ancestors: Process[] = []
  for (let next = parent; next > 1 && ancestors.length < mostSteps; ) {
    const process = readProcess(next)
    if (process === undefined) break
    ancestors.push(process)
    next = process.parent
  }
  return ancestors
}

/** `isOne`: it is for one thing, so that what it did can be held against whoever runs it again. What everybody has, or runs what others wrote, is not. */
export type Program = { readonly file: string; readonly isOne: boolean }

const ofSystem = /^\/(usr\/|bin\/|sbin\/|lib|opt\/|snap\/)/
const interpreters =
  /\/(node|nodejs|bun|deno|electron|python|pypy|perl|ruby|php|lua|luajit|tclsh|java|mono|dotnet|pwsh|Rscript|guile|sh|bash|dash|zsh|ksh|mksh|fish|busybox|gawk|mawk)[\d.]*$/

export const programFrom = (file: string): Program => ({
  file,
  isOne: !ofSystem.test(file) && !interpreters.test(file),
})

/** Only its file: for its arguments (cmdline) we would wait for a lock of its memory, which it could hold for ever. */
export function readProgram(pid: number): Program | undefined {
  try {
    return programFrom(readlinkSync(`/proc/${pid}/exe`))
  } catch {
    return undefined
  }
}
