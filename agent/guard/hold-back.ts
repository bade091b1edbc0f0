import { closeFd, mask, openProcess, readInto, signalProcess } from '#agent/kernel'
import { type Alarm, type createRewriting, type Process, readProcess } from '#agent/ransomware'
import { parse } from './groups.ts'
import type { FromLoop, Held } from './messages.ts'
import { callerOf } from './proc.ts'

/** Longer than any look at what was done takes. */
const mostHeldMs = 10_000
const signal = { kill: 9, goOn: 18, stop: 19 }
const events = Buffer.alloc(8_192)

type Uses = {
  rewriting: ReturnType<typeof createRewriting>
  tell: (message: FromLoop) => void
  isOurs: (pid: number) => boolean
  isReportOnly: () => boolean
}

/** Work that stands still until the rest of the guard has looked at what it did. */
export function createHolding({ rewriting, tell, isOurs, isReportOnly }: Uses) {
  const held = new Map<string, { at: number; processes: Map<number, number> }>()

  function stop(actor: string, { pid, startedAt }: Process): void {
    const processes = held.get(actor)?.processes
    if (processes === undefined || processes.has(pid) || isOurs(pid) || isReportOnly()) return
    const process = openProcess(pid)
    if (process === undefined) return
    // Looked at now that the number cannot pass to another.
    if (readProcess(pid)?.startedAt === startedAt && signalProcess(process, signal.stop)) processes.set(pid, process)
    else closeFd(process)
  }

  /** At once, and here: each millisecond is a file. */
  function holdBack(pid: number, alarm: Alarm, canary: Held['canary'], isSuspect: boolean): void {
    const { actor, processes, files, paths } = alarm
    const process = processes.find((one) => one.pid === pid) ?? processes.at(-1)
    const caller = callerOf(process?.pid ?? pid)
    held.set(actor, { at: performance.now(), processes: new Map() })
    for (const one of processes) stop(actor, one)
    const described = caller && process ? { ...caller, startedAt: process.startedAt } : undefined
    tell({ kind: 'held', held: { actor, process: described, files, paths, canary, isSuspect } })
  }

  function carryOut(actor: string, isGuilty: boolean): void {
    const found = held.get(actor)
    if (found === undefined) return
    held.delete(actor)
    let stopped = 0
    for (const process of found.processes.values()) {
      if (signalProcess(process, isGuilty ? signal.kill : signal.goOn)) stopped += 1
      closeFd(process)
    }
    rewriting.sentence(actor, isGuilty && !isReportOnly())
    tell({ kind: 'sentenced', actor, stopped, pausedMs: performance.now() - found.at })
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
        const touched = rewriting.touched(pid)
        if (touched === undefined || held.has(touched.actor)) continue
        const { isSuspect, ...alarm } = touched
        holdBack(pid, alarm, what & (mask.modify | mask.closeWrite) ? 'written' : 'gone', isSuspect)
      }
    },
    keepTime(now: number): void {
      // Nobody said otherwise: what it did is enough.
      for (const [actor, { at }] of held) if (now - at > mostHeldMs) carryOut(actor, true)
    },
  }
}
