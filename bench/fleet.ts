import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentDigest } from '#base/signatures'
import { createCallKey } from '#server/call-keys'
import { makeDatabase } from '#tests/database'
import { startMortalPostgres } from '#tests/postgres'
import { findPorts } from '#tests/vartio'
import { checkInOf, createDevice, createSigning, type Device, enrolmentOf, eventsOf } from './fleet/devices.ts'
import { type Answer, askAll, holdConnections, keepPace, type Paced } from './fleet/load.ts'
import { cpuOf, cpuOfServer } from './sign-in/processes.ts'

// A fleet speaks with the real portal over HTTP, each request signed by a device of its own: check-ins, then enrolments, then events, while each of 2,000
// companies has its policy. Whoever asks, the portal and both PostgreSQLs share the machine. What was answered is looked for in the tables afterwards.
// With `--seconds=N` each phase lasts so long, and events half of it; with `--devices=N` there are so many.
const isSmall = process.argv.includes('--small')
const option = (name: string) => Number(new RegExp(`^--${name}=(\\d+)$`, 'm').exec(process.argv.join('\n'))?.[1] ?? 0)
const long = option('seconds') || (isSmall ? 5 : 600)
const size = isSmall ? { devices: 2_000, companies: 40 } : { devices: option('devices') || 100_000, companies: 2_000 }
/** A little more is asked than the goals are, so that what is answered within the time is not less. */
const ahead = 1.01
const goals = isSmall
  ? { checkIns: 100, enrolments: 10, events: 2_000 }
  : { checkIns: 1_667 * ahead, enrolments: 55 * ahead, events: 20_000 * ahead }
const held = isSmall ? 50 : 1_000
const eventsAtOnce = 500
/** One in so many is sent a second time as it is, one tells something new, one was not answered as far as its device knows. */
const [replayedEach, changedEach, repeatedEach] = [200, 20, 20]
/** As if each connection were of another office: what one address may ask is limited. */
const addressOf = (number: number) => `127.0.${1 + (number >> 7)}.${1 + (number & 127)}`
const seconds = { checkIns: long, enrolments: long, events: Math.ceil(long / 2) }
const begun = performance.now()
const say = (what: string) => console.error(`${((performance.now() - begun) / 1_000).toFixed(0)} s: ${what}`)

const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-fleet-'))
const server = await startMortalPostgres()
const keyServer = await startMortalPostgres()
const made = await makeDatabase(server, 'portal')
const keys = await makeDatabase(keyServer, 'portal', 'keys')
const { admin } = made
const own = join(folder, 'portal')
mkdirSync(own)
createCallKey(own, join(folder, 'public'), 'portal')
writeFileSync(join(own, 'set-up-token-hash'), '0'.repeat(64))
const address = { host: made.socketFolder, port: 5432, database: made.name, user: 'portal' }
writeFileSync(join(own, 'database.json'), JSON.stringify(address))
const keyAddress = { host: keys.socketFolder, port: 5432, database: keys.name, user: 'portal_keys' }
writeFileSync(join(own, 'key-store.json'), JSON.stringify(keyAddress))
const port = await findPorts(3)

const half = size.devices / 2
// Half of all in one company; the rest over all others.
const devices: Device[] = Array.from({ length: size.devices }, (_, at) =>
  createDevice(at < half ? 0 : 1 + (at % (size.companies - 1))),
)
const file = join(folder, 'devices.json')
writeFileSync(
  file,
  JSON.stringify(devices.map(({ key: _, rest: _1, usualDigest: _2, spool: _3, sent: _4, ...told }) => told)),
)
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VARTIO_')))
const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean)
const children: ReturnType<typeof spawn>[] = []
/** With a file it lays down what stands there and ends; without one it answers. */
async function startPortal(laid: string | null): Promise<{ pid: number; codes: string[] }> {
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'fleet', 'portal.ts')], {
    env: {
      ...inherited,
      VARTIO_PORT: String(port),
      VARTIO_PROGRAM_FOLDER: own,
      VARTIO_PUBLIC_FOLDER: join(folder, 'public'),
      VARTIO_LOG_LEVEL: 'warn',
      BENCH_FLEET: JSON.stringify({
        admin: { ...address, user: server.adminUser },
        file: laid,
        companies: size.companies,
        enrolments: Math.ceil(goals.enrolments * seconds.enrolments),
      }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let said = ''
  const codes = await new Promise<string[]>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part
      // What failed there is told here.
      if (/"level":[45]0/.test(part)) console.error(part.slice(0, 1_000))
      const ready = /^\{"codes".*\}$/m.exec(said)
      if (ready) resolve(JSON.parse(ready[0]).codes)
    })
    child.once('close', (code) => reject(new Error(`the portal ended with ${code}: ${said.slice(-2_000)}`)))
  })
  if (laid && child.exitCode === null) await once(child, 'close')
  return { pid: child.pid as number, codes }
}
let pid = process.pid

