import type { ChildProcess } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** A process id alone may be given to another process later; together with the time it began it may not. */
export type ProcessMark = { readonly pid: number; readonly began: string }

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** When the process began, in ticks since this boot of the machine; undefined when there is no such process. */
export function beganAt(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
  // Field 2 is the command in brackets and may itself hold spaces and brackets: count from the last one (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie is over; only its parent has not asked yet.
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  return `${bootId()}/${fields[19]}`
}

export function mark(pid: number): ProcessMark | undefined {
  const began = beganAt(pid)
  return began === undefined ? undefined : { pid, began }
}

export function isRunning({ pid, began }: ProcessMark): boolean {
  return beganAt(pid) === began
}

export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Gone, or another user's: then it is not ours.
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined
    throw error
  }
}

/** Waits until the process is over; false when it is not by then. */
export async function waitForEnd(process: ProcessMark, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds
  while (isRunning(process)) {
    if (performance.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}

/** Signals a process that may end at any moment; one that is already gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** `code 0`, `code 1`, `signal SIGKILL`, or why it could not begin. */
export function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`an error: ${error.message}`))
    child.once('close', (code, name) => resolve(name ? `signal ${name}` : `code ${code}`))
  })
}

/** Reads what a child says on stderr line by line and keeps the last twenty. */
export function keepTail(
  child: ChildProcess,
  onLine: (line: string) => void = () => undefined,
): () => readonly string[] {
  const lines: string[] = []
  let rest = ''
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    // A line without an end must not grow without a limit.
    rest = (parts.pop() ?? '').slice(-16_384)
    for (const line of parts) {
      if (line.trim() === '') continue
      lines.push(line)
      if (lines.length > 20) lines.shift()
      onLine(line)
    }
  })
  return () => (rest.trim() === '' ? lines : [...lines, rest])
}
