import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The owner of a path, or of the nearest folder above it that is still there. */
export function ownerOfPath(path: string): number | undefined {
  for (let at = path; ; at = dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false })
    if (stat) return stat.uid
    if (at === dirname(at)) return undefined
  }
}

/** Whether what happened there is for this user to know: they did it, it is theirs, or it is nobody's in particular. */
export function concerns(uid: number, about: { path?: unknown; uid?: unknown }): boolean {
  if (uid === 0 || about.uid === uid) return true
  const owner = typeof about.path === 'string' && about.path.startsWith('/') ? safeOwner(about.path) : undefined
  if (owner === uid) return true
  return about.uid === undefined && (owner === undefined || owner === 0)
}

function safeOwner(path: string): number | undefined {
  try {
    return ownerOfPath(path)
  } catch {
    // A folder that the agent's user may not enter is not everybody's.
    return -1
  }
}
