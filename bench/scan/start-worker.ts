import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Worker = {
  /** Seconds. */
  scan(files: string[]): Promise<number>
  /** Milliseconds of one scan, the middle one of many. */
  latency(path: string, times: number): Promise<number>
  /** Megabytes that this process has, shared ones divided. */
  memory(): Promise<number>
  close(): void
}

export async function startWorker(bundle: string): Promise<Worker> {
  const child = fork(join(import.meta.dirname, 'worker.ts'), [bundle])
  await once(child, 'message')
  const ask = async (question: object): Promise<number> => {
    const answered = once(child, 'message')
    child.send(question)
    return (await answered)[0] as number
  }
  return {
    scan: (files) => ask({ files }),
    latency: (path, times) => ask({ path, times }),
    memory: () => ask({}),
    close: () => child.disconnect(),
  }
}
