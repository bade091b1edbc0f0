import type { Container, Part } from './index.ts'
import { decodeBase64, decodeQuotedPrintable, decodeUu } from './transfer-encodings.ts'

// Letters (RFC 5322, RFC 2045 to 2047, mbox). As generous as the most generous reader of mail: what one of them would open must be found.

const deepest = 50
const mostTypes = 4

type Entity = { headers: Map<string, string[]>; body: string; bodyStart: number }

export function* readMail({ bytes, budget }: Container): Generator<Part> {
  const text = bytes.toString('latin1')
  for (const letter of splitMbox(text)) yield* readEntity(letter, budget, 0, { count: 0 })
}

/** Letters of an mbox begin with "From " after an empty line; of anything else there is one. */
function* splitMbox(text: string): Generator<string> {
  if (!/^>?From /.test(text)) {
    yield text
    return
  }
  let start = 0
  for (;;) {
    const body = text.indexOf('\n', start) + 1
    if (body === 0) return
    const next = text.indexOf('\nFrom ', body)
    yield text.slice(body, next === -1 ? undefined : next + 1)
    if (next === -1) return
    start = next + 1
  }
}

function readHeaders(text: string): Entity {
  const headers = new Map<string, string[]>()
  let at = 0
  let last: string[] | undefined
  for (;;) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end === -1 ? undefined : end).replace(/\r$/, '')
    if (line === '' || end === -1) return { headers, body: end === -1 ? '' : text.slice(end + 1), bodyStart: end + 1 }
    at = end + 1
    if (/^[ \t]/.test(line) && last) last[last.length - 1] += ` ${line.trim()}`
    else {
      const colon = line.indexOf(':')
      // No header and no empty line before it: some readers take the body to begin here.
      if (colon === -1) return { headers, body: text.slice(at - line.length - 1), bodyStart: at - line.length - 1 }
      const name = line.slice(0, colon).trim().toLowerCase()
      last = headers.get(name) ?? []
      last.push(line.slice(colon + 1).trim())
      headers.set(name, last)
    }
  }
}

function* readEntity(
  text: string,
  budget: Container['budget'],
  depth: number,
  seen: { count: number },
): Generator<Part> {
  const { headers, body } = readHeaders(text)
  // Said twice, readers differ in which they believe: all are tried.
  const types = headers.get('content-type') ?? []
  const all = types.join(';')
  if (/multipart\/encrypted|smime-type\s*=\s*"?enveloped-data/i.test(all)) yield { reason: 'encrypted' }
  const boundaries = new Set(types.slice(0, mostTypes).flatMap((type) => parameter(type, 'boundary') ?? []))
  if (depth === deepest || types.length > mostTypes) yield { reason: 'depth' }
  // Two boundaries at each of many depths would be more letters than there are bytes.
  if (depth === deepest || budget.isSpent) return
  let isSplit = false
  for (const boundary of boundaries)
    for (const inner of splitParts(body, boundary)) {
      isSplit = true
      yield* readEntity(inner, budget, depth + 1, seen)
    }
  if (isSplit) return
  const spent = budget.takeEntry()
  if (spent) {
    yield { reason: spent }
    return
  }
  seen.count += 1
  const name =
    [...(headers.get('content-disposition') ?? []), ...types]
      .map((value) => parameter(value, 'filename') ?? parameter(value, 'name'))
      .find(Boolean) ?? `part ${seen.count}`
  for (const decoded of decode(body, (headers.get('content-transfer-encoding') ?? []).join(' '))) {
    const reason = budget.takeBytes(decoded.bytes.length)
    if (decoded.bytes.length > 0) yield { name: decoded.name ?? name, bytes: decoded.bytes }
    if (reason) yield { name, reason }
  }
}

/** Between lines that begin with two hyphens and the boundary; the last may be missing. */
function* splitParts(body: string, boundary: string): Generator<string> {
  const line = `--${boundary}`
  let start = -1
  for (
    let at = body.startsWith(line) ? 0 : body.indexOf(`\n${line}`);
    at !== -1;
    at = body.indexOf(`\n${line}`, at + 1)
  ) {
    // The line break before it is its own (RFC 2046 §5.1.1).
    if (start !== -1) yield body.slice(start, body[at - 1] === '\r' && at > start ? at - 1 : at)
    const end = body.indexOf('\n', at + line.length)
    if (end === -1) return
    start = end + 1
    // The next boundary may stand on the very next line.
    at = end - 1
  }
  if (start !== -1 && start < body.length) yield body.slice(start)
}

/** A value with or without quotes, also in pieces (RFC 2231 §3), whose language and escapes are left as they are. */
function parameter(value: string, name: string): string | undefined {
  const pattern = new RegExp(`;\\s*${name}(?:\\*\\d*\\*?)?\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'gi')
  const pieces = [...value.matchAll(pattern)].map((match) => match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? '')
  return pieces.length === 0 ? undefined : pieces.join('') || undefined
}

/** As it says, and what lies in the text in the old way besides. */
function* decode(body: string, encoding: string): Generator<{ bytes: Buffer; name?: string }> {
  if (/base64/i.test(encoding)) yield { bytes: decodeBase64(body) }
  else if (/quoted-printable/i.test(encoding)) yield { bytes: decodeQuotedPrintable(body) }
  else yield { bytes: Buffer.from(body, 'latin1') }
  yield* decodeUu(body)
}
