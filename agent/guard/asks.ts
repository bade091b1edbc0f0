import type { Suspect } from '#agent/scanner'
import type { Finding, Verdict } from '#engine'
import { isProgram } from '#engine/types'
import type { Policy, Why } from './messages.ts'

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

/** Whether there was time for all of it. */
export const isWhole = ({ notUnpacked }: Verdict) => !notUnpacked.some(({ reason }) => reason === 'time')

/** More is not taken. */
const mostSentBytes = 8 * 1_024 * 1_024

/**
 * Programs that were just written or are to be run, by policy and when nothing here knows them: never a document, a picture, a letter or an archive, which may
 * be somebody's own, and never what is only caught up with.
 */
export const isToBeSent = ({ sendUnknown }: Policy, why: Why, { type, bytes, isKnownGood }: Verdict) =>
  !isKnownGood &&
  sendUnknown === true &&
  (why === 'exec' || why === 'written') &&
  isProgram(type) &&
  bytes <= mostSentBytes
