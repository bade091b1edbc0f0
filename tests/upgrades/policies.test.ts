import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'

// A house whose organisations had one policy each, whole: everything is decided as it was, and only what was decided is a departure.

const [organizationId, exclusionId, earlierId] = [newId(), newId(), newId()]
const portal = await createTestPortal({
  at: new Date('2026-11-22T18:00:00.000Z'),
  older: {
    before: '202611221718',
    async fill(admin) {
      const at = '2026-11-22T10:00:00Z'
      await admin`
        insert into organizations.organization (organization_id, name, is_provider, is_company, has_administrator, created_at)
        values (${organizationId}, 'Turva', true, true, true, ${at})`
      // Without what a later version added.
      const settings = { profile: 'strict', reportOnly: false, realTime: true, schedule: null, unknownContent: 'never', ruleSets: ['omat'] }
      await admin`
        insert into policies.policy (organization_id, version, settings, changed_at)
        values (${organizationId}, 7, ${admin.json(settings)}, ${at})`
      // Written before anybody could choose rule sets.
      await admin`
        insert into policies.policy (organization_id, version, settings, changed_at)
        values (${earlierId}, 2, ${admin.json({ ...settings, ruleSets: [] })}, '2026-11-20T10:00:00Z')`
      await admin`
        insert into policies.exclusion (organization_id, exclusion_id, kind, sealed, created_at, until)
        values (${organizationId}, ${exclusionId}, 'rule', '\\x00', ${at}, '2026-12-01T10:00:00Z')`
    },
  },
}) // biome-ignore format: one line a row

test('a policy of before is that of the organisation, with its number, and one can go back to it', async () => {
  const [row] =
    await portal.admin`select version, kind, settings, locked from policies.level where organization_id = ${organizationId}`
  assert.deepEqual({ ...row }, { version: 7, kind: 'organization', settings: { profile: 'strict', ruleSets: ['omat'] }, locked: [] }) // biome-ignore format: one line
  const changes =
    await portal.admin`select scope_id, version, what, settings from policies.change where organization_id = ${organizationId}`
  assert.deepEqual(
    changes.map((one) => ({ ...one })),
    [{ scope_id: organizationId, version: 7, what: 'carried-over', settings: { profile: 'strict', ruleSets: ['omat'] } }],
  ) // biome-ignore format: one line a row
  const [earlier] = await portal.admin`select settings from policies.level where organization_id = ${earlierId}`
  assert.deepEqual(earlier?.settings, { profile: 'strict' })
  const [exclusion] = await portal.admin`select scope_id from policies.exclusion`
  assert.equal(exclusion?.scope_id, organizationId)
  await portal.admin`delete from policies.exclusion`
  const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
  const device = createTestDevice(portal)
  await device.enrol((await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)).code)
  const { policy } = (await device.checkIn({ policyVersion: 7 })).body
  assert.deepEqual(
    [policy.settings.profile, policy.settings.ruleSets, policy.settings.clamd],
    ['strict', ['omat'], true],
  )
})
