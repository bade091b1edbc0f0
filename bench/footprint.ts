import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type InstalledAgent, installAgent } from '#tests/installed-agent'
import { makeOwnMount } from '#tests/own-mount'
import { createReachablePortal } from '#tests/reachable-portal'
import { alone } from './agent/alone.ts'
import { bundleOf, startInstalledScanner } from './footprint/scanners.ts'

// What an idle agent costs a device: the memory of all its processes (PSS, so that what they share counts once) and the time of its processors, as installed,
// enrolled and connected to a portal; and what a scanner costs that has the rules of `--rules FOLDER`, or 1,204 that are made here: those of them
// that decide at once, and all of them.

const isSmall = process.argv.includes('--small')
const idleSeconds = isSmall ? 20 : 120
const cpuSeconds = isSmall ? 20 : 600
const goals = { bare: 80, realtime: 130, full: 300, cpuPercent: 0.5 }
const given = process.argv.includes('--rules') ? process.argv[process.argv.indexOf('--rules') + 1] : undefined

alone(import.meta.filename, async () => {
  const mount = makeOwnMount()
  const real = await createReachablePortal()
  const device = await installAgent(real, mount, 3 * idleSeconds + cpuSeconds + 240)
  try {
    while (!(await device.status().catch(() => undefined))?.connection?.lastSeenAt) await pause(500)
    const bundle = bundleOf(given)
    const added: Record<'realtime' | 'full', number> = { realtime: 0, full: 0 }
    await pause(idleSeconds * 1_000)
    const shares = device.processes().map(({ pid, what }) => ({ what, mb: pssOf(pid) }))
    for (const { what, mb } of shares) console.error(`${what.padEnd(10)} ${mb.toFixed(1)} MB`)
    const bare = shares.filter(({ what }) => what !== 'scanner').reduce((all, { mb }) => all + mb, 0)
    const began = ticksOf(device)
    await pause(cpuSeconds * 1_000)
    const cpuPercent = Number((((ticksOf(device) - began) / 100 / cpuSeconds) * 100).toFixed(2))
    for (const [name, size] of [
      ['realtime', 'real-time'],
      ['full', 'whole'],
    ] as const) {
      const before = all(device)
      const scanner = await startInstalledScanner(device.place, bundle, size)
      await pause(idleSeconds * 1_000)
      // What it shares with the others makes theirs less.
      added[name] = all(device) + pssOf(scanner.pid) - before
      console.error(`a scanner with ${size} rules adds ${added[name].toFixed(1)} MB`)
      scanner.end()
      await pause(1_000)
    }
    const round = (mb: number) => Number(mb.toFixed(1))
    const pssMb = { bare: round(bare), realtime: round(bare + added.realtime), full: round(bare + added.full) }
    const isMet =
      pssMb.bare <= goals.bare &&
      pssMb.realtime <= goals.realtime &&
      pssMb.full <= goals.full &&
      cpuPercent < goals.cpuPercent
    console.error(
      `goals: at most ${goals.bare}, ${goals.realtime} and ${goals.full} MB, below ${goals.cpuPercent} % of a core`,
    )
    if (!isSmall && !isMet) process.exitCode = 1
    return { pssMb, cpuPercent }
  } finally {
    await device.remove()
    real.close()
  }
})

const all = (device: InstalledAgent) =>
  device.processes().reduce((sum, { pid, what }) => sum + (what === 'scanner' ? 0 : pssOf(pid)), 0)

function pssOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1_024
}

/** User and system time (proc(5), fields 14 and 15), in hundredths of a second. A process that ended meanwhile took its time along. */
function ticksOf(device: InstalledAgent): number {
  return device.processes().reduce((all, { pid }) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return all + Number(fields[11]) + Number(fields[12])
  }, 0)
}
