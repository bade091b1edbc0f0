import { createLog, type Log } from '#base/log'

/** A log whose lines a test can read. */
export function createTestLog(level = 'debug'): { log: Log; lines: string[] } {
  const lines: string[] = []
  return { log: createLog('test', level, { write: (line: string) => void lines.push(line) }), lines }
}
