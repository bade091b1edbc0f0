import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Laivasto', 'company')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'], [otherId]: ['administrator'] })
const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body: object | undefined, organizationId = companyId) =>
  portal.ask(method, `/api/organizations/${organizationId}${path}`, { cookie: boss.cookie, ...(body ? { body } : {}) })

async function enrolled(name: string, organizationId = companyId) {
  const device = createTestDevice(portal, { name })
  const { body } = await ask('POST', '/device-codes', { uses: 1 }, organizationId)
  const { body: told } = await device.enrol(body.code)
  const policyVersion = told.policy.version as number
  return { device, tell: (more: object = {}) => device.checkIn({ policyVersion, ...more }) }
}
const rowOf = async (deviceId: string) => {
  const [row] = await portal.admin<{ version: string; seen: Date; waiting: string; state: string }[]>`
    select xmin::text as version, last_seen_at as seen, events_waiting as waiting, state from devices.device where device_id = ${deviceId}`
  assert.ok(row)
  return row
}

test('EP-16 a check-in that tells nothing new writes nothing but, every half a minute, when the device was seen', async () => {
  const { device, tell } = await enrolled('sama')
  const first = await tell()
  const before = await rowOf(device.deviceId)
  portal.clock.advance(5_000)
  assert.deepEqual((await tell()).body, first.body)
  assert.deepEqual(await rowOf(device.deviceId), before)
  portal.clock.advance(30_000)
  assert.deepEqual((await tell()).body, first.body)
  const after = await rowOf(device.deviceId)
  assert.equal(Number(after.seen), portal.clock.now().getTime())
  // Something new, and then what was told before: each of them stands there.
  await tell({ spool: { waiting: 3, lost: 0 } })
  assert.equal((await rowOf(device.deviceId)).waiting, '3')
  await tell()
  assert.equal((await rowOf(device.deviceId)).waiting, '0')
})

test('who tells nothing new hears at once what is asked of it, another policy, and that it was removed', async () => {
  const { device, tell } = await enrolled('kuulee')
  await tell()
  await tell()
  const { body: asked } = await ask('POST', `/devices/${device.deviceId}/actions`, { kind: 'scan' })
  const told = await tell()
  assert.deepEqual(
    told.body.actions.map(({ actionId }: { actionId: string }) => actionId),
    [asked.actionId],
  )
  assert.equal((await tell()).body.actions.length, 1, 'until it says how it ended')
  await device.post(`/api/device/actions/${asked.actionId}`, { state: 'done' })
  assert.equal((await tell()).body.actions.length, 0)
  const { body: policy } = await ask('GET', '/policy', undefined)
  const settings = { ...policy.settings, reportOnly: true }
  assert.ok((await ask('PUT', '/policy', { version: policy.version, settings })).status < 300)
  const heard = (await tell()).body.policy
  assert.equal(heard.settings.reportOnly, true)
  // It does not obey yet: it is told again, and how it is judged changes.
  assert.equal((await tell()).body.policy.version, heard.version)
  await device.checkIn({ policyVersion: heard.version })
  assert.equal((await rowOf(device.deviceId)).state, 'reporting')
  await portal.database.inOrganization(
    companyId,
    (tx) => tx`delete from devices.device where organization_id = ${companyId} and device_id = ${device.deviceId}`,
  )
  assert.equal((await device.checkIn({ policyVersion: heard.version })).code, 'devices.not_enrolled')
})

test('those of several organisations that check in at one moment hear each of its own', async () => {
  const [one, other] = [await enrolled('yksi'), await enrolled('kaksi', otherId)]
  for (const { tell } of [one, other]) await tell()
  await ask('POST', `/devices/${other.device.deviceId}/actions`, { kind: 'scan' }, otherId)
  const answers = await Promise.all([one, other, one, other].map(({ tell }) => tell()))
  assert.deepEqual(
    answers.map(({ body }) => body.actions.length),
    [0, 1, 0, 1],
  )
})
