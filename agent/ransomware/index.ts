import { readlinkSync } from 'node:fs'
import type { Seen } from '#agent/kernel'
import { lineageOf, type Process, readProcess } from './lineage.ts'
import { type Before, isSealed, looksEncrypted, lostSince, sampleBefore } from './sample.ts'

export { type CanaryFolder, canaryFolders, openCanaries } from './canaries.ts'
export { ancestorsOf, type Process, readProcess } from './lineage.ts'
export { documentRoots, listHomes } from './places.ts'
export { isEncryption } from './sample.ts'
export { createStanding, letStandingGo, openStanding } from './standing.ts'

/** `actor`: the same for all alarms about one piece of work. `processes`: those to stop, the newest last. */
export type Alarm = { actor: string; processes: Process[]; files: number; paths: string[] }

/** Files that were lost to it before it is held. */
const most = 5
/** What was seen before and after counts for an hour, so that being slow is no way out; a guess counts for a minute, and half. */
const sureMs = 3_600_000
const guessMs = 60_000
const guess = 1 / 2
const gone = ' gone'
const oldMs = 30_000
const alertMs = 10_000
/** Whose alerts came to nothing raises none for a while. */
const noAlertMs = 600_000
const mostActors = 200
const mostPids = 1_000
const mostBefore = 4_000
const mostPaths = 20

type Actor = {
  name: string
  /** Each counts so much until then. */
  losses: { until: number; weight: number }[]
  /** Files that were counted. */
  files: Set<string>
  paths: string[]
  /** Names of new files that look encrypted and took the place of nothing yet, and how many there are by programs people encrypt with. */
  fresh: Set<string>
  sealed: number
  /** Names of what it has read, and whether there was something to lose. */
  read: Map<string, boolean>
  writers: Map<number, Process | undefined>
  /** A program of a user, and not one piece of work: others who run it have done nothing. */
  isProgram: boolean
  /** Who started its writers, and which of them. */
  above: Map<number, { process: Process; writers: Set<number> }>
  state: 'free' | 'held' | 'guilty'
  alertedAt: number
}

type Known = { at: number; process: Process | undefined; actors: Actor[] }

/**
 * Who takes files from people as an encryptor does. A loss is sure when the file was sampled before it was opened and is chance now, or when somebody read it,
 * wrote a new file of chance, and then removed it or put that in its place. Files are sampled only for whoever has given a reason: a file that is old and
 * looks encrypted now, or chance written and something removed after. Both are counted by piece of work (a process and those that started it) and by
 * program and user, so that neither a process for each file nor a session for each helps.
 */
