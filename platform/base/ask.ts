import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

export type Asker = {
  /** The next line; undefined when there is none. */
  ask(question: string): Promise<string | undefined>
  close(): void
}

/** Asks on the terminal without showing what is typed; from a pipe it is the next line. Never from the command line, which everybody on the machine sees. */
export function createAsker(): Asker {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY === true })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    async ask(question) {
      if (process.stdin.isTTY) process.stderr.write(question)
      const next = await iterator.next()
      if (process.stdin.isTTY) process.stderr.write('\n')
      return next.done ? undefined : next.value
    },
    close: () => lines.close(),
  }
}
