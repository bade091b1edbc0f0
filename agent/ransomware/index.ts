import { readlinkSync, statSync } from 'node:fs'
import type { Seen } from '#agent/kernel'
import { looksEncrypted } from './sample.ts'

/** `actor`: the same for all alarms about one program of one user until it has been quiet for a while. */
export type Alarm = { actor: string; pids: number[]; files: number; canary: boolean }

const windowMs = 10_000
/** Files that were lost to it before it is stopped. */
const most = 5
const alertMs = 2_000
const oldMs = 30_000
const mostActors = 200

type Actor = {
  name: string
  since: number
  /** Files that were there before and look encrypted now, and new ones whose like was removed after. */
  lost: number
  files: Set<string>
  /** Its processes, and how many new files each has written that look encrypted. */
  pids: Map<number, number>
}

/**
 * Who rewrites files as an encryptor does: many, within seconds, into chance. A new file counts only when the same process removes one after it: a
 * backup or an encrypted folder writes chance as well, but takes nothing away; who installs anew takes away first.
 */
export function createRewriting(now: () => number = () => performance.now(), wall: () => number = Date.now) {
  const actors = new Map<string, Actor>()
  const byPid = new Map<number, Actor>()
  let canaries = new Map<string, string>()
  let suspectedAt = Number.NEGATIVE_INFINITY

  const actorOf = (pid: number, uid: number): Actor => {
    const name = nameOf(pid, uid)
    let actor = actors.get(name)
    if (actor === undefined || now() - actor.since > windowMs) {
      forget(name)
      actor = { name: `${name} ${wall()}`, since: now(), lost: 0, files: new Set(), pids: new Map() }
      actors.set(name, actor)
      if (actors.size > mostActors) forget(actors.keys().next().value as string)
    }
    byPid.set(pid, actor)
    if (!actor.pids.has(pid)) actor.pids.set(pid, 0)
    return actor
  }
  const forget = (name: string) => {
    for (const pid of actors.get(name)?.pids.keys() ?? []) byPid.delete(pid)
    actors.delete(name)
  }
  const judge = ({ name, lost, pids }: Actor): Alarm | undefined =>
    lost < most ? undefined : { actor: name, pids: [...pids.keys()], files: lost, canary: false }

  return {
    /** Files of ours that nobody has a reason to write to. */
    watch(files: readonly { file: string; key: string }[]): void {
      canaries = new Map(files.map(({ file, key }) => [file, key]))
    },
    /** Somebody has just written what looks encrypted: what comes next is worth hurrying for. */
    isAlert: () => now() - suspectedAt < alertMs,
    /** A name was removed, or given to another file. */
    removed(pid: number): Alarm | undefined {
      const actor = byPid.get(pid)
      const fresh = actor?.pids.get(pid) ?? 0
      if (actor === undefined || fresh === 0) return undefined
      actor.pids.set(pid, fresh - 1)
      actor.lost += 1
      return judge(actor)
    },
    written(pid: number, fd: number, seen: Seen): Alarm | undefined {
      const file = fileOf(seen.key)
      const canary = canaries.get(file)
      if (canary !== undefined) {
        if (canary === seen.key) return undefined
        canaries.set(file, seen.key)
        return { actor: `canary ${seen.key}`, pids: [pid], files: 1, canary: true }
      }
      if (!looksEncrypted(fd, seen.size)) return undefined
      suspectedAt = now()
      const actor = actorOf(pid, seen.uid)
      if (actor.files.has(file)) return undefined
      actor.files.add(file)
      if (wall() - seen.bornAtMs > oldMs) actor.lost += 1
      else actor.pids.set(pid, (actor.pids.get(pid) ?? 0) + 1)
      return judge(actor)
    },
  }
}

/** Device and inode, of a key of `look`. */
export const fileOf = (key: string) => key.slice(0, 8) + key.slice(40)

/** One program of one user, however many processes it is; of one that is gone already only whose file it was is known. */
function nameOf(pid: number, owner: number): string {
  try {
    return `${statSync(`/proc/${pid}`).uid} ${readlinkSync(`/proc/${pid}/exe`)}`
  } catch {
    return `${owner} gone`
  }
}
