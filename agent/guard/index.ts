import { mkdirSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createClamd } from '#agent/clamd'
import { closeFd, watchFile } from '#agent/kernel'
import { openQuarantine } from '#agent/quarantine'
import { type CanaryFolder, letStandingGo, openCanaries } from '#agent/ransomware'
import type { Lists } from '#agent/scanner'
import { AppError } from '#base/errors'
import { act } from './act.ts'
import { createAhead } from './ahead.ts'
import type { Answered } from './asks.ts'
import { createDocuments, type Documents } from './documents.ts'
import { type GuardEvent, type GuardState, idOf } from './events.ts'
import { closeGroups, type Groups, markAgain, markAll, noGroups, openGroups } from './groups.ts'
import { watchHomes } from './homes.ts'
import { type Judgement, judgeHeld } from './judge-held.ts'
import type { FromLoop, Held, Policy } from './messages.ts'
import { listMounts, type Mount, mountsBelow } from './mounts.ts'
import { openFile } from './open-file.ts'
import { openOutbox } from './outbox.ts'
import { createPrograms } from './programs.ts'
import { keepScanners } from './scanners.ts'
import { askSecond } from './second.ts'
import { type Loop, startLoop } from './start.ts'
import { bootId, changedSince, openState, sinceBootMs } from './state.ts'
import { openUnanswered } from './unanswered.ts'
import { walk } from './walk.ts'

export type { Lists } from '#agent/scanner'
export type { Answered } from './asks.ts'
export type { GuardEvent, GuardState } from './events.ts'
export type { Policy } from './messages.ts'
export { whatIsOfMachine } from './mounts.ts'

export const mountPaths = (): string[] => listMounts('all').map(({ path }) => path)

export type GuardOptions = {
  /** Everything, or only what is mounted exactly there. */
  mounts: 'all' | readonly string[]
  policy: Policy
  /** Of this guard alone: quarantine, events that wait, verdicts, the mark. */
  folder: string
  /** Bundles of rules that somebody has verified, by path. The project's own test rules are always there. */
  bundles: readonly string[]
  /** Of the Security Cloud; none where it is not used. */
  lists?: Lists
  /** Who the scanners are; only where we are root. */
  scannerAccount?: { uid: number; gid: number }
  /** Where people keep documents: opens there wait until what was done before has been looked at. */
  documents?: Documents
  /** Folders that get canaries. */
  canaries?: () => readonly CanaryFolder[]
  /** Where clamd says how it is set up, if not where Debian has it. */
  clamdConfig?: string
  /** What to watch where there is no right to more. */
  homes?: readonly string[]
  /** So long after everything has begun, or rules, lists or the policy have changed, programs that are there are looked into; never where it is absent. */
  programsAfterMs?: number
}

const switchMs = 2_000
const lookAgainMs = 60_000
const startMs = 20_000
const mostUnderWay = 64
const askMs = 15_000

/**
 * Protects files from this process on. Events come to `take` until it has taken them, over restarts too. The kernel kills the whole process when the
 * deciding thread does not come round for two seconds: whoever starts it starts it again.
 */
