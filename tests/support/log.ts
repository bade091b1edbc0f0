import { createLineWatch } from '#base/line-watch'
import { createLog, type Log } from '#base/log'

/** A log whose lines a test can read. `output` is where they go: what is written there by itself passes the log by, and is watched all the same. */
export function createTestLog(level = 'debug', now: () => Date = () => new Date()) {
  const lines: string[] = []
  const watch = createLineWatch(now)
  const destination = { write: (line: string) => void lines.push(line) }
  const log: Log = createLog('test', level, destination, watch)
  const output = {
    write(line: string) {
      watch.look(line)
      destination.write(line)
    },
  }
  return { log, lines, output, watch }
}
