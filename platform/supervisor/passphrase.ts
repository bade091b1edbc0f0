import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Refusal } from './refusal.ts'

/** Asks on the terminal without showing what is typed; from a pipe it is the next line. Never from the command line, which everybody on the machine sees. */
export function createAsker(): { ask(question: string): Promise<string>; close(): void } {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY === true })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    async ask(question) {
      if (process.stdin.isTTY) process.stderr.write(question)
      const next = await iterator.next()
      if (process.stdin.isTTY) process.stderr.write('\n')
      if (next.done)
        throw new Refusal('usage', 'A passphrase is wanted: type it, or give it as a line on standard input.')
      return next.value
    },
    close: () => lines.close(),
  }
}
