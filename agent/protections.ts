import type { Policy as GuardPolicy, GuardState } from '#agent/guard'
import type { Place } from '#agent/place'
import type { Policy } from '#agent/policy'
import type { RuleStore } from '#agent/rules'
import type { Protection, State } from './link.ts'

/** How long an open may wait for a verdict. */
const deadlineMs = 2_000

/** What the guard obeys of a policy; `allowed` is content that was put back from quarantine. */
export function guardPolicy({ settings }: Policy, allowed: readonly string[]): GuardPolicy {
  return {
    profile: settings.profile,
    reportOnly: settings.reportOnly,
    deadlineMs,
    clamd: settings.clamd,
    sendUnknown: settings.cloud && settings.unknownContent === 'send',
    exclusions: settings.exclusions.map(({ kind, value, until }) =>
      kind === 'path' ? { path: value, until } : kind === 'sha256' ? { sha256: value, until } : { rule: value, until },
    ),
    allowed: allowed.map((sha256) => ({ sha256 })),
  }
}

/** Each protection with its state, why, and since when; in words the portal knows. */
export function protectionsOf(
  guard: GuardState | undefined,
  policy: Policy,
  place: Place,
  rules: Pick<RuleStore, 'inUse' | 'refused'>,
): Pick<State, 'protections' | 'rules'> {
  const since = guard?.since ?? new Date().toISOString()
  const one = (name: string, state: Protection['state'], why?: string): Protection => ({
    name,
    state,
    since,
    ...(why ? { why } : {}),
  })
  const seen = { blocking: 'on', watching: 'watching', off: 'failed' } as const
  const isOff = !policy.settings.realTime
  const realTime = isOff ? 'off' : guard ? seen[guard.protection] : 'failed'
  const why = isOff ? 'policy' : guard?.why
  // Kept, but not coming up after all: only the project's own are in use.
  const inUse = guard?.rulesRefused ? [] : rules.inUse()
  // Only root is told who writes what.
  const isOrdinary = !isOff && !place.asRoot
  const hasRules = (guard?.rulesVersion ?? '') !== ''
  return {
    protections: [
      one('real-time', realTime, why),
      one('scanner', hasRules ? 'on' : 'failed', hasRules ? undefined : 'no-rules'),
      one('quarantine', 'on'),
      isOrdinary ? one('encryptors', 'off', 'ordinary-user') : one('encryptors', realTime, why),
      one('network-isolation', place.asRoot ? 'on' : 'off', place.asRoot ? undefined : 'ordinary-user'),
      { name: 'clamd', ...(guard?.clamd ?? { state: 'off', why: 'clamd.none', since }) },
    ],
    rules: {
      sets: ['vartio-test', ...inUse.map(({ set }) => set)],
      updatedAt:
        inUse
          .map(({ updatedAt }) => updatedAt)
          .sort()
          .at(-1) ?? null,
      testOnly: inUse.length === 0,
      inUse,
      refused: rules.refused(),
    },
  }
}
