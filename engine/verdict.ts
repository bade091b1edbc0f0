import type { FileType } from '#engine/types'

/** What a file is; never 'clean' when a part could not be looked into. */
export type Verdict = {
  outcome: 'malicious' | 'clean' | 'incomplete'
  /** Of the whole file, also where only its beginning was looked into. */
  sha256: string
  bytes: number
  type: FileType
  findings: Finding[]
  notUnpacked: NotUnpacked[]
  /** Clean because exactly this content is on the list of known good and on none of known bad; nobody has looked into it. */
  isKnownGood?: true
}

export type Finding = {
  rule: string
  ruleSet: string
  author?: string
  licence?: string
  source: 'rules' | 'known-bad' | 'list' | 'cloud' | 'clamd'
  /** Names from the outermost container inwards; empty for the file itself. */
  place: readonly string[]
}

export type Reason =
  | 'depth'
  | 'count'
  | 'ratio'
  | 'bytes'
  | 'time'
  | 'encrypted'
  | 'split'
  | 'packed'
  | 'damaged'
  | 'unsupported'

export type NotUnpacked = { place: readonly string[]; reason: Reason }

export type Limits = {
  /** Containers inside each other. */
  depth: number
  /** Files in all containers of one file. */
  entries: number
  /** Unpacked bytes for each byte of the file, once there are more than a few. */
  ratio: number
  /** Of one file, and again of everything that is unpacked from it. */
  bytes: number
  milliseconds: number
}

export const defaultLimits: Limits = {
  depth: 8,
  entries: 10_000,
  ratio: 250,
  bytes: 256 * 1024 * 1024,
  milliseconds: 20_000,
}

/** By fd first: then nobody can put another file in its place between the look and the use. */
export type Source = { fd: number } | { bytes: Buffer } | { path: string }

/**
 * The exact answer whether a hash is known to be bad. Whoever implements it has asked on after a hit of a filter: a filter alone
 * condemns nothing.
 */
export type KnownBad = {
  /** `place`: where in the file that is looked into, for who cannot answer now and asks on later. */
  find(sha256: string, place: readonly string[]): Promise<Omit<Finding, 'place'> | undefined>
}

/** Exact; a file whose hash is here is not looked into, unless somebody knows it to be bad. */
export type KnownGood = { has(sha256: string): boolean | Promise<boolean> }
