/**
 * Reads a Cookie header (RFC 6265 §4.2). The first of two equal names wins: browsers send the one with the longer path first.
 * Anything malformed is left out; a cookie is a claim, never proof.
 */
export function readCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null)
  if (!header || header.length > 16_384) return cookies
  for (let from = 0; from < header.length; ) {
    const semicolon = header.indexOf(';', from)
    const to = semicolon < 0 ? header.length : semicolon
    const equals = header.indexOf('=', from)
    if (equals >= 0 && equals < to) {
      const name = header.slice(from, equals).trim()
      if (name !== '' && !(name in cookies)) {
        const value = header.slice(equals + 1, to).trim()
        const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
        cookies[name] = isQuoted ? value.slice(1, -1) : value
      }
    }
    from = to + 1
  }
  return cookies
}

/**
 * Under TLS the `__Host-` prefix keeps a neighbouring host from planting a cookie of ours (RFC 6265bis §4.1.3.2). It demands Path=/, so
 * a cookie that belongs to one path only carries the weaker `__Secure-`.
 */
export function cookieName(name: string, secure: boolean, scope: 'site' | 'path' = 'site'): string {
  if (!secure) return name
  return scope === 'site' ? `__Host-${name}` : `__Secure-${name}`
}

export function writeCookie(
  name: string,
  value: string,
  options: { secure: boolean; maxAgeSeconds?: number; path?: string },
): string {
  // RFC 6265 §4.1.1: anything else could end the value and begin an attribute.
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value))
    throw new Error(`the value of cookie ${name} is not clean`)
  const { path = '/' } = options
  if (!/^\/[\w/-]*$/.test(path)) throw new Error(`the path of cookie ${name} is not clean`)
  const named = cookieName(name, options.secure, path === '/' ? 'site' : 'path')
  const parts = [`${named}=${value}`, `Path=${path}`, 'HttpOnly', 'SameSite=Lax']
  if (options.secure) parts.push('Secure')
  if (options.maxAgeSeconds !== undefined) parts.push(`Max-Age=${Math.floor(options.maxAgeSeconds)}`)
  return parts.join('; ')
}
