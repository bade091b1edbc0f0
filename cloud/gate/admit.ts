import type { IncomingMessage } from 'node:http'
import { headerRefused, queryRefused } from './errors.ts'

// What a question to the Cloud may look like: like every other one. A header that differs from device to device, a cookie, a signature or a word behind
// the path would let the Cloud tell devices apart, so such a request is refused and not merely read without it: whoever
// sends one learns that something is wrong.

/** Every header there may be, and what it may say. Names are those of HTTP, in small letters. */
const allowed: Readonly<Record<string, RegExp>> = {
  // The platform compares it with our own name.
  host: /^[\w.:[\]-]{1,255}$/,
  connection: /^(keep-alive|close)$/,
  accept: /^(\*\/\*|application\/octet-stream|application\/json)$/,
  'accept-encoding': /^identity$/,
  'accept-language': /^\*$/,
  'user-agent': /^vartio$/,
  // Of a sample.
  'content-type': /^application\/octet-stream$/,
  'content-length': /^\d{1,9}$/,
}

/** What a declared proxy adds by itself. The address in it counts for limits, in memory, and is written nowhere. */
const ofProxy: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip'])

export function admit(request: Pick<IncomingMessage, 'rawHeaders' | 'url'>, hasProxy: boolean): void {
  if (request.url?.includes('?')) throw queryRefused()
  const seen = new Set<string>()
  // As they came: a header that stands there twice is told only so.
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at]!.toLowerCase()
    const value = request.rawHeaders[at + 1]!
    if (hasProxy && ofProxy.has(name)) continue
    const may = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (!may?.test(value) || seen.has(name)) throw headerRefused(name)
    seen.add(name)
  }
}
