import type { Verdict } from '#engine'
import type { Policy } from './messages.ts'

export const isPast = (until: string | undefined) => until !== undefined && Date.parse(until) <= Date.now()

export const isWithin = (path: string, folder: string) =>
  path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`)

/** Asked only of what was found to be dangerous, so that an exclusion costs nothing and saves no scan. */
export function isExcluded(policy: Policy, path: string, verdict: Verdict): boolean {
  if (policy.allowed.some(({ sha256, until }) => sha256 === verdict.sha256 && !isPast(until))) return true
  return policy.exclusions.some((exclusion) => {
    if (isPast(exclusion.until)) return false
    if ('path' in exclusion) return isWithin(path, exclusion.path)
    if ('sha256' in exclusion) return exclusion.sha256 === verdict.sha256
    // Only when nothing else was found in it.
    return verdict.findings.every(({ rule }) => rule === exclusion.rule)
  })
}
