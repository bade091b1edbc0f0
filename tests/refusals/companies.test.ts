import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CompanyList } from '#portal/partners/api'
import { createTestPortal } from '#tests/portal'

const portal = await createTestPortal()
const { admin, clock } = portal
const providerId = await portal.createProvider()
const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
const helper = await portal.person('Auttaja', { [partnerId]: ['administrator'] })
const ask = async (query = ''): Promise<CompanyList> => {
  const url = `/api/organizations/${partnerId}/companies${query}`
  return (await portal.ask('GET', url, { cookie: helper.cookie })).body
}
const names = ({ companies }: CompanyList) => companies.map(({ name }) => name)

test('PT-02 the list of a thousand companies is one statement and quick', async () => {
  await admin`
    insert into organizations.organization (organization_id, parent_id, name, is_company, has_administrator, created_at)
    select gen_random_uuid(), ${partnerId}, 'Yritys ' || n, true, true, ${clock.now()} from generate_series(1, 1000) n`
  await admin`
    insert into organizations.outsourcing (organization_id, managing_id, began_at, activities)
    select organization_id, ${partnerId}, ${clock.now()}, '{look}' from organizations.organization where name like 'Yritys %'`
  await admin`
    insert into overview.standing (organization_id, taken_at, needs, devices, protected, detections)
    select organization_id, ${clock.now()}, '[]', 12, 12, 0 from organizations.organization where name like 'Yritys %'`
  const times: number[] = []
  for (let n = 0; n < 12; n += 1) {
    const begun = performance.now()
    const list = await ask(['', '?sort=name', '?search=yritys%209', '?standing=fine'][n % 4])
    times.push(performance.now() - begun)
    assert.equal(list.all, 1_000)
    assert.equal(list.companies.length, 100)
  }
  const middle = times.sort((one, two) => one - two)[times.length >> 1] as number
  // One statement for each company would take many seconds.
  assert.ok(middle < 1_000, `half of the lists took longer than ${middle} ms`)
  assert.deepEqual(names(await ask('?sort=name&from=998')), ['Yritys 999', 'Yritys 1000'])
})
