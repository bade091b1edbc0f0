import { isIPv6 } from 'node:net'

/**
 * Who counts as one sender: an IPv4 address, or a /64 of IPv6, since whoever has one address of it has all (RFC 6177).
 */
export function senderOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
  if (mapped) return mapped[1]!
  // Without a zone; `::` filled up only as far as the first four groups are concerned.
  const [head = '', tail] = ip.split('%')[0]!.toLowerCase().split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = Math.max(0, 8 - front.length - back.length)
  const groups = tail === undefined ? front : [...front, ...Array<string>(missing).fill('0'), ...back]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

export type RateLimit = {
  /** Counts one; answers how many seconds to wait when it is one too many, else 0. */
  count(key: string, most: number, now: number): number
}

const minute = 60_000

/**
 * So many requests a minute: all of them at once if need be, then one each time its share of the minute has passed (the generic cell rate
 * algorithm: one number a sender). At most `keys` senders are remembered, the oldest forgotten first: a flood from ever
 * new addresses costs no memory.
 */
export function createRateLimit(keys = 50_000): RateLimit {
  // When the sender's requests so far would have arrived, had they come at the even pace.
  const paidUntil = new Map<string, number>()
  return {
    count(key, most, now) {
      const share = minute / most
      const known = paidUntil.get(key)
      // Further ahead than a minute: the clock was set back, which must not freeze anybody out.
      const from = known === undefined || known < now || known > now + minute ? now : known
      // (A thousandth of a millisecond is rounding.)
      const tooEarly = from + share - (now + minute)
      if (tooEarly > 0.001) return Math.max(1, Math.ceil(tooEarly / 1_000))
      if (known === undefined && paidUntil.size >= keys) {
        const oldest = paidUntil.keys().next()
        if (!oldest.done) paidUntil.delete(oldest.value)
      }
      paidUntil.set(key, from + share)
      return 0
    },
  }
}
