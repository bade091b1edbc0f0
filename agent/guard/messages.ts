import type { Lists, Ready } from '#agent/scanner'
import type { Verdict } from '#engine'
import type { Size } from '#engine/rules'
import type { Answered } from './asks.ts'

/** What the thread that decides and the rest of the guard tell each other. Descriptors are of the one process: whoever is told one closes it. */
export type ToLoop =
  | { kind: 'groups'; groups: GroupFds }
  | { kind: 'policy'; policy: Policy }
  | { kind: 'helpers'; pids: readonly number[] }
  /** `ready`: it has said so already. */
  | { kind: 'scanner'; pid: number; socket: number; size: Size; ready?: Ready }
  /** They finish what they have, and get no more: others have newer rules. */
  | { kind: 'retire'; pids: readonly number[] }
  | { kind: 'scanner-ended'; pid: number }
  /** Look into this file; the answer is `scanned`. */
  | { kind: 'look'; request: number; fd: number; why: 'late' | 'asked' | 'written' }
  /** Let this file through from now on, as it is. */
  | { kind: 'trust'; fd: number }
  /** About a piece of work that is held: whether it is ended or goes on. */
  | { kind: 'sentence'; actor: string; isGuilty: boolean }
  | { kind: 'known'; version: string; keys: Buffer }
  | { kind: 'keep-known' }
  /** Other lists lie there: what was found clean by those before is looked into again. */
  | { kind: 'lists'; lists: Lists }
  | { kind: 'answered'; job: number; answers: readonly Answered[] }
  /** Whether there is a second engine that may be asked about what nobody waits for. */
  | { kind: 'second'; isThere: boolean }
  /** As soon as nothing waits. */
  | { kind: 'tell-idle' }
  | { kind: 'stop' }

export type FromLoop =
  | { kind: 'ready' }
  | { kind: 'need-scanner'; size: Size }
  | { kind: 'kill-scanner'; pid: number }
  | { kind: 'version'; version: string; walls: readonly string[] }
  | { kind: 'found'; found: Found }
  /** Let be by us, still open: the second engine may know more. Whoever is told closes it. */
  | { kind: 'second'; second: Second }
  | { kind: 'scanned'; request: number; outcome: Verdict['outcome'] }
  /** A program that nobody had looked into before. */
  | { kind: 'ran'; path: Uint8Array }
  /** The filter said yes to these. */
  | { kind: 'ask'; job: number; sha256s: readonly string[] }
  /** A program that nothing here knows, which by policy may be sent. */
  | { kind: 'unknown'; path: Uint8Array; sha256: string }
  /** Let be, since the Cloud did not answer: to be asked again. */
  | { kind: 'unanswered'; path: Uint8Array }
  /** It stands still until there is a sentence. */
  | { kind: 'held'; held: Held }
  | { kind: 'sentenced'; actor: string; stopped: number; pausedMs: number }
  /** What the kernel let through, and folders that were held, are forgotten. */
  | { kind: 'unmarked' }
  | { kind: 'overflow' }
  | { kind: 'mounts' }
  /** Nothing waited at that time: everything written before has been looked into. */
  | { kind: 'idle'; at: number }
  | { kind: 'queued'; queued: number }
  | { kind: 'known'; version: string; keys: Buffer }
  | { kind: 'stopped' }

/** What the kernel answers to and tells; undefined what it does not let us have. */
export type GroupFds = {
  /** Who runs something; opens something where people keep documents, or anywhere in the strict profile and while somebody is suspected. */
  answers: number | undefined
  /** What was written. */
  tells: number | undefined
  /** What was removed or replaced. */
  names: number | undefined
  /** What is done to canaries. */
  canaries: number | undefined
}

export type Held = {
  actor: string
  process: { pid: number; path: string; uid: number; startedAt: number } | undefined
  files: number
  /** Or only names, of what was removed. */
  paths: string[]
  /** It touched one: `gone` when it only removed or moved it. */
  canary: false | 'written' | 'gone'
  /** It has taken something from somebody besides. */
  isSuspect: boolean
}

export type Second = {
  fd: number
  key: string
  verdict: Verdict
  why: Why
  pid: number
  request: number | undefined
}

/** A dangerous file, still open. */
export type Found = {
  fd: number
  key: string
  /** As bytes: a name need not be UTF-8. Empty when the kernel cannot say it any more. */
  path: Uint8Array
  verdict: Verdict
  why: Why
  /** Whether the open it came with was refused, or had already been let go. */
  answered: 'refused' | 'allowed' | 'not asked'
  process?: { pid: number; path: string; uid: number }
}

export type Why = 'exec' | 'open' | 'written' | 'late' | 'asked'

export type Exclusion = { until?: string; reason?: string } & ({ path: string } | { sha256: string } | { rule: string })

/** What the guard obeys; the portal's policy is narrowed to this. */
export type Policy = {
  profile: 'default' | 'strict'
  reportOnly: boolean
  /** How long an open may wait for us. */
  deadlineMs: number
  /** Whether clamd is asked too, where it is. */
  clamd?: boolean
  /** Whether programs that nobody knows may be sent to the Cloud. */
  sendUnknown?: boolean
  exclusions: readonly Exclusion[]
  /** Content that was let go: restored with a reason, or known to be wrong about. */
  allowed: readonly { sha256: string; until?: string }[]
}

export type LoopOptions = {
  wake: number
  /** /proc/self/mountinfo, open. */
  mounts: number | undefined
  /** Where it is noted who stands still. */
  standing: number
  scanners: number
  policy: Policy
  /** The kernel kills the process when the loop has not come round for so long; 0 where nobody waits for us. */
  switchMs: number
}
