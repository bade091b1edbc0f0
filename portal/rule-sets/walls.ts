import type { LookupFunction } from 'node:net'
import { isPublic, wallFor } from '#server/network-wall'
import { badAddress, ownNetwork } from './errors.ts'

// Which addresses rules are fetched from.

export function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.username || url.password || url.hostname === '') throw badAddress()
  return url
}

/** `host:port`, as the setting names them. */
export const readMirrors = (setting: string | undefined): ReadonlySet<string> =>
  new Set(
    (setting ?? '')
      .split(',')
      .map((one) => one.trim().toLowerCase())
      .filter(Boolean),
  )

export const isMirror = (url: URL, mirrors: ReadonlySet<string>): boolean =>
  mirrors.has(`${url.hostname}:${url.port || 443}`) || (url.port === '' && mirrors.has(url.hostname))

/** Public addresses, and what the setting names. */
export const wallAround = (url: URL, mirrors: ReadonlySet<string>): LookupFunction =>
  wallFor(url, isMirror(url, mirrors) ? () => true : isPublic, ownNetwork)
