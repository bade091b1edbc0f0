import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import { isRunning, mark, type ProcessMark, signal, waitForEnd } from './processes.ts'

const fileName = 'running.json'

/** Those that were noted last, by their names; whether they still run is another question. */
export function readRunning(dataFolder: string): Readonly<Record<string, ProcessMark>> {
  const path = join(dataFolder, fileName)
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, ProcessMark>
  } catch (error) {
    // Cut off by a power loss, which ended them too.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/**
 * Which processes are programs of ours. A program ends by itself when its supervisor is killed; one that hung cannot, and the next
 * start ends it before it takes its port.
 */
export function createRunning(dataFolder: string): {
  note(name: string, pid: number): void
  endLeftovers(): Promise<void>
} {
  const path = join(dataFolder, fileName)
  const marks: Record<string, ProcessMark> = {}
  return {
    note(name, pid) {
      const process = mark(pid)
      if (!process) return
      marks[name] = process
      writeWhole(path, `${JSON.stringify(marks)}\n`)
    },
    async endLeftovers() {
      const alive = Object.values(readRunning(dataFolder)).filter(isRunning)
      for (const { pid } of alive) signal(pid, 'SIGTERM')
      for (const process of alive)
        if (!(await waitForEnd(process, 3_000))) {
          signal(process.pid, 'SIGKILL')
          await waitForEnd(process, 3_000)
        }
    },
  }
}
