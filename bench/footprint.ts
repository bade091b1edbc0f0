import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type InstalledAgent, installAgent } from '#tests/installed-agent'
import { makeOwnMount } from '#tests/own-mount'
import { createReachablePortal } from '#tests/reachable-portal'
import { alone } from './agent/alone.ts'

// What an idle agent costs a device: the memory of all its processes (PSS, so that what they share counts once) and the time of its processors, as installed,
// enrolled and connected to a portal.

const isSmall = process.argv.includes('--small')
const idleSeconds = isSmall ? 20 : 120
const cpuSeconds = isSmall ? 20 : 600
const goals = { bareMb: 80, cpuPercent: 0.5 }

alone(import.meta.filename, async () => {
  const mount = makeOwnMount()
  const real = await createReachablePortal()
  const device = await installAgent(real, mount, idleSeconds + cpuSeconds + 180)
  try {
    while (!(await device.status().catch(() => undefined))?.connection?.lastSeenAt) await pause(500)
    await pause(idleSeconds * 1_000)
    const shares = device.processes().map(({ pid, what }) => ({ what, mb: pssOf(pid) }))
    for (const { what, mb } of shares) console.error(`${what.padEnd(10)} ${mb.toFixed(1)} MB`)
    const sum = (names: readonly string[]) =>
      Number(
        shares
          .filter(({ what }) => names.includes(what))
          .reduce((all, { mb }) => all + mb, 0)
          .toFixed(1),
      )
    const began = ticksOf(device)
    await pause(cpuSeconds * 1_000)
    const cpuPercent = Number((((ticksOf(device) - began) / 100 / cpuSeconds) * 100).toFixed(2))
    const pssMb = {
      bare: sum(['supervisor', 'guard', 'agent']),
      realtime: sum(['supervisor', 'guard', 'agent', 'scanner']),
    }
    const isMet = pssMb.bare <= goals.bareMb && cpuPercent < goals.cpuPercent
    console.error(
      `guard and agent ${pssMb.bare} MB (at most ${goals.bareMb}), ${cpuPercent} % of a core (below ${goals.cpuPercent})`,
    )
    if (!isSmall && !isMet) process.exitCode = 1
    return { pssMb, cpuPercent }
  } finally {
    await device.remove()
    real.close()
  }
})

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