export async function startGuard(
  options: GuardOptions,
  take: (event: GuardEvent) => Promise<void> | void,
  changed: (state: GuardState) => void = () => undefined,
  /** Whoever may ask the Cloud: what it knows of each content; and about a program that nothing here knows. */
  {
    ask = async () => [],
    unknown = () => undefined,
  }: {
    ask?: (sha256s: readonly string[]) => Promise<readonly Answered[]>
    unknown?: (program: { path: string; sha256: string }) => void
  } = {},
) {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const state = openState(join(options.folder, 'state'))
  letStandingGo(join(options.folder, 'state'))
  const canaries = openCanaries(join(options.folder, 'state'))
  const quarantine = openQuarantine(join(options.folder, 'quarantine'))
  const outbox = openOutbox(join(options.folder, 'events'), take)
  outbox.resume((id) => quarantine.list().some((item) => item.id === id))
  const unanswered = openUnanswered(state)
  let { policy, lists = { folder: options.folder, keys: [] } } = options
  const now: GuardState = {
    protection: 'off',
    since: new Date().toISOString(),
    overflows: 0,
    queued: 0,
    pauses: 0,
    pausedMs: 0,
    canaries: 0,
    walls: [],
    rulesVersion: '',
    rulesRefused: false,
    clamd: { state: 'off', why: 'clamd.none', since: new Date().toISOString() },
  }
  const set = (change: Partial<GuardState>) => {
    if (change.protection !== undefined && change.protection !== now.protection) now.since = new Date().toISOString()
    Object.assign(now, change)
    changed({ ...now })
  }

  let groups: Groups = noGroups
  const documents = createDocuments(
    (isNear) => options.documents?.(isNear) ?? [],
    () => groups.answers,
  )
  const marked = new Map<string, Mount>()
  const judged = new Map<string, { held: Held } & Judgement>()
  const asked = new Map<number, (outcome: string) => void>()
  const settling: (() => void)[] = []
  let lastRequest = 0
  let isClosed = false
  let catchingUp: AbortController | undefined
  // What came before us is caught up with first.
  let isMarkHeld = true
  let begun: (() => void) | undefined
  const firstScanner = new Promise<void>((resolve) => {
    begun = resolve
  })

  const scanners = keepScanners({
    bundles: options.bundles,
    lists: () => lists,
    account: options.scannerAccount,
    tell: (message) => loop.tell(message),
    refused: () => set({ rulesRefused: true }),
  })

  const clamd = createClamd((state) => {
    set({ clamd: state })
    loop.tell({ kind: 'second', isThere: state.state === 'on' })
  }, options.clamdConfig)

  const answerScan = (request: number | undefined, outcome: string) => {
    if (request === undefined) return
    asked.get(request)?.(outcome)
    asked.delete(request)
  }

  function hear(message: FromLoop) {
    switch (message.kind) {
      case 'need-scanner':
        return scanners.add(message.size)
      case 'kill-scanner':
        return scanners.kill(message.pid)
      case 'version':
        scanners.began()
        begun?.()
        if (now.rulesVersion !== '') programs.begin()
        return set({ walls: message.walls, rulesVersion: message.version })
      case 'found':
        return act(message.found, policy.reportOnly, quarantine, outbox)
      case 'ran':
        return void lookAhead(Buffer.from(message.path).toString())
      case 'ask':
        return void askFor(message.job, message.sha256s)
      case 'unknown':
        return unknown({ path: Buffer.from(message.path).toString(), sha256: message.sha256 })
      case 'unanswered':
        return unanswered.add(Buffer.from(message.path).toString())
      case 'scanned':
        return answerScan(message.request, message.outcome)
      case 'second': {
        const { second } = message
        const found = askSecond(second, clamd, () => policy, (one) => act(one, policy.reportOnly, quarantine, outbox)) // biome-ignore format: one line of what it is given
        return void found.then((outcome) => answerScan(second.request, outcome))
      }
      case 'held': {
        const judgement = judgeHeld(message.held, policy, canaries.areIntact)
        judged.set(message.held.actor, { held: message.held, ...judgement })
        return loop.tell({ kind: 'sentence', actor: message.held.actor, isGuilty: judgement.isGuilty })
      }
      case 'sentenced':
        return toldOf(message)
      case 'unmarked':
        return keepDocuments()
      case 'overflow':
        set({ overflows: now.overflows + 1 })
        return void catchUp()
      case 'mounts':
        return void markNew(true)
      case 'idle':
        for (const settle of settling.splice(0)) settle()
        if (!isMarkHeld) state.writeMark(message.at)
        return
      case 'known':
        if (message.version) state.writeKnown(message.version, Buffer.from(message.keys))
    }
  }

  /** What stood still goes on, or was ended; that is told. */
  function toldOf({ actor, stopped, pausedMs }: FromLoop & { kind: 'sentenced' }) {
    set({ pauses: now.pauses + 1, pausedMs: Math.max(now.pausedMs, Math.ceil(pausedMs)) })
    const found = judged.get(actor)
    judged.delete(actor)
    if (!found?.isGuilty) return
    const { held, sha256 } = found
    const at = new Date().toISOString()
    outbox.tell({
      kind: 'encryptor',
      // What is only told is told once an hour, however long it goes on.
      id: idOf('encryptor', actor, stopped > 0 ? at : at.slice(0, 13)),
      at,
      ...(held.process ? { process: { ...held.process, ...(sha256 ? { sha256 } : {}) } } : {}),
      files: held.files,
      paths: held.paths,
      canary: held.canary !== false,
      done: stopped > 0 ? 'stopped' : policy.reportOnly ? 'reported' : 'failed',
    })
  }

  const loop: Loop = startLoop(
    join(options.folder, 'state'),
    { scanners: availableParallelism(), policy, switchMs: process.getuid?.() === 0 ? switchMs : 0 },
    hear,
    (error) => {
      if (isClosed) return
      // Nobody shall wait for a thread that is gone. Whoever started us starts us again, with a fresh memory.
      closeGroups(groups)
      groups = noGroups
      set({ protection: 'off', why: 'guard.broken' })
      throw error
    },
  )

  /** An answer that takes long is none: nobody waits for it any longer, and the file is asked about again. */
  async function askFor(job: number, sha256s: readonly string[]) {
    const late = new Promise<[]>((resolve) => setTimeout(resolve, askMs, []).unref())
    const answers = await Promise.race([ask(sha256s), late]).catch(() => [])
    loop.tell({ kind: 'answered', job, answers })
  }

  /** Hands over an open file and waits for its verdict. */
  const lookInto = (fd: number, why: 'late' | 'asked' | 'written') =>
    new Promise<string>((resolve) => {
      lastRequest += 1
      asked.set(lastRequest, resolve)
      loop.tell({ kind: 'look', request: lastRequest, fd, why })
    })

  const lookAhead = createAhead((fd) => lookInto(fd, 'late'))
  // Where nobody is made to wait, nobody waits for less.
  const guarded = () => (groups.answers === undefined ? [] : [...marked.values()].map(({ path }) => path))
  const programs = createPrograms((fd) => lookInto(fd, 'late'), guarded, options.programsAfterMs)

  async function walkThrough(roots: readonly string[], why: 'late' | 'asked', sinceMs: number, signal: AbortSignal) {
    const underWay = new Set<Promise<unknown>>()
    const outcomes: Record<string, number> = {}
    const counted = await walk({
      roots,
      sinceMs,
      signal,
      async take(fd) {
        const done = lookInto(fd, why).then((outcome) => {
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        })
        underWay.add(done)
        void done.then(() => underWay.delete(done))
        if (underWay.size >= mostUnderWay) await Promise.race(underWay)
      },
    })
    await Promise.all(underWay)
    return { ...counted, malicious: outcomes.malicious ?? 0, incomplete: outcomes.incomplete ?? 0 }
  }

  /** What nobody looked at while we were not there, or could not keep up. The mark stays until that is done. */
  async function catchUp(): Promise<void> {
    catchingUp?.abort()
    const own = new AbortController()
    catchingUp = own
    isMarkHeld = true
    const mark = state.readMark()
    if (mark) {
      const since = changedSince(mark, { wall: Date.now(), sinceBoot: sinceBootMs(), boot: bootId() })
      const roots = groups.tells === undefined ? (options.homes ?? []) : [...marked.values()].map(({ path }) => path)
      await walkThrough(roots, 'late', since, own.signal)
      // From the first moment on: whoever is killed before their first quiet minute has this to begin from.
    } else {
      state.writeMark(Date.now())
      programs.begin()
    }
    if (own.signal.aborted) return
    isMarkHeld = false
    catchingUp = undefined
  }

  /** File systems that have come since; what lies on them is looked into. */
  async function markNew(isLater: boolean): Promise<void> {
    if (groups.tells === undefined) return
    const { added } = markAll(groups, options.mounts, policy.profile, marked)
    if (isLater && added.length > 0)
      await walkThrough(
        added.map(({ path }) => path),
        'late',
        0,
        (catchingUp ?? new AbortController()).signal,
      )
  }

  /** Opens the groups, or opens them anew: beside another product that decides we only watch. */
  function begin() {
    groups = openGroups(options.mounts)
    marked.clear()
    if (groups.tells !== undefined) markAll(groups, options.mounts, policy.profile, marked)
    const { why, other, ...fds } = groups
    // Nothing is to be guarded and nothing watched: real time is switched off.
    const isIdle = options.mounts.length === 0 && (options.homes ?? []).length === 0
    loop.tell({ kind: 'groups', groups: fds })
    const { answers } = groups
    keepDocuments()
    set({
      protection: answers !== undefined && marked.size > 0 ? 'blocking' : isIdle ? 'off' : 'watching',
      ...(why === undefined ? {} : { why }),
      ...(other === undefined ? {} : { other }),
    })
  }

  /** Folders that have come since are held as well, and canaries that somebody removed with a folder of theirs are put back. */
  function keepDocuments(): void {
    const watching = groups.canaries
    if (watching !== undefined && judged.size === 0) {
      canaries.lay(options.canaries?.() ?? [], (fd) => watchFile(watching, fd))
      set({ canaries: canaries.paths().length })
    }
    documents.keep()
  }

  /** Without root: files in the user's own folders, as soon as they have been quiet for a moment. */
  function watch() {
    return watchHomes(
      options.homes ?? [],
      (path) => {
        const fd = openFile(path)
        if (fd !== undefined) void lookInto(fd, 'written')
      },
      () => set({ why: 'guard.too_many_folders' }),
    )
  }

  const kept = state.readKnown()
  if (kept) loop.tell({ kind: 'known', ...kept })
  clamd.want(policy.clamd ?? false)
  scanners.add('real-time')
  const isReady = await Promise.race([
    firstScanner.then(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, startMs, false).unref()),
  ])
  // Where nothing can be looked into, nothing is decided over, and nobody is told that something is protected.
  if (!isReady) set({ protection: 'off', why: 'guard.no_scanner' })
  let watched: ReturnType<typeof watch> | undefined
  const beginAndCatchUp = async () => {
    if (isClosed) return
    delete now.why
    // Whoever runs this Node as root may be trusted to: were it unknown, we would wait for a scanner that waits for it.
    const ourselves = openFile(realpathSync(process.execPath))
    if (ourselves !== undefined) loop.tell({ kind: 'trust', fd: ourselves })
    begin()
    if (groups.tells === undefined) watched = watch()
    await catchUp()
  }
  const caughtUp = isReady ? beginAndCatchUp() : firstScanner.then(beginAndCatchUp)
  const keeping = setInterval(() => {
    loop.tell({ kind: 'keep-known' })
    keepDocuments()
  }, lookAgainMs).unref()

  return {
    state: () => ({ ...now }),
    caughtUp,
    apply(next: Policy): void {
      const isOther = next.profile !== policy.profile
      policy = next
      loop.tell({ kind: 'policy', policy })
      if (isOther) markAgain(groups, policy.profile, marked)
      clamd.want(policy.clamd ?? false)
      programs.begin()
    },
    /** From the first moment on that they are ready; until then, and when they are refused, those before. */
    async useRules(bundles: readonly string[]): Promise<void> {
      await scanners.use(bundles)
      set({ rulesRefused: false })
    },
    /** Other lists, or other signers: files that were found clean are looked into again when they are opened. */
    replaceLists(next: Lists): void {
      lists = next
      loop.tell({ kind: 'lists', lists })
      programs.begin()
    },
    /** To be looked into again when the Cloud answers next. */
    askLater: (path: string) => unanswered.add(path),
    /** The Cloud answers again: what it did not answer about is looked into once more. */
    askAgain(): void {
      for (const path of unanswered.take()) {
        const fd = openFile(path)
        if (fd !== undefined) void lookInto(fd, 'late')
      }
    },
    /** A file, or everything in a folder and on what is mounted below it, by all rules. */
    async scan(path: string) {
      const fd = openFile(path)
      if (fd === undefined) throw new AppError('guard.not_readable', 404, 'There is nothing that can be read.')
      closeFd(fd)
      return walkThrough([path, ...mountsBelow(path)], 'asked', 0, AbortSignal.timeout(24 * 60 * 60_000))
    },
    /** Its content is let go from now on: it would be taken again at once otherwise. */
    restore(quarantineId: string, to?: string) {
      const { sha256 } = quarantine.read(quarantineId)
      policy = { ...policy, allowed: [...policy.allowed, { sha256 }] }
      loop.tell({ kind: 'policy', policy })
      return quarantine.restore(quarantineId, to)
    },
    remove: (quarantineId: string) => quarantine.remove(quarantineId),
    quarantined: () => quarantine.list(),
    async close(): Promise<void> {
      isClosed = true
      clearInterval(keeping)
      watched?.close()
      clamd.close()
      catchingUp?.abort()
      programs.stop()
      loop.tell({ kind: 'groups', groups: noGroups })
      await loop.stop()
      await scanners.close()
      await outbox.settled()
      state.close()
    },
    /** Until all programs that were there have been looked into. */
    programsSeen: programs.seen,
    /** Until everything that was written has been looked into. */
    settled: () =>
      new Promise<void>((resolve) => {
        settling.push(resolve)
        loop.tell({ kind: 'tell-idle' })
      }),
  }
}
