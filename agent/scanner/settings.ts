import type { Limits, Verdict } from '#engine'
import type { Size } from '#engine/rules'

/** What a scanner is started with: in its argument list, so nothing in it is secret or about a person. */
export type ScannerSettings = {
  /** So many bundles lie open from `firstBundle` on; the project's own test rules are always there. */
  bundles: number
  size: Size
  lists: Lists
  limits?: Partial<Limits>
}

/** Where the lists of the Security Cloud lie, and whose signatures are believed. No keys: no lists. */
export type Lists = { folder: string; keys: readonly string[] }

export type Ready = {
  ready: true
  /** Of rules and lists: verdicts of another version are none. */
  version: string
  walls: readonly string[]
}

/** A file to look into; its descriptor comes beside it. */
export type Order = { job: number; name: string }

/** Other lists lie there now; the answer is `ready` with their version. */
export type Renewal = { renew: Lists }

/** Nothing comes for a while: what is not needed is given back. */
export type Rest = { rest: true }

/** A content, and where in the file it was found, to which the filter of known bad says yes: one in 65,536 strangers is one, so the Cloud is asked. */
export type Suspect = { sha256: string; place: readonly string[] }

export type Answer = { job: number; verdict: Verdict; suspects: readonly Suspect[] } | { job: number; failed: string }

/** The one end of the pair that the scanner has. */
export const socket = 3
export const firstBundle = 4
