import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import {
  answer,
  closeFd,
  createDeadMansSwitch,
  createPoll,
  type FileEvent,
  look,
  mask,
  pollPriority,
  readInto,
  type Seen,
  setPriority,
  unignoreAll,
  unignoreFile,
} from '#agent/kernel'
import { createRewriting, createStanding } from '#agent/ransomware'
import type { Lists, Ready } from '#agent/scanner'
import { collect } from '#base/memory'
import type { Verdict } from '#engine'
import type { Size } from '#engine/rules'
import { createBrake } from './brake.ts'
import { createGathering } from './gather.ts'
import { descriptorsOf, noGroups } from './groups.ts'
import { createHolding } from './hold-back.ts'
import { createIntake } from './intake.ts'
import { createQueue, type Job, newJob } from './job.ts'
import { createKnown } from './known.ts'
import { createLater, isStillWanted } from './later.ts'
import type { FromLoop, GroupFds, LoopOptions, ToLoop, Why } from './messages.ts'
import { createPool, type Slot } from './pool.ts'
import { rehearse } from './rehearse.ts'
import { createRest } from './rest.ts'
import { createSettling } from './settle.ts'
import { warmUp } from './warm-up.ts'

// The thread that decides. It waits for the kernel and for scanners in one poll and never for anything else: it opens no file, resolves no name of
// what is good, makes no socket and writes no log, so nothing it does can need an answer of its own.

const options = workerData as LoopOptions
const port = parentPort as NonNullable<typeof parentPort>
const tell = (message: FromLoop) => port.postMessage(message)

const beatMs = 250
const scanMs = 30_000
const restMs = 60_000
const idleMs = 5_000
/** So long somebody waits, or what was written, before one more scanner is started: it takes a processor from everybody for as long as a thousand files. */
const moreAfterMs = { waiting: 20, written: 1_000 }
/** Of what is not wanted any more, so many are let go at a time: somebody may come to wait. */
const mostDropped = 16
const nowhere = -1
const nice = { atOnce: -10, atLeisure: 5 }

let policy = options.policy
let lists: Lists | undefined
let groups: GroupFds = noGroups
let runs = true
let isSecondThere = false
let number = 0
let version = ''
let kept: { version: string; keys: Buffer } | undefined
let idleToldAt = 0
let isMoreToDrop = false
let isCold = true
/** What was written last. */
let newest: Job | undefined
let helpers = new Set<number>([process.pid])
const jobs = new Map<number, Job>()
/** Those of them that somebody waits for. */
const waiting = new Map<number, Job>()
const queues: Record<Size, ReturnType<typeof createQueue>> = { 'real-time': createQueue(), whole: createQueue() }
const later = createLater()
const pool = createPool(options.scanners)
const known = createKnown<Verdict>()
const isClean = (key: string) => known.get(key) === 'clean'
/** Let through by whatever rules. */
const trusted = new Set<string>()
const rewriting = createRewriting((pid) => helpers.has(pid))
const holding = createHolding({
  standing: createStanding(options.standing),
  rewriting,
  tell,
  isOurs: (pid) => helpers.has(pid),
  isReportOnly: () => policy.reportOnly,
})
const settling = createSettling({
  tell,
  policy: () => policy,
  answers: () => groups.answers,
  known,
  drop,
  isSecondThere: () => isSecondThere,
})
const brake = createBrake(
  () => groups.answers,
  () => policy.profile === 'strict',
  forgetMarks,
)
const poll = createPoll()
const gathering = createGathering(poll)
const dead = options.switchMs > 0 ? createDeadMansSwitch() : undefined
const intake = createIntake({
  groups: () => groups,
  isOurs: (pid) => helpers.has(pid),
  mayRead: gathering.isListening,
  written: takeWritten,
  asked: decide,
  overflowed: () => tell({ kind: 'overflow' }),
  removing(pid) {
    // The next open is to wait already; a name alone does not say on which file system.
    if (rewriting.removing(pid) && newest && jobs.has(newest.number)) brake.pull(newest.fd, newest.seen)
  },
  removed(pid, name, isGone) {
    const alarm = rewriting.removed(pid, name, isGone)
    if (alarm) holding.holdBack(pid, alarm, false, true)
  },
  allRead: () => rewriting.isAlert() || gathering.gather(performance.now()),
})
const rest = createRest(() => {
  collect()
  // Code as well goes, and the first sign shall not wait for it.
  rehearse()
})
const wakeCount = Buffer.alloc(8)

