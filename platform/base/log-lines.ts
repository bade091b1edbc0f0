import { writeSync } from 'node:fs'

const pause = new Int32Array(new SharedArrayBuffer(4))

/**
 * Lines leave at once and in order. Where nobody reads any more, because the supervisor was killed, they are dropped: pino's own
 * destination tries a broken pipe for ever, which kept programs alive that nobody would ever have stopped.
 */
export const standardOutput = {
  write(line: string) {
    const bytes = Buffer.from(line)
    let written = 0
    // A reader that is a second behind is as good as none.
    for (let attempt = 0; written < bytes.length && attempt < 200; attempt += 1) {
      try {
        written += writeSync(1, bytes, written)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
        Atomics.wait(pause, 0, 0, 5)
      }
    }
  },
}
