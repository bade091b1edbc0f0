import type { Verdict } from '#engine'
import type { Policy } from './messages.ts'

export const isPast = (until: string | undefined) => until !== undefined && Date.parse(until) <= Date.now()

export const isWithin = (path: string, folder: string) =>
  path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`)

/**
 * A folder with all that is in it, or a path with `*` for anything within one folder, `**` over folders and `?` for one character. Every place that the pattern so far
 * leads to is kept, so no pattern takes longer than its own length times the path's.
 */
export function covers(pattern: string, path: string): boolean {
  if (!/[*?]/.test(pattern)) return isWithin(path, pattern)
  let reached = new Uint8Array(path.length + 1)
  reached[0] = 1
  for (const token of pattern.match(/\*\*|./gs) ?? []) {
    const next = new Uint8Array(path.length + 1)
    let isAnywhere = false
    for (let at = 0; at <= path.length; at += 1) {
      const isSlash = path[at - 1] === '/'
      if (token === '**') next[at] = reached[at] || (next[at - 1] ?? 0)
      else if (token === '*') next[at] = reached[at] || (isSlash ? 0 : (next[at - 1] ?? 0))
      else if (token === '?' ? !isSlash : token === path[at - 1]) next[at] = reached[at - 1] ?? 0
      isAnywhere ||= next[at] === 1
    }
    if (!isAnywhere) return false
    reached = next
  }
  return reached[path.length] === 1
}

/** Asked only of what was found to be dangerous, so that an exclusion costs nothing and saves no scan. */
export function isExcluded(policy: Policy, path: string, verdict: Verdict): boolean {
  if (policy.allowed.some(({ sha256, until }) => sha256 === verdict.sha256 && !isPast(until))) return true
  return policy.exclusions.some((exclusion) => {
    if (isPast(exclusion.until)) return false
    if ('path' in exclusion) return covers(exclusion.path, path)
    if ('sha256' in exclusion) return exclusion.sha256 === verdict.sha256
    // Only when nothing else was found in it.
    return verdict.findings.every(({ rule }) => rule === exclusion.rule)
  })
}