poll.add(options.wake)
if (options.mounts !== undefined) poll.add(options.mounts, pollPriority)
// Answers are waited for by everybody on the machine.
setPriority(0, nice.atOnce)
rehearse()
tell({ kind: 'ready' })

let heldAt = 0
while (runs) {
  const now = performance.now()
  if (dead && now - heldAt > beatMs / 2) {
    dead.hold(options.switchMs)
    heldAt = now
  }
  const askedAt = Date.now()
  const wasWoken = gathering.isWoken()
  const ready = poll.wait(waitFor(now))
  const { answers, tells, names, canaries } = groups
  if (canaries !== undefined && ready.includes(canaries)) holding.takeTouched(canaries)
  if (answers !== undefined && ready.includes(answers)) intake.takeAsked(answers)
  for (const fd of ready) {
    if (fd === options.wake) takeMessages()
    else if (fd === options.mounts) tell({ kind: 'mounts' })
    else if (fd === names) atLeisure(() => intake.takeNames(fd))
    else if (fd === tells) atLeisure(() => intake.takeTold(fd))
    else if (!descriptorsOf(groups).includes(fd)) {
      const slot = pool.bySocket(fd)
      if (slot) takeAnswers(slot)
    }
  }
  const then = performance.now()
  keepTime(then)
  for (const job of later.takeDue(then)) queues[job.size].add(job)
  if (waiting.size > 0) dispatch(then)
  else if (jobs.size > 0) atLeisure(() => dispatch(then))
  gathering.control(then, jobs.size)
  if (!rewriting.isAlert()) brake.letGo()
  const isAllTold = wasWoken && (tells === undefined || !ready.includes(tells))
  if (jobs.size === 0 && isAllTold && askedAt - idleToldAt > idleMs) {
    idleToldAt = askedAt
    tell({ kind: 'idle', at: askedAt })
  }
}
holding.letAllGo()
dead?.release()
tell({ kind: 'stopped' })

function waitFor(now: number): number {
  if (isMoreToDrop) return 0
  let wait = jobs.size > 0 || dead ? beatMs : idleMs
  wait = Math.min(wait, gathering.waitMs(now), Math.max(0, later.nextAt() - now))
  for (const job of waiting.values()) {
    wait = Math.min(wait, Math.max(0, job.answerBy - now))
    const moreAt = job.since + moreAfterMs.waiting
    if (job.sentAt === 0 && moreAt > now) wait = Math.min(wait, moreAt - now)
  }
  return Math.ceil(wait)
}

/** What nobody waits for is done with what others leave, a few at a time. */
function atLeisure(act: () => unknown) {
  const isLeisure = !rewriting.isAlert()
  if (isLeisure) setPriority(0, nice.atLeisure)
  act()
  if (isLeisure) setPriority(0, nice.atOnce)
}

function decide(event: FileEvent) {
  const group = groups.answers as number
  // Ours first: a guard that waits for itself is how machines hang.
  const seen = helpers.has(event.pid) ? undefined : look(event.fd)
  if (seen === undefined) return finish(group, event.fd, true)
  const isRun = (event.mask & mask.execPermission) !== 0
  const may = rewriting.opening(event.pid, event.fd, seen, isRun)
  if (may === 'refuse') return finish(group, event.fd, false)
  if (may !== 'open') holding.stop(may.hold, may.process)
  if (!seen.isRegular || seen.size === 0) return finish(group, event.fd, true)
  // In the folders of documents: what lies there is looked into when it was written, or is run.
  if (policy.profile !== 'strict' && !isRun) return finish(group, event.fd, true)
  const verdict = trusted.has(seen.key) ? 'clean' : known.get(seen.key)
  if (verdict === 'clean') {
    settling.letThrough(event.fd, seen)
    return finish(group, event.fd, true)
  }
  const job = makeJob(event.fd, seen, isRun ? 'exec' : 'open', event.pid, group)
  if (verdict === undefined && join(job)) return
  if (verdict === undefined) return add(job)
  hold(job)
  settling.judge(job, verdict)
}

function takeWritten(event: FileEvent) {
  if (helpers.has(event.pid)) return closeFd(event.fd)
  const seen = look(event.fd)
  if (seen === undefined || !seen.isRegular || seen.size === 0) return closeFd(event.fd)
  const hurry = () => brake.pull(event.fd, seen)
  const sign = () => {
    setPriority(0, nice.atOnce)
    if (intake.isRemover(event.pid)) hurry()
  }
  const alarm = rewriting.written(event.pid, event.fd, seen, { sign, hurry })
  if (rewriting.isAlert()) hurry()
  if (alarm) holding.holdBack(event.pid, alarm, false, true)
  const { answers } = groups
  // What was written through memory (mmap) has taken no mark away.
  if (answers !== undefined) unignoreFile(answers, event.fd)
  if (isClean(seen.key)) return closeFd(event.fd)
  const job = makeJob(event.fd, seen, 'written', event.pid, undefined)
  gathering.written(job.since, Date.now() - seen.bornAtMs)
  if (!later.add(job, job.since)) return closeFd(event.fd)
  hold(job)
  newest = job
}

