import type { Limits, Verdict } from '#engine'
import type { Size } from '#engine/rules'

/** What a scanner is started with: in its argument list, so nothing in it is secret or about a person. */
export type ScannerSettings = {
  /** So many bundles lie open from `firstBundle` on; the project's own test rules are always there. */
  bundles: number
  size: Size
  limits?: Partial<Limits>
}

export type Ready = {
  ready: true
  /** Of the rules: verdicts of another version are none. */
  version: string
  walls: readonly string[]
}

/** A file to look into; its descriptor comes beside it. */
export type Order = { job: number; name: string }

export type Answer = { job: number; verdict: Verdict } | { job: number; failed: string }

/** The one end of the pair that the scanner has. */
export const socket = 3
export const firstBundle = 4
