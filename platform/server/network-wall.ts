import { lookup as resolve } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

// Whoever may name an address must not reach with it what only this machine or its network reaches (SSRF).

const closed = new BlockList()
for (const [address, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3],
] as const) // biome-ignore format: a list reads better in lines than in a column
  closed.addSubnet(address, bits, 'ipv4')
/** Of what is public in version 6, what leads to version 4 or is for documents. */
for (const [address, bits] of [
  ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20],
] as const) // biome-ignore format: a list reads better in lines than in a column
  closed.addSubnet(address, bits, 'ipv6')
const open = new BlockList()
open.addSubnet('2000::', 3, 'ipv6')

export function isPublic(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !closed.check(address, 'ipv4')
  return version === 6 && open.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

/** A machine speaking with itself: what a developer's service has for an address. */
export const isLoopback = (address: string): boolean =>
  (isIP(address) === 4 && address.startsWith('127.')) || address === '::1'

/**
 * For `lookup` of a request: the name is resolved once, and the connection goes to what was looked at. A name that leads elsewhere a moment later leads
 * nowhere. An address in place of a name is never looked up, so it is refused here, at once.
 */
export function wallFor(url: URL, mayReach: (address: string) => boolean, refuse: () => Error): LookupFunction {
  const bare = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) && !mayReach(bare)) throw refuse()
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      if (!addresses.every(({ address }) => mayReach(address))) return done(refuse(), '')
      if (options.all) return done(null, addresses)
      const [first] = addresses
      done(null, first?.address ?? '', first?.family)
    })
  }
}
