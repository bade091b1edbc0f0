import { type Channel, closeFd, openChannel, setIdle, setPriority } from '#agent/kernel'
import type { Answer, Ready, Rest } from '#agent/scanner'
import type { Size } from '#engine/rules'
import type { Job } from './job.ts'

const afterOthers = 10
/** What nobody waits for takes idle processors only, for so long. */
const patienceMs = 400
/** One without work for so long gives back what the last has left. */
const restAfterMs = 10_000

/** Before whom a scanner gets a processor: as everybody; after those who work; when nobody else wants it. */
export type Rank = 'everybody' | 'after' | 'idle'

export type Slot = {
  pid: number
  socket: number
  channel: Channel
  size: Size
  isRetired: boolean
  isReady: boolean
  startMs: number
  job: Job | undefined
  freeSince: number
  /** It has had no work since it gave back what it did not need. */
  isRested: boolean
  rank: Rank
}

/** A scanner meets hostile files all day: what it says is looked at as something from outside. */
export function isOurs(message: unknown): message is Ready | Answer {
  if (typeof message !== 'object' || message === null) return false
  const said = message as Record<string, unknown>
  if ('ready' in said) return typeof said.version === 'string' && Array.isArray(said.walls)
  if (typeof said.job !== 'number') return false
  if ('failed' in said) return true
  const verdict = said.verdict as Record<string, unknown> | null | undefined
  return (
    typeof verdict === 'object' &&
    verdict !== null &&
    typeof verdict.outcome === 'string' &&
    /^[0-9a-f]{64}$/.test(String(verdict.sha256)) &&
    isListOf(verdict.findings, 'rule') &&
    isListOf(verdict.notUnpacked, 'reason') &&
    isListOf(said.suspects, 'sha256') &&
    (said.suspects as { sha256: string }[]).every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))
  )
}

const isListOf = (list: unknown, field: string) =>
  Array.isArray(list) && list.every((one) => typeof (one as Record<string, unknown> | null)?.[field] === 'string')

/** Scanners at work, seen from the thread that decides. Each has at most one file at a time. */
export function createPool(mostAtOnce: number) {
  // With all rules one is enough: it takes several times the memory, and nobody waits for it.
  const most: Record<Size, number> = { 'real-time': mostAtOnce, whole: 1 }
  const slots = new Map<number, Slot>()
  const asked = new Set<Size>()
  const of = (size: Size) => [...slots.values()].filter((slot) => slot.size === size && !slot.isRetired)
  const isRoot = process.getuid?.() === 0
  const place = (slot: Slot, wanted: Rank) => {
    // Without root there is no way back from where only idle processors are had.
    const rank = wanted === 'idle' && !isRoot ? 'after' : wanted
    if (slot.rank === rank) return
    slot.rank = rank
    setIdle(slot.pid, rank === 'idle')
    if (rank !== 'idle') setPriority(slot.pid, rank === 'after' ? afterOthers : 0)
  }
  return {
    bySocket: (socket: number) => slots.get(socket),
    byPid: (pid: number) => [...slots.values()].find((slot) => slot.pid === pid),
    all: () => [...slots.values()],
    /** Whether to ask for one more; at most one is under way. */
    wantsMore(size: Size): boolean {
      if (asked.has(size) || of(size).length >= most[size]) return false
      asked.add(size)
      return true
    },
    add(pid: number, socket: number, size: Size, now: number): Slot {
      asked.delete(size)
      const channel = openChannel(socket, { waits: false })
      const slot: Slot = {
        pid, socket, channel, size, isRetired: false, isReady: false, startMs: 0, job: undefined, freeSince: now,
        isRested: true, rank: 'everybody',
      } // biome-ignore format: a list reads better in lines than in a column
      slots.set(socket, slot)
      // Starting takes a processor for as long as a hundred files: where one is there already, it gives way.
      if (of(size).length > 1 || size === 'whole') place(slot, 'after')
      return slot
    },
    /** How many are at work that nobody waits for. */
    atLeisure: () => of('real-time').filter(({ job }) => job !== undefined && job.group === undefined).length,
    isThere: (size: Size) => of(size).length > 0,
    isStarting: (size: Size) => of(size).some(({ isReady }) => !isReady),
    /** Who looks into this very file, for nobody who waits. */
    looksInto: (key: string) =>
      of('real-time').find(({ job }) => job && job.group === undefined && !job.isStale && job.seen.key === key),
    free: (size: Size) => of(size).find((slot) => slot.isReady && slot.job === undefined),
    rank(slot: Slot, job: Job, now: number): void {
      slot.isRested = false
      place(slot, job.group !== undefined ? 'everybody' : now - job.since > patienceMs ? 'after' : 'idle')
    },
    letRest(now: number): void {
      for (const slot of slots.values()) {
        if (slot.isRested || slot.job || now - slot.freeSince < restAfterMs) continue
        slot.isRested = true
        slot.channel.send({ rest: true } satisfies Rest)
      }
    },
    /** Nobody shall wait for one that gives way to everybody. */
    hurry(): void {
      for (const slot of of('real-time')) place(slot, 'everybody')
    },
    /** Closes our end, which ends the scanner. */
    remove(slot: Slot): void {
      slots.delete(slot.socket)
      closeFd(slot.socket)
    },
    read(slot: Slot): Ready | Answer | 'closed' | undefined {
      const got = slot.channel.receive()
      if (got === undefined || got === 'closed') return got
      // A scanner that has been taken over may send descriptors to fill ours up.
      if (got.fd !== undefined) closeFd(got.fd)
      return isOurs(got.message) ? got.message : 'closed'
    },
  }
}
