import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openJournal } from '#agent/journal'
import { openSpool, openSpoolReader } from '#agent/spool'
import { createSystemClock } from '#base/clock'
import type { DeviceEvent } from '#portal/detections/api'
import { createTestLog } from '#tests/log'
import { createReachablePortal } from '#tests/reachable-portal'
import { until } from '#tests/until'
import { createActions, createPortal, enrol, keepConnected, readEnrolment, standingOf } from './index.ts'

const real = await createReachablePortal()
const stops: (() => Promise<void>)[] = []
const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-connected-'))
  folders.push(folder)
  return folder
}
after(async () => {
  await Promise.all(stops.map((stop) => stop()))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const os = { name: 'Debian GNU/Linux', version: '12', architecture: 'x64' }
const about = { name: 'Kannettava', os, agentVersion: '0.1.0', language: 'fi' as const }
const found = (path: string): DeviceEvent => ({
  kind: 'detection',
  id: randomUUID(),
  at: new Date().toISOString(),
  path,
  sha256: 'a'.repeat(64),
  bytes: 68,
  findings: [{ rule: 'EICAR', ruleSet: 'vartio-test', source: 'rules', place: [] }],
  done: 'quarantined',
})

/** A device without a guard: what is tried here is between it and the portal. */
async function createDevice() {
  const folder = newFolder()
  const hardware = randomUUID()
  await enrol({ folder, portalUrl: real.url, code: await real.code(), about, hardware })
  const standing = standingOf(folder, undefined)
  assert.ok(typeof standing !== 'string')
  const spool = await openSpool(join(folder, 'spool'))
  const journal = openJournal(join(folder, 'journal'), createSystemClock())
  const performed: string[] = []
  const connect = () => {
    const actions = createActions(
      folder,
      async ({ kind }) => {
        performed.push(kind)
        return { state: 'done', result: { files: 3, found: 0 } }
      },
      () => connection.wake(),
    )
    const connection = keepConnected({
      portal: createPortal(real.url, standing.signer),
      actions,
      journal,
      log: createTestLog('error').log,
      waiting: () => {
        const reader = openSpoolReader(join(folder, 'spool'))
        return (
          reader && {
            spool: reader.id,
            read: (last, events) => reader.read(last, spool.durable(), { events, bytes: 900_000 }),
            lost: spool.lost,
            taken: spool.release,
          }
        )
      },
      describe: () => ({
        ...about,
        protections: [{ name: 'real-time', state: 'on', since: new Date().toISOString() }],
        rules: { sets: ['vartio-test'], updatedAt: null, testOnly: true },
        caches: { filterVersion: null, updatedAt: null },
        policyVersion: 0,
        spool: { waiting: spool.waiting(), lost: spool.lost() },
        asRoot: true,
      }),
      onAnswer: () => undefined,
    })
    stops.push(connection.stop)
    return connection
  }
  return { folder, hardware, deviceId: standing.enrolment.deviceId, spool, journal, performed, connect }
}

const pathsOf = async (deviceId: string): Promise<string[]> =>
  (await real.get(`/detections?deviceId=${deviceId}`)).detections.map(({ path }: { path: string }) => path)

test('EP-16 a device enrols, checks in, and what it found stands in the portal once, though it is told again', async () => {
  const device = await createDevice()
  const connection = device.connect()
  await until(async () => connection.state().lastSeenAt)
  const { devices } = await real.get('/devices')
  assert.equal(devices.find((one: { deviceId: string }) => one.deviceId === device.deviceId)?.name, 'Kannettava')
  for (const path of ['/srv/one', '/srv/two', '/srv/three']) await device.spool.append(found(path))
  connection.wake()
  await until(async () => (await pathsOf(device.deviceId)).length === 3)
  await connection.stop()
  // A new process remembers nothing of what was taken, and sends from the beginning.
  await device.spool.append(found('/srv/four'))
  const again = device.connect()
  await until(async () => (await pathsOf(device.deviceId)).length >= 4)
  assert.deepEqual((await pathsOf(device.deviceId)).sort(), ['/srv/four', '/srv/one', '/srv/three', '/srv/two'])
  await again.stop()
  // Every message is in the journal, word for word.
  const sent = device.journal.read(100).filter(({ kind }) => kind === 'events')
  assert.ok(sent.some(({ body }) => JSON.stringify(body).includes('/srv/four')))
})

test('what is asked of a device is done once, and the portal hears how it ended', async () => {
  const device = await createDevice()
  const asked = await real.post(`/devices/${device.deviceId}/actions`, { kind: 'scan', path: '/srv' })
  assert.equal(asked.status, 200)
  const connection = device.connect()
  const ended = await until(async () => {
    const { actions } = await real.get(`/devices/${device.deviceId}`)
    return actions[0]?.state === 'done' ? actions[0] : undefined
  })
  assert.deepEqual(ended.result, { files: 3, found: 0 })
  connection.checkInSoon()
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.deepEqual(device.performed, ['scan'])
  await connection.stop()
})

test('a line that is cut holds nothing back and loses nothing once it is mended', async () => {
  const device = await createDevice()
  const connection = device.connect()
  await until(async () => connection.state().lastSeenAt)
  real.cut()
  for (let index = 0; index < 30; index += 1) {
    await device.spool.append(found(`/srv/${index}`))
    connection.wake()
  }
  await until(async () => connection.state().failures > 0)
  assert.equal((await pathsOf(device.deviceId)).length, 0)
  real.mend()
  await until(async () => (await pathsOf(device.deviceId)).length === 30)
  assert.equal(device.spool.lost(), 0)
  await connection.stop()
})

test('a device that was removed says so and goes on asking seldom; with a new code it is the same device again', async () => {
  const device = await createDevice()
  await real.portal.ask('DELETE', `/api/organizations/${real.organizationId}/devices/${device.deviceId}`, {
    cookie: await real.portal.signInAgain(real.personId),
  })
  const connection = device.connect()
  assert.equal(await until(async () => connection.state().refused), 'devices.not_enrolled')
  await connection.stop()
  const { folder, hardware } = device
  await enrol({ folder, portalUrl: real.url, code: await real.code(), about, hardware })
  assert.notEqual(readEnrolment(folder)?.deviceId, undefined)
})

test('a disk in another device does not speak with the voice of the first', async () => {
  const { folder } = await createDevice()
  assert.equal(standingOf(folder, 'another hardware altogether'), 'copied')
})
