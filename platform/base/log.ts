import { type DestinationStream, type Logger, pino } from 'pino'
import { cleanFields, type Log, type LogFields, redact } from './log-fields.ts'
import { standardOutput } from './log-lines.ts'

export type { Log }

/** JSON lines on standard output, or on `destination`. `watch` sees each line as it leaves. */
export function createLog(
  program: string,
  level: string = 'info',
  destination: DestinationStream = standardOutput,
  watch?: { look(line: string): void },
): Log {
  const options = { level, base: { program }, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'text' }
  const watched: DestinationStream = {
    write(line) {
      watch?.look(line)
      destination.write(line)
    },
  }
  const logger: Logger = pino(options, watch ? watched : destination)
  const write =
    (at: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string, fields: LogFields = {}) => {
      if (logger.isLevelEnabled(at)) logger[at](cleanFields(fields), redact(text))
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
