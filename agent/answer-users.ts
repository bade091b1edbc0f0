import { realpathSync, statSync } from 'node:fs'
import type { CloudState } from '#agent/cloud'
import type { About, ConnectionState } from '#agent/connection'
import { readEnrolment } from '#agent/connection'
import type { Journal } from '#agent/journal'
import { type Caller, type Local, listen, notYours, rootOnly, unknownQuestion } from '#agent/local'
import { createPages } from '#agent/page'
import { commandOf, type Place } from '#agent/place'
import type { Policy } from '#agent/policy'
import type { Language } from '#base/languages'
import { entriesFor } from './entries-for.ts'
import type { Answer, State, Wish } from './link.ts'

/** What anybody who uses the device may know of it; nothing about a person. */
export type Status = {
  readonly organizationName: string | undefined
  readonly portalUrl: string | undefined
  readonly asRoot: boolean
  readonly bySystemd: boolean
  readonly command: string
  readonly about: About
  readonly policy: Policy
  readonly state: State | undefined
  readonly cloud: CloudState
  readonly connection: ConnectionState | undefined
}

const mostEntries = 500

export async function answerUsers(uses: {
  place: Place
  journal: Journal
  language: Language
  wish: (wish: Wish) => Promise<Answer>
  status: () => Pick<Status, 'about' | 'policy' | 'state' | 'cloud' | 'connection'>
}): Promise<Local> {
  const { place, journal, language, wish } = uses
  const status = (): Status => {
    const enrolment = readEnrolment(place.agent)
    return {
      organizationName: enrolment?.organizationName,
      portalUrl: enrolment?.portalUrl,
      asRoot: place.asRoot,
      bySystemd: place.bySystemd,
      command: commandOf(place),
      ...uses.status(),
    }
  }
  const read = (uid: number) => entriesFor(uid, journal.read(mostEntries))
  const pages = createPages({ language, status, entries: read })

  const local = await listen(place, async (ask, caller) => {
    const { what, path, quarantineId } = (ask ?? {}) as Record<string, unknown>
    switch (what) {
      case 'status':
        return status()
      case 'journal':
        return read(caller.uid)
      case 'page':
        return { link: await pages.linkFor(caller.uid) }
      case 'scan':
        return wish({ do: 'scan', path: ownPath(path, caller) })
      case 'restore':
        if (!mayAll(caller)) throw rootOnly()
        return wish({ do: 'restore', quarantineId: String(quarantineId) })
      case 'release': {
        if (!mayAll(caller)) throw rootOnly()
        const answer = await wish({ do: 'release' })
        if (answer.ok) journal.record('local', {}, { kind: 'release' })
        return answer
      }
      case 'quarantined':
        if (!mayAll(caller)) throw rootOnly()
        return wish({ do: 'quarantined' })
      default:
        throw unknownQuestion()
    }
  })
  return {
    async close() {
      await pages.close()
      await local.close()
    },
  }
}

/** Root; or whoever started an agent that is not root's. */
const mayAll = ({ uid }: Caller) => uid === 0 || uid === process.getuid?.()

/** Where links are followed now; the guard follows none below it. */
function ownPath(path: unknown, caller: Caller): string {
  if (typeof path !== 'string' || !path.startsWith('/') || path.length > 4_096) throw unknownQuestion()
  if (mayAll(caller)) return path
  try {
    const real = realpathSync(path)
    if (statSync(real).uid === caller.uid) return real
  } catch {
    // Not there, or not for the agent's user to see: not shown to be either.
  }
  throw notYours()
}
