import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const aino = await portal.person('Aino', { [providerId]: ['administrator'] })
const eero = await portal.person('Eero', { [companyId]: ['administrator'] })
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const ask = (organizationId: string, cookie: string) =>
  portal.ask('GET', `/api/organizations/${organizationId}/health`, { cookie })

test('the provider sees each program as it is, one that does not answer as such, and versions of agents over all companies', async () => {
  for (const organizationId of [providerId, companyId]) {
    const { code } = await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)
    assert.equal((await createTestDevice(portal).enrol(code)).status, 200)
  }
  const { status, body } = await ask(providerId, aino.cookie)
  assert.equal(status, 200)
  const [own, ...others] = body.programs
  assert.equal(own.program, 'portal')
  assert.ok(own.condition.disk.freeBytes > 0 && own.condition.disk.freeBytes <= own.condition.disk.totalBytes)
  assert.deepEqual(own.condition.keys, { daysBehind: 0, isRotationDue: false })
  // No other program runs beside this test.
  assert.deepEqual(
    others.map(({ program, condition }: { program: string; condition: unknown }) => [program, condition]),
    [
      ['identity', null],
      ['privacy', null],
      ['cloud', null],
    ],
  )
  assert.equal(body.troubles[0].what, 'program-silent')
  assert.equal(
    body.agents.reduce((sum: number, { devices }: { devices: number }) => sum + devices, 0),
    2,
  )
})

test('PT-04 an administrator of a company is told nothing of it', async () => {
  const { status, code } = await ask(companyId, eero.cookie)
  assert.deepEqual([status, code], [403, 'health.provider_only'])
})
