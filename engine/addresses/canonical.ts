import { isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

// One form for all ways of writing an address, as Safe Browsing defines it. Inside, a text is a row of bytes: an escape may stand for any.

export type Address = { scheme: string; host: string; isIp: boolean; path: string; query: string | undefined }

/** Browsers open longer ones; nobody who wants to be opened by many sends them. */
const longest = 65_536

const schemePattern = /^([a-z][a-z0-9+.-]*):\/\//i

/** Undefined for what names no host: `mailto:`, `data:`, a text without an address, or one that is too long. */
export function readAddress(input: string | Buffer): Address | undefined {
  if (input.length > longest) return undefined
  const bytes = typeof input === 'string' ? Buffer.from(input, 'utf8') : input
  const text = bytes
    .toString('latin1')
    .replace(/[\t\r\n]/g, '')
    .replace(/^ +| +$/g, '')
    .replace(/#.*$/s, '')
  const scheme = schemePattern.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined && /^(?:about|blob|data|file|javascript|mailto|tel|vbscript):/i.test(text)) return undefined
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3)
  const question = rest.indexOf('?')
  // As browsers do for addresses of the web (WHATWG URL §4.4), so that no backslash leads past a list.
  const place = (question === -1 ? rest : rest.slice(0, question)).replaceAll('\\', '/')
  const slash = place.indexOf('/')
  const authority = slash === -1 ? place : place.slice(0, slash)
  const { host, isIp } = readHost(authority.slice(authority.lastIndexOf('@') + 1))
  if (host === '') return undefined
  return {
    scheme: scheme ?? 'http',
    host: putEscapes(host),
    isIp,
    path: putEscapes(straighten(removeEscapes(slash === -1 ? '/' : place.slice(slash)))),
    query: question === -1 ? undefined : putEscapes(removeEscapes(rest.slice(question + 1))),
  }
}

/**
 * Until no escape is left. What an escape becomes may be part of another, so each is put in place before the next character is read:
 * escapes cannot overlap, hence the order does not matter, and it takes one pass where the text of the rule would take many.
 */
function removeEscapes(text: string): string {
  if (!text.includes('%')) return text
  const out: string[] = []
  for (const character of text) {
    out.push(character)
    while (isEscape(out)) {
      const value = Number.parseInt(`${out.at(-2)}${out.at(-1)}`, 16)
      out.length -= 3
      out.push(String.fromCharCode(value))
    }
  }
  return out.join('')
}

const isHex = (character = '') => /^[0-9a-f]$/i.test(character)
const isEscape = (out: readonly string[]) => out.at(-3) === '%' && isHex(out.at(-2)) && isHex(out.at(-1))

const putEscapes = (text: string): string =>
  [...text]
    .map((character) =>
      character <= ' ' || character >= '\x7f' || character === '#' || character === '%'
        ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
        : character,
    )
    .join('')

function readHost(written: string): { host: string; isIp: boolean } {
  const bare = removeEscapes(written.replace(/:\d*$/, ''))
  const six = /^\[(.*)\]$/s.exec(bare)?.[1]
  if (six !== undefined && isIPv6(six)) return readIPv6(six)
  const name = toAscii(bare)
    .replace(/\.{2,}/g, '.')
    .replace(/^\.|\.$/g, '')
    .toLowerCase()
  const four = readIPv4(name)
  return four === undefined ? { host: name, isIp: false } : { host: four, isIp: true }
}

/** Names in other letters as DNS knows them; bytes that are no such name stay as they are. */
function toAscii(host: string): string {
  if (!/[\x80-\xff]/.test(host)) return host
  const name = Buffer.from(host, 'latin1').toString('utf8')
  return (name.includes('\ufffd') ? '' : domainToASCII(name)) || host
}

/** As inet_aton reads them: one to four numbers, decimal, octal or hexadecimal, the last of which fills what is left. */
function readIPv4(host: string): string | undefined {
  const parts = host.split('.')
  if (parts.length > 4) return undefined
  const numbers = parts.map((part) => {
    if (/^0x[0-9a-f]*$/.test(part)) return Number(part === '0x' ? 0 : part)
    if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8)
    return /^[1-9]\d*$/.test(part) ? Number(part) : Number.NaN
  })
  const last = numbers.pop() ?? Number.NaN
  if (Number.isNaN(last) || numbers.some((number) => !(number <= 255))) return undefined
  const rest = 4 - numbers.length
  if (last >= 256 ** rest) return undefined
  for (let place = rest - 1; place >= 0; place--) numbers.push(Math.floor(last / 256 ** place) % 256)
  return numbers.join('.')
}

/** Shortened as RFC 5952 has it; those that stand for an IPv4 address are that address (RFC 4291 §2.5.5.2, RFC 6052). */
function readIPv6(text: string): { host: string; isIp: boolean } {
  // A zone is of this machine and of no list.
  const host = new URL(`http://[${text.replace(/%.*$/s, '')}]/`).hostname
  const [, high, low] = /^\[(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host) ?? []
  if (high === undefined || low === undefined) return { host, isIp: true }
  const value = [high, low].map((part) => Number.parseInt(part, 16))
  return { host: value.flatMap((part) => [part >> 8, part & 255]).join('.'), isIp: true }
}

/** No `.` and `..`, no empty parts. */
function straighten(path: string): string {
  const kept: string[] = []
  const parts = path.replaceAll('\\', '/').split('/')
  for (const part of parts) {
    if (part === '..') kept.pop()
    else if (part !== '.' && part !== '') kept.push(part)
  }
  const isFolder = ['', '.', '..'].includes(parts.at(-1) ?? '')
  return `/${kept.join('/')}${isFolder && kept.length > 0 ? '/' : ''}`
}
