import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

export type Asker = {
  /** The next line; undefined when there is none. */
  ask(question: string): Promise<string | undefined>
  close(): void
}

/** Asks on the terminal, without showing what is typed unless it is no secret; from a pipe it is the next line. Never from the command line, which everybody on the machine sees. */
export function createAsker({ isShown = false } = {}): Asker {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = isShown ? process.stderr : silent
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY === true })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    async ask(question) {
      if (process.stdin.isTTY) process.stderr.write(question)
      const next = await iterator.next()
      if (process.stdin.isTTY && !isShown) process.stderr.write('\n')
      return next.done ? undefined : next.value
    },
    close: () => lines.close(),
  }
}
