import type { Entry } from '#agent/journal'
import { concerns } from '#agent/local'

/** The journal as one user may see it: what is about others is counted and not shown. */
export type ShownEntry = Entry & { readonly hidden: number }

export function entriesFor(uid: number, entries: readonly Entry[]): ShownEntry[] {
  return entries.map((entry) => {
    if (entry.kind === 'events') return withoutOthers(uid, entry)
    if (entry.kind === 'check-in') return withoutUser(uid, entry)
    const path = (entry.about as { path?: unknown } | undefined)?.path
    return path === undefined || concerns(uid, { path })
      ? { ...entry, hidden: 0 }
      : { ...entry, body: null, about: null, hidden: 1 }
  })
}

/** Who else uses the device is theirs to know. */
function withoutUser(uid: number, entry: Entry): ShownEntry {
  const { user, ...body } = (entry.body ?? {}) as { user?: unknown }
  const about = (entry.about ?? {}) as { uid?: unknown }
  const isOthers = typeof user === 'string' && !concerns(uid, { uid: about.uid ?? -1 })
  return isOthers ? { ...entry, body, about: null, hidden: 1 } : { ...entry, hidden: 0 }
}

function withoutOthers(uid: number, entry: Entry): ShownEntry {
  const body = (entry.body ?? {}) as { events?: unknown }
  const events = Array.isArray(body.events) ? body.events : []
  const shown = events.filter((event: { path?: unknown; process?: { uid?: unknown } } | null) =>
    concerns(uid, { path: event?.path, uid: event?.process?.uid }),
  )
  return { ...entry, body: { ...body, events: shown }, hidden: events.length - shown.length }
}
