import { bytesIn, type FileEvent, mask, readInto } from '#agent/kernel'
import { isLost, parse } from './groups.ts'
import type { GroupFds } from './messages.ts'

type Takes = {
  groups: () => GroupFds
  isOurs: (pid: number) => boolean
  /** Whether there is room for more of what was written. */
  mayRead: () => boolean
  written: (event: FileEvent) => void
  asked: (event: FileEvent) => void
  /** They have removed something, and what they wrote before is looked at first. */
  removing: (pid: number) => void
  removed: (pid: number, name: string, isGone: boolean) => void
  overflowed: () => void
  allRead: () => void
}

const mostRounds = 64
/** Asking whether somebody waits costs a tenth of looking at what was written. */
const mostBetween = 4
const eventBytes = 24
const toldEvents = Buffer.alloc(32 * eventBytes)
const askedEvents = Buffer.alloc(16 * eventBytes)
/** Each carries a name as well. */
const nameEvents = Buffer.alloc(8_192)

/** Reads what the kernel tells, in the order in which it happened: the groups have queues of their own. */
export function createIntake({
  groups,
  isOurs,
  mayRead,
  written,
  asked,
  removing,
  removed,
  overflowed,
  allRead,
}: Takes) {
  /** Written, and not looked at yet. */
  const told: FileEvent[] = []
  let isAsked = false
  let removers: ReadonlySet<number> = new Set()

  /** Whether there was anything. */
  function takeTold(group: number): boolean {
    const length = readInto(group, toldEvents)
    if (length !== undefined) {
      if (isLost(length)) overflowed()
      told.push(...parse(toldEvents, length))
    }
    for (let taken = 0; told.length > 0; taken += 1) {
      const { answers } = groups()
      // Whoever waits goes first, and has all that was told looked at before.
      if (answers !== undefined && !isAsked && taken % mostBetween === 0) takeAsked(answers)
      const event = told.shift()
      if (event === undefined) break
      if (event.mask & mask.overflow) overflowed()
      else if (event.fd >= 0) written(event)
    }
    if (length !== undefined && length < toldEvents.length) allRead()
    return length !== undefined
  }

  /** And no more: whoever writes as fast as we look would keep us from everything else until they are done. */
  function takeWrittenSoFar(): void {
    const { tells } = groups()
    if (tells === undefined) return
    const rounds = Math.min(mostRounds, Math.max(1, Math.ceil(bytesIn(tells) / toldEvents.length)))
    for (let round = 0; round < rounds && mayRead() && takeTold(tells); round += 1);
  }

  /** What was written before a name was removed is taken first. */
  function takeNames(group: number): boolean {
    const length = readInto(group, nameEvents)
    if (length === undefined) return false
    const names = parse(nameEvents, length).filter(({ pid, name }) => name !== undefined && !isOurs(pid))
    removers = new Set(names.map(({ pid }) => pid))
    for (const pid of removers) removing(pid)
    takeWrittenSoFar()
    for (const { pid, name, mask: what } of names) removed(pid, name ?? '', (what & mask.delete) !== 0)
    removers = new Set()
    return true
  }

  /** Whoever opens waits until everything that was done before has been looked at: so nobody gets ahead of us, however busy the machine is. */
  function takeAsked(group: number): void {
    const length = readInto(group, askedEvents)
    if (length === undefined) return
    if (isLost(length)) overflowed()
    const events = parse(askedEvents, length)
    isAsked = true
    if (events.some((event) => event.mask & mask.openPermission && !isOurs(event.pid))) {
      takeWrittenSoFar()
      const { names } = groups()
      for (let round = 0; round < mostRounds && names !== undefined && takeNames(names); round += 1);
    }
    isAsked = false
    for (const event of events) if (event.fd >= 0) asked(event)
  }

  return {
    takeTold,
    takeNames,
    takeAsked,
    /** Whether they have removed something that is not told yet. */
    isRemover: (pid: number) => removers.has(pid),
  }
}
