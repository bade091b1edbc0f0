import type { Limits, Verdict } from '#engine'
import type { Size } from '#engine/rules'

/** What a scanner is started with: in its argument list, so nothing in it is secret or about a person. */
export type ScannerSettings = {
  /** Rule sets by the folders they lie in; the project's own test rules are always there. */
  ruleSets: readonly RuleSetPlace[]
  size: Size
  limits?: Partial<Limits>
}

export type RuleSetPlace = { name: string; licence: string; author?: string; folder: string; isRealTime: boolean }

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