export function createRewriting(
  isOurs: (pid: number) => boolean = () => false,
  now: () => number = () => performance.now(),
  wall: () => number = Date.now,
) {
  const actors = new Map<string, Actor>()
  const pids = new Map<number, Known>()
  const before = new Map<string, Before>()
  let suspectedAt = Number.NEGATIVE_INFINITY

  const actorOf = (name: string, isProgram = false): Actor => {
    const known = actors.get(name)
    if (known !== undefined) return known
    const actor: Actor = {
      name,
      losses: [],
      files: new Set(),
      paths: [],
      fresh: new Set(),
      sealed: 0,
      read: new Map(),
      writers: new Map(),
      isProgram,
      above: new Map(),
      state: 'free',
      alertedAt: Number.NEGATIVE_INFINITY,
    }
    actors.set(name, actor)
    if (actors.size > mostActors) {
      const old = [...actors.values()].find(({ state }) => state === 'free') ?? actor
      actors.delete(old.name)
    }
    return actor
  }

  /** Of one that is gone already only what was found out while it was there, or whose file it was. */
  function whoIs(pid: number, owner: number): Known {
    const known = pids.get(pid)
    if (known !== undefined && now() - known.at < guessMs && (known.process === undefined || isStill(known.process)))
      return known
    const lineage = lineageOf(pid, isOurs)
    const [process] = lineage
    if (process === undefined && known !== undefined) return known
    const top = lineage.at(-1)
    const whose =
      top && process
        ? [actorOf(`${top.pid} ${top.startedAt}`), actorOf(`${process.uid} ${programOf(pid)}`, true)]
        : [actorOf(`${owner}${gone}`, true)]
    const found = { at: now(), process, actors: whose }
    const [work] = found.actors
    for (const above of lineage.slice(1)) {
      if (work && !work.above.has(above.pid)) work.above.set(above.pid, { process: above, writers: new Set() })
    }
    pids.delete(pid)
    pids.set(pid, found)
    if (pids.size > mostPids) pids.delete(pids.keys().next().value as number)
    return found
  }

  const sum = (actor: Actor): number => {
    actor.losses = actor.losses.filter(({ until }) => until > now())
    return actor.losses.reduce((all, { weight }) => all + weight, 0)
  }
  const isSuspect = (actor: Actor) => actor.fresh.size > 0 || actor.sealed > 0 || actor.losses.length > 0

  function lost(who: Known, pid: number, file: string, weight: number, path: string | undefined): Alarm | undefined {
    const isSure = weight !== guess
    let alarm: Alarm | undefined
    for (const actor of who.actors) {
      if (actor.files.has(file)) continue
      actor.files.add(file)
      if (actor.files.size > mostBefore) actor.files.delete(actor.files.values().next().value as string)
      actor.losses.push({ until: now() + (isSure ? sureMs : guessMs), weight })
      if (path !== undefined && actor.paths.length < mostPaths) actor.paths.push(path)
      noteWriter(actor, pid, who.process)
      alert(actor, isSure)
      if (alarm === undefined && actor.state === 'free' && sum(actor) >= most) {
        actor.state = 'held'
        // The same losses are not counted again under another name.
        for (const other of who.actors) if (other !== actor) other.losses = []
        alarm = { actor: actor.name, processes: toStop(actor), files: actor.losses.length, paths: [...actor.paths] }
      }
    }
    return alarm
  }

  function noteWriter(actor: Actor, pid: number, process: Process | undefined): void {
    actor.writers.set(pid, process)
    if (actor.writers.size > mostPids) actor.writers.delete(actor.writers.keys().next().value as number)
    for (
      let up = process && actor.above.get(process.parent);
      up !== undefined;
      up = actor.above.get(up.process.parent)
    ) {
      if (up.writers.has(pid)) break
      up.writers.add(pid)
    }
  }

  /** What comes next is worth holding up for; but not again and again for somebody who writes chance all day. */
  function alert(actor: Actor, isSure: boolean): void {
    if (!isSure && now() - actor.alertedAt > alertMs && now() - actor.alertedAt < noAlertMs) return
    if (isSure || now() - actor.alertedAt > alertMs) actor.alertedAt = now()
    suspectedAt = now()
  }

  /** Whoever wrote, and whoever started several who wrote; a whole session only for three. */
  function toStop({ writers, above }: Actor): Process[] {
    const starters = [...above.values()]
      .filter(({ process, writers }) => writers.size >= (process.pid === process.session ? 3 : 2))
      .map(({ process }) => process)
    // Those that start others first: they shall not start one more.
    return [...starters, ...[...writers.values()].filter((one) => one !== undefined)].filter(isStill)
  }

  return {
    /** Somebody has just done what an encryptor does: opens are worth holding up. */
    isAlert: () => now() - suspectedAt < alertMs,
    /** Before a file is opened: whoever was found guilty opens nothing more, and what an actor that is held starts is held too. */
    opening(pid: number, fd: number, seen: Seen): 'open' | 'refuse' | { hold: string; process: Process } {
      // For most of the time nobody is suspected, and this costs nothing.
      const suspects = [...actors.values()].filter((actor) => actor.state !== 'free' || isSuspect(actor))
      if (suspects.length === 0) return 'open'
      const who = whoIs(pid, seen.uid)
      if (who.actors.some(({ state }) => state === 'guilty')) return 'refuse'
      const held = who.actors.find(({ state, isProgram }) => state === 'held' && !isProgram)
      if (held && who.process) return { hold: held.name, process: who.process }
      // One that was gone before it could be asked who it was may have been anybody's.
      if (!suspects.some(({ name }) => name.endsWith(gone)) && !who.actors.some(isSuspect)) return 'open'
      if (!seen.isRegular || seen.size === 0) return 'open'
      const file = fileOf(seen.key)
      const sampled = before.get(file) ?? sampleBefore(fd, seen.size)
      before.delete(file)
      before.set(file, sampled)
      if (before.size > mostBefore) before.delete(before.keys().next().value as string)
      const name = nameOf(fd)
      for (const { read } of who.actors) {
        read.delete(name)
        read.set(name, sampled.head !== 'chance')
        if (read.size > mostBefore) read.delete(read.keys().next().value as string)
      }
      return 'open'
    },
    /**
     * Somebody touched a file that nobody has a reason to touch. `isSuspect`: it has taken something from somebody besides. Who removes a folder takes its
     * canary along: only whoever has taken more than that is held for it.
     */
    touched(pid: number, isGone: boolean): (Alarm & { isSuspect: boolean }) | undefined {
      const who = whoIs(pid, -1)
      const [actor] = who.actors as [Actor]
      if (isGone && !isSuspect(actor)) return undefined
      // What it had open is closed when it is ended.
      if (actor.state === 'guilty') return undefined
      noteWriter(actor, pid, who.process)
      if (actor.state === 'free') actor.state = 'held'
      const files = actor.losses.length + 1
      return {
        actor: actor.name,
        processes: toStop(actor),
        files,
        paths: [...actor.paths],
        isSuspect: isSuspect(actor),
      }
    },
    /** A name was removed, or given to another file. */
    removed(pid: number, name: string, isGone: boolean): Alarm | undefined {
      const who = pids.get(pid) ?? whoIs(pid, -1)
      // Who only removes, and is gone already, did it for whoever has read that name.
      const whose = who.process ? who : { ...who, actors: [...actors.values()].filter(({ read }) => read.has(name)) }
      const hands = whose.actors.filter(isSuspect)
      if (hands.length === 0 && who.process === undefined) {
        // Of many short processes, one wrote and another removes: from now on they are asked who they are before they open anything.
        const [last] = [...actors.values()].filter(isSuspect).slice(-1)
        if (last) alert(last, false)
        return undefined
      }
      if (isGone && hands.some(({ fresh }) => fresh.has(name))) {
        // Its own file, which nobody had before.
        for (const { fresh } of hands) fresh.delete(name)
        return undefined
      }
      const hadSomething = hands.flatMap(({ read }) => read.get(name) ?? [])
      const isSure = hadSomething.includes(true)
      const isGuess = hadSomething.length === 0 && hands.some(({ writers }) => writers.has(pid))
      const isFresh = hands.some(({ fresh }) => fresh.size > 0)
      if (!isSure) for (const actor of hands) alert(actor, false)
      if (!isFresh && !(isSure && hands.some(({ sealed }) => sealed > 0))) return undefined
      if (!isSure && !isGuess) return undefined
      for (const { fresh, read } of hands) {
        fresh.delete(fresh.values().next().value as string)
        read.delete(name)
      }
      if (!isFresh) for (const actor of hands) actor.sealed -= Math.min(1, actor.sealed)
      const weight = !isSure ? guess : isFresh ? 1 : 1 / 3
      return lost({ ...whose, actors: hands }, pid, `${name} ${now()}`, weight, Buffer.from(name, 'latin1').toString())
    },
    /** `hurry` is called before anything that takes longer: whoever rewrites files does so many times in a millisecond. */
    written(pid: number, fd: number, seen: Seen, hurry: () => void): Alarm | undefined {
      const file = fileOf(seen.key)
      const sampled = before.get(file)
      if (sampled !== undefined) {
        const weight = lostSince(sampled, fd, seen.size)
        return weight > 0 ? lost(whoIs(pid, seen.uid), pid, file, weight, pathOf(fd)) : undefined
      }
      const isOld = wall() - seen.bornAtMs > oldMs
      if (looksEncrypted(fd, seen.size)) {
        if (isOld) hurry()
        const who = whoIs(pid, seen.uid)
        if (isOld) return lost(who, pid, file, guess, pathOf(fd))
        for (const actor of who.actors) {
          actor.fresh.add(nameOf(fd))
          if (actor.fresh.size > mostBefore) actor.fresh.delete(actor.fresh.values().next().value as string)
          noteWriter(actor, pid, who.process)
        }
      } else if (!isOld && seen.size >= 16 && isSealed(fd)) {
        const who = whoIs(pid, seen.uid)
        for (const actor of who.actors) {
          actor.sealed += 1
          noteWriter(actor, pid, who.process)
        }
      }
      return undefined
    },
    /** Of a piece of work that is held. Guilty, whatever is left of it opens nothing more; otherwise it begins anew. */
    sentence(name: string, isGuilty: boolean): void {
      const actor = actors.get(name)
      if (actor === undefined) return
      Object.assign(actor, { losses: [], fresh: new Set(), sealed: 0, paths: [], state: 'free' })
      if (isGuilty && !actor.isProgram) actor.state = 'guilty'
    },
  }
}

/** Device and inode, of a key of `look`. */
export const fileOf = (key: string) => key.slice(0, 8) + key.slice(40)

const isStill = ({ pid, startedAt }: Process) => readProcess(pid)?.startedAt === startedAt

const pathOf = (fd: number): string | undefined => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return undefined
  }
}
const nameOf = (fd: number): string => {
  const path = Buffer.from(pathOf(fd) ?? '').toString('latin1')
  return path.slice(path.lastIndexOf('/') + 1)
}

function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return '/?'
  }
}
