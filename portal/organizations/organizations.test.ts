import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createLog } from '#base/log'
import { createAudit } from '#portal/audit'
import { createMessages } from '#server/messages'
import { createRights } from '#server/rights'
import { createTestDatabase } from '#tests/database'
import { createTestSealing } from '#tests/sealed'
import type { OrganizationNode } from './api.ts'
import { createOrganizations } from './index.ts'

const { database, admin } = await createTestDatabase('portal')
const { sealed } = await createTestSealing('portal', database)
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const log = createLog('test', 'error')
const audit = createAudit({
  database,
  sealed,
  clock,
  rights: createRights({ program: 'portal', database, clock, sealed, log, descriptions: [] }),
  log,
  jobs: { define: () => undefined },
  messages: createMessages({ database, log }),
  calls: {
    call: async () => {
      throw new Error('nothing is called here')
    },
  },
})
const organizations = createOrganizations({ database, clock, sealed }, { audit })

const by = { actor: { kind: 'person', id: newId() }, from: { ip: '192.0.2.1', userAgent: 'Firefox' } } as const
const controller = {
  name: 'Turva Oy',
  businessId: '1234567-8',
  postalAddress: 'Katu 1\n00100 Helsinki',
  contactEmail: 'tietosuoja@turva.example',
}
const first = () => database.transaction((tx) => organizations.createFirst(tx, { name: 'Turva', controller }))

const atOnce = await Promise.allSettled([first(), first(), first()])
const providerId = atOnce.find((result) => result.status === 'fulfilled')?.value ?? ''
const partnerId = await organizations.createBeneath(providerId, { name: 'Kumppani', kind: 'partner' }, by)
const companyId = await organizations.createBeneath(partnerId, { name: 'Yritys', kind: 'company' }, by)
const otherPartnerId = await organizations.createBeneath(providerId, { name: 'Toinen', kind: 'partner' }, by)

const names = (node: OrganizationNode): unknown[] => [node.name, ...node.children.map(names)]
const managersOf = async (organizationId: string) => {
  const rows = await database.sql<{ managing_id: string; activities: string[] }[]>`
    select * from ${organizations.managersOf(database.sql, database.sql`${[organizationId]}::uuid[]` as never)}`
  return rows.map(({ managing_id, activities }) => [managing_id, activities])
}

test('only one of three set-ups at once makes the provider, whose controller details are kept (ID-07, DSR-17)', async () => {
  const lost = atOnce.filter((result) => result.status === 'rejected').map(({ reason }) => reason.code)
  assert.deepEqual(lost, ['organizations.already_set_up', 'organizations.already_set_up'])
  assert.equal(await organizations.hasProvider(database.sql), true)
  await assert.rejects(first(), { code: 'organizations.already_set_up' })
  const rows =
    await admin`select name, business_id, postal_address, organization_id, sealed from organizations.controller`
  const { organization_id: _id, sealed: _sealed, ...open } = rows[0] ?? {}
  assert.deepEqual(open, { name: 'Turva Oy', business_id: '1234567-8', postal_address: 'Katu 1\n00100 Helsinki' })
  const contact = await sealed.tables.get('organizations.controller')?.openOne(rows[0] ?? {}, ['contact_email'])
  assert.deepEqual(contact, { contact_email: 'tietosuoja@turva.example' })
  assert.equal(rows.length, 1)
})

test('each organisation sees itself and what lies beneath it, and nothing above or beside', async () => {
  assert.deepEqual(names((await organizations.tree(providerId)).root), ['Turva', ['Kumppani', ['Yritys']], ['Toinen']])
  assert.deepEqual(names((await organizations.tree(partnerId)).root), ['Kumppani', ['Yritys']])
  assert.deepEqual(names((await organizations.tree(companyId)).root), ['Yritys'])
  assert.deepEqual((await organizations.tree(providerId)).root.kinds, ['provider', 'company'])
  await assert.rejects(organizations.tree(newId()), { code: 'organizations.organization_not_found' })
})

test('a partner creates companies only, a company nothing, and nobody a second provider', async () => {
  assert.deepEqual((await organizations.tree(partnerId)).mayCreate, ['company'])
  assert.deepEqual((await organizations.tree(companyId)).mayCreate, [])
  for (const [parentId, kind] of [
    [partnerId, 'partner'],
    [companyId, 'company'],
    [companyId, 'partner'],
  ] as const)
    await assert.rejects(organizations.createBeneath(parentId, { name: 'Uusi', kind }, by), {
      code: 'organizations.kind_not_allowed',
    })
  await assert.rejects(organizations.createBeneath(newId(), { name: 'Uusi', kind: 'company' }, by), {
    code: 'organizations.organization_not_found',
  })
})

