import type { Suspect } from '#agent/scanner'
import type { Finding, Verdict } from '#engine'

/** What the Cloud knows of a content exactly: that it is bad, that it is not known to be, or it did not answer. */
export type Answered = { bad: Omit<Finding, 'place'> } | 'not bad' | 'no answer'

/** A file of which the filter of known bad said yes to some parts. */
export type Asks = { verdict: Verdict; suspects: readonly Suspect[] }

/** Only what the Cloud knows exactly condemns. Undefined while it has not said all. */
export function conclude({ verdict, suspects }: Asks, answers: readonly Answered[]): Verdict | undefined {
  const findings = suspects.flatMap(({ place }, at) => {
    const answered = answers[at]
    return typeof answered === 'object' ? [{ ...answered.bad, place }] : []
  })
  if (findings.length > 0) return { ...verdict, outcome: 'malicious', findings }
  return suspects.every((_, at) => answers[at] === 'not bad') ? verdict : undefined
}
