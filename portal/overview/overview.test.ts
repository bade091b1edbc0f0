import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')

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
    devices: 0,
    needs: [
      ['overview.one_administrator', 'warning'],
      ['overview.no_privacy_officer', 'notice'],
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
    devices: 0,
    needs: [],
  })
  portal.clock.advance(7 * 86_400_000)
  const later = await read(companyId, await portal.signInAgain(second.personId))
  assert.equal(later.pendingInvitations, 0)
  assert.deepEqual(later.needs, [['overview.invitations_expired', 'notice']])
})

test('only the provider is told that letters do not leave this machine', async () => {
  const owner = await portal.person('Tarjoaja', { [providerId]: ['viewer'] })
  const { needs } = await read(providerId, owner.cookie)
  assert.deepEqual(needs[0], ['overview.mail_unset', 'warning'])
})