test('PT-02 whoever created a company looks after it until it has an administrator, who alone decides from then on', async () => {
  assert.deepEqual(await managersOf(companyId), [])
  await organizations.beginAsCreator(partnerId, companyId, ['it-management'], by)
  assert.deepEqual(await managersOf(companyId), [[partnerId, ['it-management']]])
  await organizations.endAsCreator(partnerId, companyId, by)
  assert.deepEqual(await managersOf(companyId), [])
  await organizations.beginAsCreator(partnerId, companyId, ['it-management', 'invoicing'], by)

  await database.inOrganization(companyId, (tx) => organizations.setHasAdministrator(tx, companyId, true))
  for (const act of [
    () => organizations.endAsCreator(partnerId, companyId, by),
    () => organizations.beginAsCreator(partnerId, companyId, ['invoicing'], by),
  ])
    await assert.rejects(act, { code: 'organizations.company_decides' })
  assert.deepEqual(await managersOf(companyId), [[partnerId, ['it-management', 'invoicing']]])

  await organizations.endAsCompany(companyId, partnerId, by)
  assert.deepEqual(await managersOf(companyId), [])
  await assert.rejects(organizations.endAsCompany(companyId, partnerId, by), { code: 'organizations.not_outsourced' })
  await database.inOrganization(companyId, (tx) => organizations.setHasAdministrator(tx, companyId, false))
})

test('a new list of activities replaces the old one, and what was before stays readable', async () => {
  await organizations.beginAsCompany(companyId, partnerId, ['it-management'], by)
  await organizations.beginAsCompany(companyId, partnerId, ['invoicing'], by)
  assert.deepEqual(await managersOf(companyId), [[partnerId, ['invoicing']]])
  const { running, candidates } = await organizations.outsourcing(companyId)
  assert.deepEqual(
    running.map(({ managingName, activities }) => [managingName, activities]),
    [['Kumppani', ['invoicing']]],
  )
  assert.deepEqual(
    candidates.map(({ name }) => name),
    ['Kumppani', 'Turva'],
  )
  const history = await admin`
    select activities from organizations.outsourcing where organization_id = ${companyId} order by began_at desc limit 2`
  assert.deepEqual(
    history.map(({ activities }) => activities),
    [['invoicing'], ['it-management']],
  )
  await organizations.endAsCompany(companyId, partnerId, by)
})

test('two changes at once leave one running relation', async () => {
  await Promise.allSettled(
    (['it-management', 'invoicing', 'service-support'] as const).map((activity) =>
      organizations.beginAsCompany(companyId, partnerId, [activity], by),
    ),
  )
  assert.equal((await managersOf(companyId)).length, 1)
  await organizations.endAsCompany(companyId, partnerId, by)
})

test('nothing can be outsourced to an organisation beside, beneath or unknown, and nobody takes over what they did not create', async () => {
  for (const managingId of [otherPartnerId, companyId, newId()])
    await assert.rejects(organizations.beginAsCompany(companyId, managingId, ['it-management'], by), {
      code: 'organizations.not_above',
    })
  for (const creatorId of [otherPartnerId, providerId, newId()])
    await assert.rejects(organizations.beginAsCreator(creatorId, companyId, ['it-management'], by), {
      code: 'organizations.organization_not_found',
    })
  assert.deepEqual(await managersOf(companyId), [])
})

test('what the creator does stands in both logs, what the company does only in its own', async () => {
  const actions = async (organizationId: string) =>
    (await audit.list(organizationId, {})).records.map(({ action, target }) => `${action} ${target.name}`)
  assert.ok((await actions(partnerId)).includes('organizations.outsourcing_begun Yritys'))
  assert.ok((await actions(companyId)).includes('organizations.outsourcing_begun Kumppani'))
  const before = (await actions(partnerId)).length
  await organizations.beginAsCompany(companyId, partnerId, ['invoicing'], by)
  clock.advance(1_000)
  await organizations.endAsCompany(companyId, partnerId, by)
  assert.equal((await actions(partnerId)).length, before)
  assert.equal((await actions(companyId))[0], 'organizations.outsourcing_ended Kumppani')
})

test('the walls hold in the database itself: no row of another organisation is seen or written', async () => {
  for (const table of ['organization', 'beneath', 'outsourcing', 'controller']) {
    const foreign = await database.inOrganization(
      otherPartnerId,
      (tx) => tx`select 1 from ${tx(`organizations.${table}`)} where organization_id <> ${otherPartnerId}`,
    )
    assert.equal(foreign.length, 0, table)
    assert.equal((await database.sql`select 1 from ${database.sql(`organizations.${table}`)}`).length, 0, table)
  }
  const changed = await database.inOrganization(
    otherPartnerId,
    (tx) => tx`update organizations.organization set name = 'x' where organization_id = ${companyId}`,
  )
  assert.equal(changed.count, 0)
  await assert.rejects(
    database.inOrganization(
      otherPartnerId,
      (tx) =>
        tx`insert into organizations.outsourcing (organization_id, managing_id, began_at, activities)
         values (${companyId}, ${otherPartnerId}, now(), '{it-management}')`,
    ),
    { code: '42501' },
  )
})
