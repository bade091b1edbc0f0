import { isIPv6 } from 'node:net'

/**
 * What a log line may carry. An allow-list, because a person's data gets into logs by being forgotten, never by being
 * asked for: a field that is not here does not compile, and its value is not written.
 */
export type LogFields = {
  /** Our own ids (UUIDs): they point at rows and say nothing by themselves. */
  id?: string
  area?: string
  code?: string
  /** The route's pattern, never the address that was asked for. */
  route?: string
  method?: string
  status?: number
  milliseconds?: number
  count?: number
  job?: string
  message?: string
  program?: string
  port?: number
  signal?: string | null
  exitCode?: number | null
  attempt?: number
  error?: unknown
}

/** The same list for the check of the log lines we write. */
export const logFieldNames: readonly (keyof LogFields)[] = [
  'id', 'area', 'code', 'route', 'method', 'status', 'milliseconds', 'count', 'job', 'message', 'program', 'port',
  'signal', 'exitCode', 'attempt', 'error',
] // biome-ignore format: a list reads better in lines than in a column

const allowed = new Set(logFieldNames)

export type Log = {
  debug(text: string, fields?: LogFields): void
  info(text: string, fields?: LogFields): void
  warn(text: string, fields?: LogFields): void
  error(text: string, fields?: LogFields): void
}

// Order matters: an URL's password looks like the first half of an address.
const patterns: readonly [RegExp, string | ((found: string) => string)][] = [
  [/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/]{1,500}@/gi, '$1'],
  // A local part in quotes may hold anything, spaces too (RFC 5321 §4.1.2, Quoted-string).
  [/"(?:[^"\\\r\n]|\\.){1,64}"@[^\s"'<>(),;:=/]{1,255}/g, '[address]'],
  // Greedy to the left on purpose: what an address may begin with is nearly anything (RFC 5321 §4.1.2).
  [/[^\s"<>(),;:]{1,64}@[^\s"'<>(),;:=/]{1,255}/g, '[address]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[ip]'],
  [/[0-9a-f]{0,4}:[0-9a-f:.]{1,45}/gi, (found) => (isAddress(found) ? '[ip]' : found)],
  // Finnish personal identity code, all century marks in force since 2023.
  [/\b\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]\b/gi, '[identity code]'],
  // Bearer values: long runs of base64url or hex. A UUID has hyphens at known places and is let through.
  [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{32,}/g, (found) => (uuid.test(found) ? found : '[secret]')],
]

const addresses = patterns.slice(1, 6)

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function isAddress(text: string): boolean {
  // What ends a sentence is not part of the address.
  return isIPv6(text) || isIPv6(text.replace(/[.:]+$/, '')) || isIPv6(text.replace(/\.$/, ''))
}

/**
 * The last wall, for text that we did not write (a library's error). It is a net with holes: it finds what looks like an
 * address or a key, not a name. Names stay out because nothing here accepts them.
 */
export function redact(text: string): string {
  // Longer than what is kept, so that nothing is cut in two and slips through.
  let clean = text.slice(0, 12_000)
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement as string)
  return clean.slice(0, 8_000)
}

/** Whether an address of a person, a machine or an identity code stands in it: for looking at what has been redacted already. */
export function hasAddress(text: string): boolean {
  const ours = text.slice(0, 100_000)
  return addresses.some(([pattern, replacement]) => {
    const clean = ours.replace(pattern, replacement as string)
    return clean !== ours
  })
}

function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { text: redact(String(error)) }
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  // PostgreSQL puts the offending row into `detail` and `where`, so only its message and code are taken; and of class 22 (data
  // exceptions) not even the message, which repeats the value.
  const isData = severity !== undefined && typeof code === 'string' && code.startsWith('22')
  return {
    name: redact(error.name),
    text: isData ? 'PostgreSQL could not take a value' : redact(error.message),
    ...(typeof code === 'string' ? { code: redact(code) } : {}),
    // Without the message, which stands at the front and may have several lines.
    stack: redact(
      (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
        .join('\n'),
    ),
    ...(error instanceof AggregateError && depth < 4
      ? { errors: error.errors.slice(0, 3).map((one) => describeError(one, depth + 1)) }
      : {}),
    ...(error.cause !== undefined && depth < 4 ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}

/** What is written of the fields: those of the list, redacted. */
export function cleanFields(fields: LogFields): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (!allowed.has(name as keyof LogFields)) continue
    if (name === 'error') result.error = describeError(value)
    else result[name] = typeof value === 'string' ? redact(value) : value
  }
  return result
}