function forgetMarks() {
  if (groups.answers === undefined) return
  unignoreAll(groups.answers)
  tell({ kind: 'unmarked' })
}

function makeJob(fd: number, seen: Seen, why: Why, pid: number, group: number | undefined): Job {
  number += 1
  return newJob({ number, fd, seen, why, pid, group }, performance.now(), policy.deadlineMs)
}

function hold(job: Job) {
  jobs.set(job.number, job)
  if (job.group !== undefined) waiting.set(job.number, job)
}

function drop(job: Job) {
  jobs.delete(job.number)
  waiting.delete(job.number)
}

function add(job: Job) {
  hold(job)
  queues[job.size].add(job)
}

/** Whoever comes to wait for a file that is being looked into already waits for that. */
function join({ fd, seen, group, why, pid, since, answerBy }: Job): boolean {
  const slot = pool.looksInto(seen.key)
  if (slot?.job === undefined) return false
  closeFd(slot.job.fd)
  Object.assign(slot.job, { fd, group, why, pid, since, answerBy })
  hold(slot.job)
  pool.rank(slot, slot.job, since)
  return true
}

function finish(group: number, fd: number, isAllowed: boolean) {
  answer(group, fd, isAllowed)
  closeFd(fd)
}

function dispatch(now: number) {
  isMoreToDrop = false
  // One scanner is left for those who wait, where there are two.
  give('real-time', now, () => pool.atLeisure() >= Math.max(1, options.scanners - 1))
  give('whole', now, () => false)
  if (queues['real-time'].isAnybodyWaiting()) pool.hurry()
}

function give(size: Size, now: number, onlyWaiting: () => boolean) {
  const queue = queues[size]
  let dropped = 0
  for (let slot = pool.free(size); slot !== undefined && queue.length > 0; slot = pool.free(size)) {
    const job = queue.next(onlyWaiting())
    if (job === undefined) break
    // Given up meanwhile.
    if (!jobs.has(job.number)) continue
    if (!isStillWanted(job, isClean)) {
      settling.release(job, 'clean')
      dropped += 1
      isMoreToDrop = dropped === mostDropped
      if (isMoreToDrop) return
      continue
    }
    job.sentAt = now
    job.tries += 1
    slot.job = job
    pool.rank(slot, job, now)
    if (!slot.channel.send({ job: job.number, name: '' }, job.fd)) lose(slot)
  }
  const isLate =
    (groups.answers !== undefined && now - queue.since(0) >= moreAfterMs.waiting) ||
    (!onlyWaiting() && now - queue.since(1) >= moreAfterMs.written)
  const wantsMore = pool.isThere(size) ? isLate && !pool.isStarting(size) : queue.length > 0
  if (wantsMore && pool.wantsMore(size)) tell({ kind: 'need-scanner', size })
}

function takeAnswers(slot: Slot) {
  const got = pool.read(slot)
  if (got === undefined) return
  if (got === 'closed') return lose(slot)
  if ('ready' in got) return begin(slot, got)
  const job = slot.job
  slot.job = undefined
  slot.freeSince = performance.now()
  if (job === undefined || got.job !== job.number) return lose(slot)
  if (slot.isRetired) job.isStale = true
  settling.settle(job, got)
}

function begin(slot: Slot, { version: theirs, walls }: Ready) {
  // It says so again when it has opened other lists.
  if (!slot.isReady) {
    slot.isReady = true
    slot.startMs = performance.now() - slot.freeSince
    slot.freeSince += slot.startMs
  }
  if (slot.isRetired || slot.size === 'whole' || theirs === version) return
  version = theirs
  known.forget()
  forgetMarks()
  if (kept?.version === theirs) known.take(kept.keys)
  kept = undefined
  // Nothing is decided over yet: the answers go nowhere.
  if (isCold && groups.answers === undefined) {
    groups = { ...noGroups, answers: nowhere }
    warmUp(decide)
    groups = noGroups
    isCold = false
  }
  tell({ kind: 'version', version, walls })
}

