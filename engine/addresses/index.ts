import { hash } from 'node:crypto'
import { type Address, readAddress } from './canonical.ts'

export { type Address, readAddress } from './canonical.ts'

const mostHosts = 5
const mostPaths = 6

/**
 * What of an address can be on a list: each ending of its host with each beginning of its path, at most thirty. As Safe Browsing forms them,
 * so that its lists fit (developers.google.com/safe-browsing/v4/urls-hashing).
 */
export function expressionsOf(address: Address): string[] {
  return hostsOf(address).flatMap((host) => pathsOf(address).map((path) => host + path))
}

/** Without a scheme: the SHA-256 of each expression, as lists hold them. */
export const hashesOf = (address: Address): string[] =>
  expressionsOf(address).map((expression) => hash('sha256', expression, 'hex'))

/** The host itself, then the last five of its parts, four, and so on to two. An IP address has no endings. */
function hostsOf({ host, isIp }: Address): string[] {
  if (isIp) return [host]
  const parts = host.split('.')
  const hosts = new Set([host])
  for (let count = Math.min(5, parts.length); count >= 2 && hosts.size < mostHosts; count--)
    hosts.add(parts.slice(-count).join('.'))
  return [...hosts]
}

/** With the query, without, then the root and folder after folder. */
function pathsOf({ path, query }: Address): string[] {
  const paths = new Set(query === undefined ? [path] : [`${path}?${query}`, path])
  const folders = path.split('/').slice(1, -1)
  for (let count = 0; count <= Math.min(3, folders.length) && paths.size < mostPaths; count++)
    paths.add(`/${folders.slice(0, count).join('/')}${count === 0 ? '' : '/'}`)
  return [...paths]
}

/** The address in the one form in which it is compared, or undefined for what names no host. */
export function canonicalForm(text: string | Buffer): string | undefined {
  const address = readAddress(text)
  if (address === undefined) return undefined
  const { scheme, host, path, query } = address
  return `${scheme}://${host}${path}${query === undefined ? '' : `?${query}`}`
}