const wrong = { lost: 0, doubled: 0 }
/** What the tables say beside what was answered. */
function compare(what: string, expected: number, there: number): void {
  wrong.lost += Math.max(expected - there, 0)
  wrong.doubled += Math.max(there - expected, 0)
  say(`${what}: ${expected} answered, ${there} there`)
}
async function count(statement: string): Promise<number> {
  const [row] = await admin.unsafe<{ count: string }[]>(statement)
  return Number(row?.count)
}

let rssMb = 0
function pssOf(processId: number): number {
  const text = readFileSync(`/proc/${processId}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1_024
}
const cpu = () => ({
  portal: cpuOf(pid),
  PostgreSQL: cpuOfServer(server.dataFolder),
  'key store': cpuOfServer(keyServer.dataFolder),
  'load generator': cpuOf(process.pid),
})
type Paces = { perSecond: number; p99Ms: number }
async function phase(what: string, unit: number, run: () => Promise<Paced & { good: number }>): Promise<Paces> {
  const before = cpu()
  const { good, asked, seconds: took, waits } = await run()
  const after = cpu()
  const p = (share: number) => waits[Math.ceil(waits.length * share) - 1] ?? Number.NaN
  const perSecond = (good * unit) / took
  say(
    `${what}: ${asked * unit} asked, ${perSecond.toFixed(1)} a second, p50 ${p(0.5).toFixed(1)} ms, p99 ${p(0.99).toFixed(1)} ms, slowest ${p(1).toFixed(0)} ms, load ${loadavg()[0]?.toFixed(1)}`,
  )
  const share = (who: keyof typeof before) => (after[who] - before[who]) / took / 10
  const each = (who: keyof typeof before) => ((after[who] - before[who]) * 1_000) / Math.max(asked * unit, 1)
  for (const who of Object.keys(before) as (keyof typeof before)[])
    say(`  ${who}: ${share(who).toFixed(0)} % of a core, ${each(who).toFixed(0)} µs each`)
  rssMb = Math.max(rssMb, pssOf(pid))
  say(`  memory of the portal: ${pssOf(pid).toFixed(0)} MB`)
  return { perSecond, p99Ms: p(0.99) }
}
let told = 0
function complain(what: string, { status, text }: Answer): void {
  if (told++ < 5) console.error(`${what}: ${status} ${text.slice(0, 200)}`)
}

try {
  const { codes } = await startPortal(file)
  ;({ pid } = await startPortal(null))
  const host = `portal.localhost:${port + 1}`
  say(`${size.devices} devices in ${size.companies} companies, each with a policy`)

  // Everybody has checked in before; what they tell then is new.
  const checkIn = '/api/device/check-in'
  const before = createSigning(host)
  const first = await holdConnections(port + 1, 64, addressOf)
  const initial = await askAll(first, size.devices, 64, (number) => {
    const device = devices[number] as Device
    const created = Math.floor(Date.now() / 1_000)
    const text = checkInOf(device, 0)
    return {
      text: before.write(checkIn, text, { device, digest: device.usualDigest, created, number }),
      answered: (answer) => answer.status === 200 || complain('a first check-in', answer),
    }
  })
  first.close()
  say(`the first check-in of each: ${(size.devices / initial).toFixed(0)} a second`)

  // Signed before, for the second in which each is due: real devices sign with their own processors.
  const signing = createSigning(host)
  const planned = Math.floor(goals.checkIns * seconds.checkIns)
  const saysNew = (number: number) => number % changedEach === changedEach - 1
  const waitingOf = (number: number) => (saysNew(number) ? number + 1 : 0)
  // Spread over the companies: 7,919 is prime to the number of devices.
  const deviceOf = (number: number) => devices[(number * 7_919) % size.devices] as Device
  const digestOf = (number: number) =>
    saysNew(number) ? contentDigest(checkInOf(deviceOf(number), waitingOf(number))) : deviceOf(number).usualDigest
  const start = Math.floor(Date.now() / 1_000) + Math.ceil(planned / 20_000)
  const createdOf = (number: number) => start + Math.floor(number / goals.checkIns)
  const signatures = Buffer.alloc(planned * 64)
  for (let number = 0; number < planned; number += 1)
    signing
      .presign(deviceOf(number), checkIn, digestOf(number), createdOf(number), number)
      .copy(signatures, number * 64)
  say(`${planned} check-ins signed`)
  const write = (number: number) =>
    signing.write(checkIn, checkInOf(deviceOf(number), waitingOf(number)), {
      device: deviceOf(number),
      digest: digestOf(number),
      created: createdOf(number),
      number,
      signature: signatures.subarray(number * 64, number * 64 + 64),
    })
  const lines = await holdConnections(port + 1, held, addressOf)
  const lastSaid = new Map<Device, number>()
  let replayed = 0
  const checkIns = await phase(`check-ins over ${held} connections`, 1, async () => {
    let good = 0
    const paced = await keepPace(lines, { perSecond: goals.checkIns, seconds: seconds.checkIns }, (number) => {
      const text = write(number)
      return {
        text,
        answered(answer) {
          if (answer.status !== 200) return complain('a check-in', answer)
          good += 1
          lastSaid.set(deviceOf(number), waitingOf(number))
          if (number % replayedEach !== 0) return
          replayed += 1
          // Word for word once more, as somebody who listens would.
          lines.send(text, ({ status }) => {
            replayed -= 1
            if (status === 200) wrong.doubled += 1
          })
        },
      }
    })
    return { ...paced, good }
  })
  while (replayed > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  lines.close()
  // What is written a little later is written by now.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const rows = await admin<{ device_id: string; events_waiting: string; last_seen_at: Date }[]>`
    select device_id, events_waiting, last_seen_at from devices.device`
  const rowOf = new Map(rows.map((row) => [row.device_id, row]))
  const asSaid = [...lastSaid].filter(([{ id }, waiting]) => Number(rowOf.get(id)?.events_waiting) === waiting)
  compare('devices whose last word stands there', lastSaid.size, asSaid.length)
  const seen = [...lastSaid].filter(([{ id }]) => Number(rowOf.get(id)?.last_seen_at) >= (start - 300) * 1_000)
  compare('devices that were seen', lastSaid.size, seen.length)

  const fromEach = await holdConnections(port + 1, Math.max(Math.ceil(goals.enrolments * 3), 20), addressOf)
  const enrolled = new Set<string>()
  const known = await count('select count(*) from devices.device')
  const usedBefore = await count('select coalesce(sum(used), 0) as count from devices.code')
  let lastEnrolment = ''
  const enrolments = await phase('enrolments', 1, async () => {
    let good = 0
    const paced = await keepPace(fromEach, { perSecond: goals.enrolments, seconds: seconds.enrolments }, (number) => {
      const isAgain = number % repeatedEach === repeatedEach - 1
      const { text } = isAgain ? { text: lastEnrolment } : enrolmentOf(codes[number % codes.length] as string)
      lastEnrolment = text
      return {
        text: signing.write('/api/device/enrolment', text),
        answered(answer) {
          if (answer.status !== 200) return complain('an enrolment', answer)
          good += 1
          enrolled.add(JSON.parse(answer.text).deviceId)
        },
      }
    })
    return { ...paced, good }
  })
  fromEach.close()
  compare('devices enrolled', enrolled.size, (await count('select count(*) from devices.device')) - known)
  const used = await count('select coalesce(sum(used), 0) as count from devices.code')
  compare('uses of codes', enrolled.size, used - usedBefore)

  const few = await holdConnections(port + 1, 16)
  let [kept, number, repeating] = [0, planned, 0]
  const events = await phase(`events in batches of ${eventsAtOnce}`, eventsAtOnce, async () => {
    let good = 0
    const perSecond = goals.events / eventsAtOnce
    const paced = await keepPace(few, { perSecond, seconds: seconds.events }, (at) => {
      const device = devices[(at * 7_919) % size.devices] as Device
      const text = eventsOf(device, eventsAtOnce)
      const digest = contentDigest(text)
      const again = () =>
        signing.write('/api/device/events', text, {
          device,
          digest,
          created: Math.floor(Date.now() / 1_000),
          number: number++,
        })
      return {
        text: again(),
        answered(answer) {
          if (answer.status !== 200) return complain('a batch', answer)
          if (JSON.parse(answer.text).unread !== 0) return complain('unread events', answer)
          good += 1
          kept += eventsAtOnce
          if (at % repeatedEach !== 0) return
          repeating += 1
          few.send(again(), (second) => {
            repeating -= 1
            if (second.status !== 200) complain('a batch for the second time', second)
          })
        },
      }
    })
    return { ...paced, good }
  })
  while (repeating > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  few.close()
  compare('events', kept, await count('select count(*) from detections.detection'))
  const policies = await count('select count(*) from policies.level')
  if (policies < size.companies) throw new Error(`only ${policies} policies`)
  say(`${policies} policies; the whole run took ${((performance.now() - begun) / 60_000).toFixed(1)} minutes`)
  const round = (value: number) => Number(value.toFixed(1))
  console.log(
    JSON.stringify({
      checkinsPerSecond: round(checkIns.perSecond),
      p99Ms: round(checkIns.p99Ms),
      enrolmentsPerSecond: round(enrolments.perSecond),
      eventsPerSecond: Math.round(events.perSecond),
      rssMb: Math.round(rssMb),
      ...wrong,
    }),
  )
} finally {
  for (const child of children) {
    child.removeAllListeners('close')
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'close')
  }
  await server.stop()
  await keyServer.stop()
  rmSync(folder, { recursive: true, force: true })
}