function keepTime(now: number) {
  holding.keepTime(now)
  for (const job of waiting.values()) {
    if (job.group === undefined || job.answerBy > now) continue
    waiting.delete(job.number)
    // Starved or slow: nobody waits for us any longer. The scan goes on, and what it finds is stopped then.
    answer(job.group, job.fd, true)
    job.group = undefined
    job.answerBy = Number.POSITIVE_INFINITY
  }
  rest.keepTime(now, number)
  pool.letRest(now)
  for (const slot of pool.all()) {
    if (slot.job && slot.rank === 'idle') pool.rank(slot, slot.job, now)
    if (slot.job && now - slot.job.sentAt > scanMs) {
      slot.job.sentAt = now
      tell({ kind: 'kill-scanner', pid: slot.pid })
    } else if (!slot.job && (slot.isRetired || mayRest(slot, now))) {
      poll.remove(slot.socket)
      pool.remove(slot)
    }
  }
}

/** One that takes long to start stays where somebody waits: the next file would wait for it. */
function mayRest({ isReady, freeSince, size, startMs }: Slot, now: number): boolean {
  return isReady && now - freeSince > restMs && (size === 'whole' || startMs < policy.deadlineMs / 2)
}

/** A scanner that died over a file gets another go at it; a file that kills two is not looked into. */
function lose(slot: Slot) {
  poll.remove(slot.socket)
  pool.remove(slot)
  const job = slot.job
  if (job === undefined || !jobs.has(job.number)) return
  if (job.tries < 2) queues[job.size].add(job)
  else settling.release(job, 'incomplete')
}

function takeMessages() {
  readInto(options.wake, wakeCount)
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port))
    obey(got.message as ToLoop)
}

/** Closes the groups there are, the one that asks first: the kernel lets everybody go who waited in it. */
function letGo() {
  brake.letGo()
  for (const job of waiting.values()) job.group = undefined
  waiting.clear()
  for (const fd of descriptorsOf(groups)) {
    poll.remove(fd)
    closeFd(fd)
  }
}

/** What the rules for everyday have cleared, all of them may not. */
function isSettled(why: Why, seen: Seen): boolean {
  return why !== 'asked' && known.get(seen.key) === 'clean'
}

function obey(message: ToLoop) {
  switch (message.kind) {
    case 'groups':
      letGo()
      groups = message.groups
      for (const fd of descriptorsOf(groups)) if (fd !== groups.tells) poll.add(fd)
      gathering.begin(groups.tells)
      return
    case 'policy':
      policy = message.policy
      rewriting.pardon()
      known.forget()
      return forgetMarks()
    case 'helpers':
      helpers = new Set([process.pid, ...message.pids])
      return
    case 'scanner': {
      poll.add(message.socket)
      const slot = pool.add(message.pid, message.socket, message.size, performance.now())
      if (message.ready) begin(slot, message.ready)
      if (lists) slot.channel.send({ renew: lists })
      return
    }
    case 'retire':
      for (const slot of pool.all()) if (message.pids.includes(slot.pid)) slot.isRetired = true
      return
    case 'scanner-ended': {
      const slot = pool.byPid(message.pid)
      if (slot) lose(slot)
      return
    }
    case 'look': {
      const seen = look(message.fd)
      if (seen === undefined || !seen.isRegular || isSettled(message.why, seen)) {
        closeFd(message.fd)
        return tell({ kind: 'scanned', request: message.request, outcome: 'clean' })
      }
      const job = makeJob(message.fd, seen, message.why, 0, undefined)
      job.request = message.request
      return add(job)
    }
    case 'trust': {
      const seen = look(message.fd)
      if (seen) trusted.add(seen.key)
      return closeFd(message.fd)
    }
    case 'sentence':
      return holding.carryOut(message.actor, message.isGuilty)
    case 'known':
      if (message.version === version) known.take(Buffer.from(message.keys))
      else kept = { version: message.version, keys: Buffer.from(message.keys) }
      return
    case 'keep-known':
      return tell({ kind: 'known', version, keys: known.keep() })
    case 'lists':
      known.forget()
      forgetMarks()
      lists = message.lists
      for (const job of jobs.values()) if (job.sentAt > 0) job.isStale = true
      for (const { channel } of pool.all()) channel.send({ renew: lists })
      return
    case 'second':
      isSecondThere = message.isThere
      return
    case 'answered':
      return settling.takeAnswered(jobs.get(message.job), message.answers)
    case 'tell-idle':
      idleToldAt = 0
      return
    case 'stop':
      runs = false
  }
}
