import { accountEnds, addDuration, addMonths } from '#base/calendar'

/** ID-74 to ID-76, by the real dates of one account. */
export type Life = {
  readonly lastEventAt: Date
  /** From here on the account can only be signed in to, which makes it active again. */
  readonly expiresAt: Date
  /** Until when signing in brings it back; then it is erased. */
  readonly erasedAt: Date
  readonly state: 'active' | 'expired' | 'over'
}

/** An erasure takes its time, and a program may be away: where the four months are what ends the account, it begins so much earlier. */
const margin = 'PT6H'

export function lifeOf(lastEventAt: Date, now: Date): Life {
  const { expiresAt, erasedAt: limit } = accountEnds(lastEventAt)
  const fourMonths = addMonths(lastEventAt, 4)
  const latest = new Date(2 * fourMonths.getTime() - addDuration(fourMonths, margin).getTime())
  const erasedAt = limit < latest ? limit : latest
  const state = now >= erasedAt ? 'over' : now >= expiresAt ? 'expired' : 'active'
  return { lastEventAt, expiresAt, erasedAt, state }
}
