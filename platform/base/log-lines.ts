import { writeSync } from 'node:fs'
import { cleanFields, type Log, redact } from './log-fields.ts'

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

const levels = { debug: 20, info: 30, warn: 40, error: 50 } as const

/** The same lines as `createLog` writes, without a library: for the programs on a device, where each megabyte is somebody's. */
export function createLineLog(program: string, level: keyof typeof levels = 'info', destination = standardOutput): Log {
  const write =
    (at: keyof typeof levels): Log[typeof at] =>
    (text, fields = {}) => {
      if (levels[at] < levels[level]) return
      const line = {
        level: levels[at],
        time: new Date().toISOString(),
        program,
        ...cleanFields(fields),
        text: redact(text),
      }
      destination.write(`${JSON.stringify(line)}\n`)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
