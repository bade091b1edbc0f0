import { execFileSync, spawn } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type InstalledAgent, installAgent } from '#tests/installed-agent'
import { makeOwnMount } from '#tests/own-mount'
import { createReachablePortal, type ReachablePortal } from '#tests/reachable-portal'
import { alone } from './agent/alone.ts'
import { moveClock } from './agent/move-clock.ts'

// What can happen to an agent, again and again, while dangerous files land: nobody who opens a file hangs, and what was found is told once. The
// reference is what was written: each file is known, and has to stand in the portal.

const rounds = process.argv.includes('--small') ? 11 : 200
const filesARound = 3
const hangsAfterMilliseconds = 10_000
const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'

const week = 7 * 86_400_000
/** Of the disk that the agent's data lies on, which is a file system of its own. */
const diskBytes = 48 * 1024 * 1024
/** More than the kernel keeps for a guard that does not look (fanotify(7), max_queued_events). */
const queueOverflows = Number(readFileSync('/proc/sys/fs/fanotify/max_queued_events', 'utf8')) + 2_000

type Scene = { device: InstalledAgent; real: ReachablePortal; mount: string; setClock: (milliseconds: number) => void }

const strike = (device: InstalledAgent, part: string, signal: NodeJS.Signals) => {
  for (const { pid, what } of device.processes())
    if (what === part)
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended by itself meanwhile.
      }
}

/** What happens in a round; each is over, or mended, when it returns. */
const faults: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'guard killed': async ({ device }) => strike(device, 'guard', 'SIGKILL'),
  'agent killed': async ({ device }) => strike(device, 'agent', 'SIGKILL'),
  'scanner killed': async ({ device }) => strike(device, 'scanner', 'SIGKILL'),
  'guard stopped': async ({ device }) => strike(device, 'guard', 'SIGSTOP'),
  'everything killed': async ({ device }) => {
    for (const part of ['agent', 'scanner', 'guard']) strike(device, part, 'SIGKILL')
  },
  'network cut': async ({ real }) => {
    real.cut()
    await pause(randomInt(1_500))
    real.mend()
  },
  'portal gone, and the clock a week ahead': async ({ real, setClock }) => {
    real.cut()
    setClock(week)
    await pause(randomInt(3_000))
    real.mend()
    await pause(randomInt(1_000))
    setClock(0)
  },
  'clock set back': async ({ device, setClock }) => {
    setClock(-week)
    await pause(randomInt(1_000))
    strike(device, 'agent', 'SIGKILL')
    await pause(randomInt(1_000))
    setClock(0)
  },
  'disk full': async ({ device }) => {
    const filler = join(device.place.data, 'filler')
    const file = openSync(filler, 'w')
    try {
      for (;;) writeSync(file, Buffer.alloc(65_536))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
    closeSync(file)
    await pause(randomInt(2_000))
    rmSync(filler)
  },
  'queue full': async ({ device, mount }) => {
    const folder = join(mount, 'many')
    mkdirSync(folder)
    strike(device, 'guard', 'SIGSTOP')
    for (let count = 0; count < queueOverflows; count += 1) writeFileSync(join(folder, String(count)), '')
    strike(device, 'guard', 'SIGCONT')
    await pause(randomInt(1_000))
    rmSync(folder, { recursive: true })
  },
  'a second agent': async ({ device }) => {
    // It finds the folder taken, and ends. If the first has just been killed it is the second that protects, until it is ended too.
    const second = spawn(join(device.place.code, 'vartio-agent'), ['run'], { stdio: 'ignore' })
    const over = new Promise((resolve) => second.once('exit', resolve))
    await Promise.race([over, pause(5_000)])
    second.kill('SIGKILL')
    await over
  },
}

/** Whether somebody who opens and runs a harmless file gets through. */
function opens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', [path], { stdio: 'ignore' })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(false)
    }, hangsAfterMilliseconds)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}

async function told(real: ReachablePortal): Promise<Map<string, { times: number; seenLate: boolean }>> {
  const rows = await real.portal.countRows('detections.detection')
  const found = new Map<string, { times: number; seenLate: boolean }>()
  for (let cursor = ''; ; ) {
    const page = await real.get(`/detections${cursor ? `?cursor=${cursor}` : ''}`)
    for (const { path, seenLate } of page.detections as { path: string; seenLate: boolean }[])
      found.set(path, { times: (found.get(path)?.times ?? 0) + 1, seenLate })
    if (!page.next || found.size > rows) return found
    cursor = page.next
  }
}

alone(import.meta.filename, async () => {
  const mount = makeOwnMount()
  const real = await createReachablePortal()
  mkdirSync(join(mount, 'files'))
  const device = await installAgent(real, mount, rounds * 20 + 300, ({ data }) => {
    mkdirSync(data, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=711,size=${diskBytes}`, 'tmpfs', data])
  })
  const setClock = moveClock(device)
  strike(device, 'guard', 'SIGKILL')
  const scene = { device, real, mount, setClock }
  const harmless = join(mount, 'files', 'harmless.sh')
  writeFileSync(harmless, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  const written: string[] = []
  let hangs = 0
  try {
    while (!(await device.status().catch(() => undefined))?.connection?.lastSeenAt) await pause(500)
    const names = Object.keys(faults)
    for (let round = 0; round < rounds; round += 1) {
      const name = names[round % names.length] as string
      const happening = pause(randomInt(300)).then(() => faults[name]?.(scene))
      for (let count = 0; count < filesARound; count += 1) {
        const path = join(mount, 'files', `${randomUUID()}.com`)
        writeFileSync(path, `${eicar}\n${randomUUID()}\n`)
        written.push(path)
        if (!(await opens(harmless))) hangs += 1
        await pause(randomInt(200))
      }
      await happening
      await pause(randomInt(1_500))
      if (round % 10 === 9) console.error(`${round + 1} rounds, ${written.length} files, ${hangs} hangs`)
    }
    // Until everything has been caught up with, or nothing more comes.
    let before = -1
    for (let still = 0; still < 20; still += 1) {
      const { size } = await told(real)
      if (size !== before) still = 0
      before = size
      if (written.every((path) => !existsSync(path)) && size >= written.length) break
      await pause(1_000)
    }
    const found = await told(real)
    const untold = written.filter((path) => !found.has(path))
    for (const path of untold)
      console.error(`not told, ${existsSync(path) ? 'still there' : 'gone'}: file ${written.indexOf(path)}`)
    const lost = untold.length
    const doubled = [...found.values()].filter(({ times }) => times > 1).length
    const seenLate = [...found.values()].filter((one) => one.seenLate).length
    console.error(device.log().split('\n').slice(-20).join('\n'))
    if (hangs + lost + doubled > 0) process.exitCode = 1
    return { hangs, lost, doubled, seenLate }
  } finally {
    execFileSync('umount', ['-l', device.place.data])
    await device.remove()
    real.close()
  }
})
