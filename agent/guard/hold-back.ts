import { closeFd, mask, openProcess, readInto, signalProcess } from '#agent/kernel'
import {
  type Alarm,
  ancestorsOf,
  type createRewriting,
  type createStanding,
  type Process,
  readProcess,
} from '#agent/ransomware'
import { parse } from './groups.ts'
import type { FromLoop, Held } from './messages.ts'
import { callerOf } from './proc.ts'

/** Longer than any look at what was done takes. */
const mostHeldMs = 10_000
/** For so long after a sentence those above are looked after. */
const lookAfterMs = 10_000
const signal = { kill: 9, goOn: 18, stop: 19 }
const events = Buffer.alloc(8_192)

type Uses = {
  standing: ReturnType<typeof createStanding>
  rewriting: ReturnType<typeof createRewriting>
  tell: (message: FromLoop) => void
  isOurs: (pid: number) => boolean
  isReportOnly: () => boolean
}

/** Work that stands still until the rest of the guard has looked at what it did. */
export function createHolding({ standing, rewriting, tell, isOurs, isReportOnly }: Uses) {
  type Stopped = { readonly fd: number; readonly process: Process }
  const held = new Map<string, { at: number; processes: Map<number, Stopped>; above: Map<number, Process> }>()
  /** sudo, su and nsenter stop themselves when what they started stands still, and go on only when somebody tells them. */
  const lookedAfter: { until: number; above: Map<number, Process> }[] = []

  function stop(actor: string, one: Process): void {
    const { pid, startedAt } = one
    const { processes, above } = held.get(actor) ?? {}
    if (processes === undefined || processes.has(pid) || isOurs(pid) || isReportOnly()) return
    const fd = openProcess(pid)
    if (fd === undefined) return
    // Looked at now that the number cannot pass to another.
    if (readProcess(pid)?.startedAt !== startedAt) {
      closeFd(fd)
      return
    }
    processes.set(pid, { fd, process: one })
    // Who could not be let go by our next life runs on until the sentence.
    if (standing.note(one)) signalProcess(fd, signal.stop)
    for (const ancestor of ancestorsOf(one)) {
      if (above?.has(ancestor.pid) || isOurs(ancestor.pid)) continue
      above?.set(ancestor.pid, ancestor)
      standing.note(ancestor)
    }
  }

  /** At once, and here: each millisecond is a file. */
  function holdBack(pid: number, alarm: Alarm, canary: Held['canary'], isSuspect: boolean): void {
    const { actor, processes, last, files, paths } = alarm
    const process = processes.find((one) => one.pid === pid) ?? processes.at(-1) ?? last?.process
    // One that is gone is told, and let through by its path, as what it was.
    const remembered =
      last?.program && last.process
        ? { pid: last.process.pid, path: last.program.file, uid: last.process.uid }
        : undefined
    const caller = callerOf(process?.pid ?? pid) ?? remembered
    held.set(actor, { at: performance.now(), processes: new Map(), above: new Map() })
    for (const one of processes) stop(actor, one)
    const described = caller && process ? { ...caller, startedAt: process.startedAt } : undefined
    tell({ kind: 'held', held: { actor, process: described, files, paths, canary, isSuspect } })
  }

  function carryOut(actor: string, isGuilty: boolean): void {
    const found = held.get(actor)
    if (found === undefined) return
    held.delete(actor)
    const signalled: Process[] = []
    for (const { fd, process } of found.processes.values()) {
      if (signalProcess(fd, isGuilty ? signal.kill : signal.goOn)) signalled.push(process)
      closeFd(fd)
    }
    lookedAfter.push({ until: performance.now() + lookAfterMs, above: found.above })
    rewriting.sentence(actor, isGuilty && !isReportOnly(), isGuilty ? signalled : [])
    tell({ kind: 'sentenced', actor, stopped: signalled.length, pausedMs: performance.now() - found.at })
  }

  function lookAfter(now: number): void {
    if (lookedAfter.length === 0) return
    for (const { above } of lookedAfter)
      for (const { pid, startedAt } of above.values()) {
        if ([...held.values()].some(({ processes }) => processes.has(pid)) || !isStanding(pid, startedAt)) continue
        const process = openProcess(pid)
        if (process === undefined) continue
        if (isStanding(pid, startedAt)) signalProcess(process, signal.goOn)
        closeFd(process)
      }
    while (lookedAfter[0] && lookedAfter[0].until < now) lookedAfter.shift()
    if (lookedAfter.length === 0 && held.size === 0) standing.empty()
  }

  return {
    stop,
    holdBack,
    carryOut,
    /** What was done to canaries. */
    takeTouched(group: number): void {
      const length = readInto(group, events)
      if (length === undefined) return
      for (const { pid, mask: what } of parse(events, length)) {
        if (isOurs(pid) || what & mask.overflow) continue
        const isGone = (what & (mask.modify | mask.closeWrite)) === 0
        const touched = rewriting.touched(pid, isGone)
        if (touched === undefined || held.has(touched.actor)) continue
        const { isSuspect, ...alarm } = touched
        holdBack(pid, alarm, isGone ? 'gone' : 'written', isSuspect)
      }
    },
    keepTime(now: number): void {
      // Nobody said otherwise: what it did is enough.
      for (const [actor, { at }] of held) if (now - at > mostHeldMs) carryOut(actor, true)
      lookAfter(now)
    },
    /** We end: nobody is left to say anything. */
    letAllGo(): void {
      for (const actor of held.keys()) carryOut(actor, false)
      lookAfter(performance.now())
    },
  }
}

const isStanding = (pid: number, startedAt: number): boolean => {
  const process = readProcess(pid)
  return process?.startedAt === startedAt && process.isStanding
}
