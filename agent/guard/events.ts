import { createHash } from 'node:crypto'
import type { ClamdState } from '#agent/clamd'
import type { Verdict } from '#engine'

export type Done = 'blocked' | 'quarantined' | 'stopped' | 'reported' | 'failed'

export type Caller = { pid: number; path: string; uid: number; startedAt?: number; sha256?: string }

export type GuardEvent =
  | {
      kind: 'detection'
      /** Made of the file and its content: the same thing told twice has the same id. */
      id: string
      at: string
      path: string
      sha256: string
      verdict: Verdict
      process?: Caller
      done: Done
      /** Why nothing more could be done: a code. */
      why?: string
      seenLate?: true
      quarantineId?: string
    }
  | {
      kind: 'encryptor'
      id: string
      at: string
      process?: Caller
      files: number
      paths: string[]
      canary: boolean
      done: Done
    }

export type GuardState = {
  protection: 'blocking' | 'watching' | 'off'
  /** A code: `ordinary_user`, `other_product`, `not_supported`, … */
  why?: string
  /** The name of the other product, where that is why. */
  other?: string
  since: string
  overflows: number
  queued: number
  /** How often a process stood still while it was looked at what it did, and for how long at most. */
  pauses: number
  pausedMs: number
  /** Files laid where an encryptor comes by. */
  canaries: number
  /** What a scanner cannot do here: `network`, `user`, `files`. */
  walls: readonly string[]
  rulesVersion: string
  clamd: ClamdState
  /** Those that were given do not come up here: only the project's own are in use. */
  rulesRefused: boolean
}

/** UUID version 8 (RFC 9562 §5.8): ours to fill. */
export function idOf(...parts: readonly string[]): string {
  const bytes = createHash('sha256').update(parts.join('\0'), 'latin1').digest()
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
