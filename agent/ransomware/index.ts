import { readlinkSync, statSync } from 'node:fs'
import type { Seen } from '#agent/kernel'
import { looksEncrypted } from './sample.ts'

export type Alarm = { pids: number[]; files: number; canary: boolean }

const windowMs = 10_000
/** Files that were lost to it before it is stopped. */
const most = 6
const oldMs = 30_000
const mostActors = 200

type Actor = { pids: Set<number>; since: number; replaced: number; fresh: number; files: Set<string> }

/**
 * Who rewrites files as an encryptor does: many, within seconds, into chance. A new file counts only as far as others were removed by the same: a
 * backup or an encrypted folder writes chance as well, but takes nothing away.
 */
export function createRewriting(now: () => number = () => performance.now(), wall: () => number = Date.now) {
  const actors = new Map<string, Actor>()
  const removals = new Map<number, { since: number; count: number }>()
  let canaries = new Map<string, string>()

  const actorOf = (pid: number, uid: number): Actor => {
    const name = nameOf(pid, uid)
    let actor = actors.get(name)
    if (actor === undefined || now() - actor.since > windowMs) {
      actor = { pids: new Set(), since: now(), replaced: 0, fresh: 0, files: new Set() }
      actors.delete(name)
      actors.set(name, actor)
      if (actors.size > mostActors) actors.delete(actors.keys().next().value as string)
    }
    actor.pids.add(pid)
    return actor
  }

  return {
    /** Files of ours that nobody has a reason to write to. */
    watch(files: readonly { file: string; key: string }[]): void {
      canaries = new Map(files.map(({ file, key }) => [file, key]))
    },
    removed(pid: number): void {
      const known = removals.get(pid)
      if (known && now() - known.since < windowMs) {
        known.count += 1
        return
      }
      removals.delete(pid)
      removals.set(pid, { since: now(), count: 1 })
      if (removals.size > mostActors) removals.delete(removals.keys().next().value as number)
    },
    written(pid: number, fd: number, seen: Seen): Alarm | undefined {
      const file = fileOf(seen.key)
      const canary = canaries.get(file)
      if (canary !== undefined) {
        if (canary === seen.key) return undefined
        canaries.set(file, seen.key)
        return { pids: [pid], files: 1, canary: true }
      }
      if (!looksEncrypted(fd, seen.size)) return undefined
      const actor = actorOf(pid, seen.uid)
      if (actor.files.has(file)) return undefined
      actor.files.add(file)
      if (wall() - seen.bornAtMs > oldMs) actor.replaced += 1
      else actor.fresh += 1
      let removed = 0
      for (const one of actor.pids) removed += removals.get(one)?.count ?? 0
      const lost = actor.replaced + Math.min(actor.fresh, removed)
      return lost < most ? undefined : { pids: [...actor.pids], files: lost, canary: false }
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
