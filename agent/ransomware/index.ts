import { readlinkSync } from 'node:fs'
import type { Seen } from '#agent/kernel'
import { type Process, readProcess } from './lineage.ts'
import { type Before, isSealed, looksEncrypted, lostSince, sampleBefore } from './sample.ts'
import { createWhos, isOfGone, type Who } from './who.ts'

export { type CanaryFolder, canaryFolders, openCanaries } from './canaries.ts'
export { ancestorsOf, type Process, readProcess } from './lineage.ts'
export { documentRoots, listHomes } from './places.ts'
export { isEncryption } from './sample.ts'
export { createStanding, letStandingGo, openStanding } from './standing.ts'

/** `actor`: the same for all alarms about one piece of work. `processes`: those to stop, the newest last; `last`: who wrote last, though they be gone. */
export type Alarm = { actor: string; processes: Process[]; last: Who | undefined; files: number; paths: string[] }

/** Files that were lost to it before it is held; and to a tool that others use too, after it was found to be at it once. */
const most = 5
const mostAgain = 2
/** What was seen before and after counts for an hour, so that being slow is no way out; a guess counts for a minute, and half. */
const sureMs = 3_600_000
const guessMs = 60_000
const guess = 1 / 2
const oldMs = 30_000
const alertMs = 10_000
/** Whose alerts came to nothing raises none for a while. */
const noAlertMs = 600_000
/** Of a program; a piece of work stays guilty. */
const guiltyMs = 600_000
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
  /** The last one last. */
  writers: Map<number, Who>
  /** A program of a user, and not one piece of work: others who run it have done nothing. */
  isProgram: boolean
  /** And one that does nothing else. */
  isOne: boolean
  /** Who started its writers, and which of them. */
  above: Map<number, { process: Process; writers: Set<number> }>
  isHeld: boolean
  /** Of a program: all who run it. */
  guiltyUntil: number
  alertedAt: number
}

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
  const whos = createWhos(isOurs, now)
  const before = new Map<string, Before>()
  /** Processes that were ended for what they did, though they may not be gone yet. */
  const ended = new Set<string>()
  let suspectedAt = Number.NEGATIVE_INFINITY

  const actorOf = ({ name, isProgram, isOne }: Who['names'][number]): Actor => {
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
      isOne,
      above: new Map(),
      isHeld: false,
      guiltyUntil: 0,
      alertedAt: Number.NEGATIVE_INFINITY,
    }
    actors.set(name, actor)
    if (actors.size > mostActors) {
      const others = [...actors.values()].filter((other) => other !== actor && !other.isHeld)
      // Nobody shall push out what is known of others by doing a little under many names.
      const old = others.find((other) => other.losses.length === 0 && other.guiltyUntil < now()) ?? others[0]
      if (old) actors.delete(old.name)
    }
    return actor
  }
  /** Those for whom something is counted already. */
  const countedOf = ({ names }: Who): Actor[] => names.flatMap(({ name }) => actors.get(name) ?? [])

  const sum = (actor: Actor): number => {
    actor.losses = actor.losses.filter(({ until }) => until > now())
    return actor.losses.reduce((all, { weight }) => all + weight, 0)
  }
  /** It opens nothing that waits for us, and is held again for the first loss more. */
  const isGuilty = ({ guiltyUntil, isProgram, isOne }: Actor) => guiltyUntil > now() && (isOne || !isProgram)
  const enoughOf = (actor: Actor) => (isGuilty(actor) ? 0 : actor.guiltyUntil > now() ? mostAgain : most)
  const isSuspect = (actor: Actor) => actor.fresh.size > 0 || actor.sealed > 0 || actor.losses.length > 0

  function lost(who: Who, hands: Actor[], pid: number, file: string, weight: number, path?: string): Alarm | undefined {
    // What it did before it was ended is told late: nobody is left to be held again, for the piece of work or for its program.
    if (wasEnded(who) || (hands.some(isGuilty) && !isLeft(who.process))) return undefined
    const isSure = weight !== guess
    let alarm: Alarm | undefined
    for (const actor of hands) {
      if (actor.files.has(file)) continue
      actor.files.add(file)
      if (actor.files.size > mostBefore) actor.files.delete(actor.files.values().next().value as string)
      actor.losses.push({ until: now() + (isSure ? sureMs : guessMs), weight })
      if (path !== undefined && actor.paths.length < mostPaths) actor.paths.push(path)
      noteWriter(actor, pid, who)
      alert(actor, isSure)
      // Nobody is left to be held again.
      if (actor.guiltyUntil > now() && toStop(actor).length === 0) continue
      if (alarm === undefined && !actor.isHeld && sum(actor) >= enoughOf(actor)) {
        actor.isHeld = true
        // The same losses are not counted again under another name.
        for (const other of hands) if (other !== actor) other.losses = []
        alarm = alarmOf(actor, actor.losses.length)
      }
    }
    return alarm
  }

  const alarmOf = (actor: Actor, files: number): Alarm => ({
    actor: actor.name,
    processes: toStop(actor),
    last: [...actor.writers.values()].findLast(({ process }) => process !== undefined),
    files,
    paths: [...actor.paths],
  })

  function noteWriter(actor: Actor, pid: number, who: Who): void {
    actor.writers.delete(pid)
    actor.writers.set(pid, who)
    if (actor.writers.size > mostPids) actor.writers.delete(actor.writers.keys().next().value as number)
    const starters = !actor.isProgram ? who.above : who.starter ? [who.starter] : []
    for (const one of starters) {
      const noted = actor.above.get(one.pid) ?? { process: one, writers: new Set() }
      noted.writers.add(pid)
      actor.above.set(one.pid, noted)
    }
  }

  /** What comes next is worth holding up for; but not again and again for somebody who writes chance all day. */
  function alert(actor: Actor, isSure: boolean): void {
    if (!isSure && now() - actor.alertedAt > alertMs && now() - actor.alertedAt < noAlertMs) return
    if (isSure || now() - actor.alertedAt > alertMs) actor.alertedAt = now()
    suspectedAt = now()
  }

  const isAlert = () => now() - suspectedAt < alertMs

  const wasEnded = ({ process }: Who) => process !== undefined && ended.has(keyOf(process))
  const isLeft = (one: Process | undefined) => {
    if (one === undefined || ended.has(keyOf(one))) return false
    const process = readProcess(one.pid)
    return process?.startedAt === one.startedAt && !process.isOver
  }

  /** Whoever wrote, and whoever started several who wrote; a whole session, or somebody of another one, only for three. */
  function toStop({ writers, above, isProgram }: Actor): Process[] {
    const starters = [...above.values()]
      .filter(({ process, writers }) => writers.size >= (isProgram || process.pid === process.session ? 3 : 2))
      .map(({ process }) => process)
    // Those that start others first: they shall not start one more.
    return [...starters, ...[...writers.values()].flatMap(({ process }) => process ?? [])].filter(isLeft)
  }

  return {
    /** Somebody has just done what an encryptor does: opens are worth holding up. */
    isAlert,
    /**
     * Before a file is opened, or run: whoever was found guilty opens nothing more, and what an actor that is held starts is held too. Who it is, is found out
     * now, while they wait.
     */
    opening(
      pid: number,
      fd: number,
      seen: Seen,
      isRun: boolean,
    ): 'open' | 'refuse' | { hold: string; process: Process } {
      // What they are is about to change.
      if (isRun) whos.forget(pid)
      const suspects = [...actors.values()].filter((actor) => actor.isHeld || isGuilty(actor) || isSuspect(actor))
      // For most of the time nobody is suspected, and this costs next to nothing.
      if (isRun && suspects.length === 0) return 'open'
      const who = whos.find(pid, seen.uid)
      if (isRun) whos.forget(pid)
      if (suspects.length === 0) return 'open'
      const counted = countedOf(who)
      if (counted.some(isGuilty)) return 'refuse'
      const held = counted.find(({ isHeld, isProgram }) => isHeld && !isProgram)
      if (held && who.process) return { hold: held.name, process: who.process }
      // One that was gone before it could be asked who it was may have been anybody's.
      if (!suspects.some(isOfGone) && !counted.some(isSuspect)) return 'open'
      if (!seen.isRegular || seen.size === 0) return 'open'
      const file = fileOf(seen.key)
      const sampled = before.get(file) ?? sampleBefore(fd, seen.size)
      before.delete(file)
      before.set(file, sampled)
      if (before.size > mostBefore) before.delete(before.keys().next().value as string)
      const name = nameOf(fd)
      for (const { read } of who.names.map(actorOf)) {
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
      const who = whos.find(pid, -1)
      const [actor] = who.names.map(actorOf) as [Actor]
      if (isGone && !isSuspect(actor)) return undefined
      // What it had open is closed when it is ended, under whichever name that was.
      if (isGuilty(actor) || wasEnded(who)) return undefined
      noteWriter(actor, pid, who)
      actor.isHeld = true
      return { ...alarmOf(actor, actor.losses.length + 1), isSuspect: isSuspect(actor) }
    },
    /**
     * They have removed something, which will be told once all that was written before has been looked at. Whether that is long enough already to hold others
     * up: who has written chance before.
     */
    removing(pid: number): boolean {
      const who = whos.known(pid)
      const hands = who ? countedOf(who).filter(isSuspect) : []
      for (const actor of hands) alert(actor, false)
      return hands.length > 0 && isAlert()
    },
    /** A name was removed, or given to another file. */
    removed(pid: number, name: string, isGone: boolean): Alarm | undefined {
      const suspects = [...actors.values()].filter(isSuspect)
      if (suspects.length === 0) return undefined
      const who = whos.find(pid, -1)
      const own = countedOf(who).filter(isSuspect)
      // Who only removes, and is gone already, did it for whoever has read that name.
      const hands = who.process ? own : [...new Set([...own, ...suspects.filter(({ read }) => read.has(name))])]
      if (hands.length === 0 && who.process === undefined) {
        // Of many short processes, one wrote and another removes: from now on they are asked who they are before they open anything.
        const [last] = suspects.slice(-1)
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
      return lost(who, hands, pid, `${name} ${now()}`, weight, Buffer.from(name, 'latin1').toString())
    },
    /**
     * Called before anything that takes longer, since whoever rewrites files does so many times in a millisecond: `sign` for a file that looks encrypted, which may
     * be nothing; `hurry` for one that people had.
     */
    written(pid: number, fd: number, seen: Seen, { sign, hurry }: { sign(): void; hurry(): void }): Alarm | undefined {
      const file = fileOf(seen.key)
      const sampled = before.get(file)
      if (sampled !== undefined) {
        const weight = lostSince(sampled, fd, seen.size)
        if (weight === 0) return undefined
        const who = whos.find(pid, seen.uid)
        return lost(who, who.names.map(actorOf), pid, file, weight, pathOf(fd))
      }
      const isOld = wall() - seen.bornAtMs > oldMs
      if (looksEncrypted(fd, seen.size)) {
        sign()
        if (isOld) hurry()
        const who = whos.find(pid, seen.uid)
        if (isOld) return lost(who, who.names.map(actorOf), pid, file, guess, pathOf(fd))
        for (const actor of who.names.map(actorOf)) {
          actor.fresh.add(nameOf(fd))
          if (actor.fresh.size > mostBefore) actor.fresh.delete(actor.fresh.values().next().value as string)
          noteWriter(actor, pid, who)
        }
      } else if (!isOld && seen.size >= 16 && isSealed(fd)) {
        const who = whos.find(pid, seen.uid)
        for (const actor of who.names.map(actorOf)) {
          actor.sealed += 1
          noteWriter(actor, pid, who)
        }
      }
      return undefined
    },
    /** Of a piece of work that is held. Guilty, whatever is left of it opens nothing more; otherwise it begins anew. `over`: who was ended for it. */
    sentence(name: string, isFound: boolean, over: readonly Process[] = []): void {
      for (const process of over) {
        ended.add(keyOf(process))
        if (ended.size > mostPids) ended.delete(ended.values().next().value as string)
      }
      const actor = actors.get(name)
      if (actor === undefined) return
      Object.assign(actor, { losses: [], fresh: new Set(), sealed: 0, paths: [], isHeld: false })
      if (!isFound) return
      if (!actor.isProgram) actor.guiltyUntil = Number.POSITIVE_INFINITY
      else actor.guiltyUntil = now() + guiltyMs
    },
    /** Somebody has decided anew what is let through: programs are. */
    pardon(): void {
      for (const actor of actors.values()) if (actor.isProgram) actor.guiltyUntil = 0
    },
  }
}

/** Device and inode, of a key of `look`. */
export const fileOf = (key: string) => key.slice(0, 8) + key.slice(40)

const keyOf = ({ pid, startedAt }: Process) => `${pid} ${startedAt}`

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
