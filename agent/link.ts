import type { ChildProcess } from 'node:child_process'
import type { Answered } from '#agent/guard'
import type { Policy } from '#agent/policy'
import type { InUse, Refused } from '#engine/bundle'

// What the guard's process (main.ts) and the agent's tell each other, over Node's own channel.

export type Protection = {
  readonly name: string
  readonly state: 'on' | 'watching' | 'off' | 'failed'
  readonly why?: string
  readonly since: string
}

/** How things are on the side of the guard: told at the beginning and at each change. */
export type State = {
  readonly protections: readonly Protection[]
  readonly rules: {
    readonly sets: readonly string[]
    readonly updatedAt: string | null
    readonly testOnly: boolean
    readonly inUse: readonly InUse[]
    readonly refused: readonly Refused[]
  }
  readonly isolated: boolean
  /** Files laid where an encryptor comes by. */
  readonly canaries: number
  /** Of the spool: what is on the disk for certain, waits, and was dropped. */
  readonly spool: { readonly durable: number; readonly waiting: number; readonly lost: number }
}

export type ToAgent =
  /** `hardware` and `serial`: what only root may read. */
  | { kind: 'hello'; hardware: string | undefined; serial: string | undefined; state: State }
  | { kind: 'state'; state: State }
  | { kind: 'answer'; request: number; answer: Answer }
  /** By policy: does the Cloud know this program? If not, it is asked for (`sample`). */
  | { kind: 'unknown'; sha256: string }
  /** The filter says yes to these: what does the Cloud know of them? */
  | { kind: 'ask'; request: number; sha256s: readonly string[] }

/** What only the guard's process can do. */
export type Wish =
  | { do: 'scan'; path: string }
  | { do: 'restore'; quarantineId: string }
  | { do: 'delete'; quarantineId: string }
  | { do: 'quarantined' }
  | { do: 'isolate'; portalUrl: string }
  | { do: 'release' }
  | { do: 'stop-process'; pid: number; startedAt?: number }
  | { do: 'collect-file'; path: string }
  /** These that the agent has fetched, and no others. */
  | { do: 'use-rules'; sets: readonly string[] }
  | { do: 'sample'; sha256: string }

export type Answer = { ok: true; result: Readonly<Record<string, unknown>> } | { ok: false; why: string }

export type ToGuard =
  | { kind: 'policy'; policy: Policy }
  | { kind: 'taken'; upTo: number }
  | { kind: 'asked'; request: number; answers: readonly Answered[] }
  /** How the Cloud is used now: whose lists (no keys: none), which they are, and whether it answers. */
  | { kind: 'cloud'; keys: readonly string[]; version: string; isReachable: boolean }
  | { kind: 'wish'; request: number; wish: Wish }

export const tell = (child: ChildProcess, message: ToAgent) => {
  // It may have died a moment ago; what matters is on the disk.
  if (child.connected) child.send(message, () => undefined)
}

/** A word that the portal and the pages know, of an error of ours or the system's; never its text, which may hold a path. */
export function whyOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  const word = typeof code === 'string' ? code.toLowerCase().replace(/[^a-z0-9._-]/g, '-') : ''
  return /^[a-z0-9][a-z0-9._-]{0,80}$/.test(word) ? word : 'failed'
}
