import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestDevice, detected } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const

type Need = { code: string; severity: string; params: Record<string, unknown> }

async function read(organizationId: string, cookie: string) {
  const { status, body } = await portal.ask('GET', `/api/organizations/${organizationId}/overview`, { cookie })
  assert.equal(status, 200)
  return { ...body, needs: body.needs.map(({ code, severity }: Need) => [code, severity]) }
}

test('an organisation with one person says what it still needs, worst first', async () => {
  const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
  assert.deepEqual(await read(companyId, boss.cookie), {
    people: 1,
    administrators: 1,
    pendingInvitations: 0,
    devices: { all: 0, protected: 0 },
    detections: 0,
    needs: [
      ['overview.one_administrator', 'warning'],
      ['overview.no_privacy_officer', 'notice'],
      ['overview.no_devices', 'notice'],
    ],
  })
})

test('what was missing is gone when it is there, and an invitation counts until it expires', async () => {
  const second = await portal.person('Toinen', { [companyId]: ['administrator', 'privacy_officer'] })
  const invited = await portal.ask('POST', `/api/organizations/${companyId}/invitations`, {
    cookie: second.cookie,
    body: { email: 'kutsuttu@example.fi', roles: ['viewer'], language: 'fi' },
  })
  assert.equal(invited.status, 200)
  assert.deepEqual(await read(companyId, second.cookie), {
    people: 2,
    administrators: 2,
    pendingInvitations: 1,
    devices: { all: 0, protected: 0 },
    detections: 0,
    needs: [['overview.no_devices', 'notice']],
  })
  portal.clock.advance(7 * 86_400_000)
  const later = await read(companyId, await portal.signInAgain(second.personId))
  assert.equal(later.pendingInvitations, 0)
  assert.deepEqual(later.needs, [
    ['overview.invitations_expired', 'notice'],
    ['overview.no_devices', 'notice'],
  ])
})

test('only the provider is told that letters do not leave this machine', async () => {
  const owner = await portal.person('Tarjoaja', { [providerId]: ['viewer'] })
  const { needs } = await read(providerId, owner.cookie)
  assert.deepEqual(
    needs.find(([code]: string[]) => code === 'overview.mail_unset'),
    ['overview.mail_unset', 'warning'],
  )
  // No other program runs beside this test, and there are no backups.
  assert.deepEqual(
    needs.find(([code]: string[]) => code === 'overview.vartio_unwell'),
    ['overview.vartio_unwell', 'danger'],
  )
})

test('a device whose policy only reports stops nothing: it is not counted as protected, and is told', async () => {
  const organizationId = await portal.createBeneath(providerId, 'Vasta kokeilee', 'company')
  const boss = await portal.person('Kokeilija', { [organizationId]: ['administrator'] })
  const device = createTestDevice(portal)
  await device.enrol((await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)).code)
  const policyAt = `/api/organizations/${organizationId}/policy`
  const { body: policy } = await portal.ask('GET', policyAt, { cookie: boss.cookie })
  const settings = { ...policy.settings, reportOnly: true }
  const changed = await portal.ask('PUT', policyAt, {
    cookie: boss.cookie,
    body: { version: policy.version, settings },
  })
  assert.ok(changed.status < 300)
  const { body } = await device.checkIn()
  await device.checkIn({ policyVersion: body.policy.version })
  const { devices, needs } = await read(organizationId, boss.cookie)
  assert.deepEqual(devices, { all: 1, protected: 0 })
  assert.deepEqual(needs.filter(([code]: string[]) => code === 'overview.devices_reporting').length, 1)
})

test('devices that need help, rules that know only test files and what could not be stopped are told, worst first', async () => {
  const organizationId = await portal.createBeneath(providerId, 'Laitteita', 'company')
  const boss = await portal.person('Laitepomo', { [organizationId]: ['administrator'] })
  const device = createTestDevice(portal)
  await device.enrol((await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)).code)
  const since = portal.clock.now().toISOString()
  await device.checkIn({ protections: [{ name: 'real-time', state: 'watching', why: 'ordinary-user', since }] })
  await device.send(newId(), 1, [detected({ done: 'reported' }), detected()])
  const { devices, detections, needs } = await read(organizationId, boss.cookie)
  assert.deepEqual([devices, detections], [{ all: 1, protected: 0 }, 2])
  assert.deepEqual(needs.slice(0, 4), [
    ['overview.detections_open', 'danger'],
    ['overview.one_administrator', 'warning'],
    ['overview.devices_watching', 'warning'],
    ['overview.test_rules_only', 'warning'],
  ])
})
