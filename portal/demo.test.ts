import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestPortal } from '#tests/portal'
import { createDemo } from './demo.ts'

const portal = await createTestPortal({ pollSeconds: 3_600 })
await portal.jobs.start()
after(() => portal.jobs.stop())
const demo = createDemo(portal, 12)
const [organizationId = ''] = await (async () => {
  await demo.prepare()
  return portal.organizations.findNamed(portal.database.sql, 'Metsä ja Pelto Oy')
})()
const aino = await portal.person('Aino', { [organizationId]: ['administrator'] })

async function look(what: string) {
  // Counts of an organisation may be ten seconds old.
  portal.clock.advance(11_000)
  return (await portal.ask('GET', `/api/organizations/${organizationId}/${what}`, { cookie: aino.cookie })).body
}

test('a demo has a partner that looks after three companies with devices and a month of events, and a second start adds nothing', async () => {
  await demo.fill()
  await demo.prepare()
  await demo.fill()
  assert.equal(await portal.countRows('organizations.organization'), 5)
  assert.equal(await portal.countRows('devices.device'), 36)
  assert.equal((await look('devices')).devices.length, 12)
  const { detections } = (await look('detections')) as { detections: { receivedAt: string; happenedAt: string }[] }
  assert.ok(detections.length > 0)
  for (const { receivedAt, happenedAt } of detections) assert.equal(receivedAt, happenedAt)
  assert.ok(detections.some(({ happenedAt }) => Date.parse(happenedAt) < portal.clock.now().getTime() - 86_400_000))
})

test('the partner of a demo has two standard policies, one of them in use, from which a company has departed', async () => {
  const [partnerId = ''] = await portal.organizations.findNamed(portal.database.sql, 'Kumppanituki Oy')
  const { standards } = await portal.standards.list(partnerId)
  assert.deepEqual(
    standards.map(({ name, versions, departing }) => [name, versions, departing]),
    [
      ['Käyttöönotto', [], 0],
      ['Perustaso', [{ version: 1, companies: 3 }], 1],
    ],
  )
})

test('devices of a demo go on being heard of, but for those that are off', async () => {
  portal.clock.advance(20 * 60_000)
  const silent = async () => {
    const { devices } = (await look('devices')) as { devices: { state: string }[] }
    return devices.filter(({ state }) => state === 'silent').length
  }
  // One that fails or is off is told to be that first.
  assert.ok((await silent()) > 8)
  await demo.checkIn()
  assert.ok((await silent()) < 3)
})
