import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '#base/ids'
import { createTestDatabase } from '#tests/database'
import { createTestKeys } from '#tests/keys'
import { describe } from '../describe.ts'
import { within } from '../purpose.ts'
import { createSealer, type Row } from './sealer.ts'
import { searchSealed } from './search.ts'

const { admin } = await createTestDatabase('portal')
const { keys } = await createTestKeys('portal')
const description = describe('hall', {
  device: {
    meaning: 'a test',
    owner: { column: 'device_id', kind: 'device', scope: 'organization_id' },
    keep: { with: 'organization' },
    about: {
      whose: 'account holder',
      from: 'system',
      why: 'to be found',
      purposes: ['service'],
      basis: 'eu-gdpr:A6-1-b',
      seenBy: ['administrator'],
    },
    sealed: { column: 'sealed', fields: { name: { what: 'pd:Name' } }, tokens: { name_tokens: 'name' } },
    columns: {},
  },
})
const sealer = createSealer(keys, description, 'device', ['name'])
await admin.unsafe(
  `create schema hall;
  create table hall.device (device_id uuid, organization_id uuid, sealed bytea, name_tokens int2[], place int);
  create index device_by_name on hall.device using gin (sealing.scoped_tokens(organization_id, name_tokens))`,
)

const scope = newId()
const names = ['Aino kannettava-1', 'Eino kannettava-2', 'ÅKE Työasema', 'Öyvind puhelin', 'Väinö 👩‍🚒 puhelin', 'x']
const rows = names.map((name) => ({ row: { organization_id: scope, device_id: newId() }, values: { name } }))
const sealed = await sealer.seal(rows)
const tokens = await sealer.trigrams('name', names, scope)
for (const [at, { row }] of rows.entries())
  await admin`
    insert into hall.device values (${row.device_id}, ${scope}, ${sealed[at]!}, ${`{${tokens[at]!.join(',')}}`}::int2[], ${at})`

type Device = { device_id: string; organization_id: string; sealed: Buffer; place: number }

/** `limit` as a page has it; `wide`: as if the tokens told little apart. */
const search = (text: string, { limit = 50, wide = false } = {}) =>
  within('service', async () => {
    const found = await searchSealed({
      sealer,
      field: 'name',
      fields: ['name'],
      scope,
      text,
      limit,
      find: (wanted, after: Row | undefined, most) => admin<Device[]>`
      select device_id, organization_id, sealed, place from hall.device
      where sealing.scoped_tokens(organization_id, name_tokens) @> sealing.scoped_tokens(${scope}, ${`{${wide ? '' : wanted.join(',')}}`})
        and place > ${(after as Device | undefined)?.place ?? -1}
      order by place limit ${most}`,
    })
    return found.map(({ opened }) => opened.name)
  })

test('a part of a word is found with capitals or without, by the letters of any language', async () => {
  assert.deepEqual(await search('KANNETTAVA'), ['Aino kannettava-1', 'Eino kannettava-2'])
  assert.deepEqual(await search('åke'), ['ÅKE Työasema'])
  assert.deepEqual(await search('öyv'), ['Öyvind puhelin'])
  assert.deepEqual(await search('👩‍🚒'), ['Väinö 👩‍🚒 puhelin'])
  assert.deepEqual(await search('kannettava-3'), [])
  await assert.rejects(search('ai'), { code: 'sealed.search_too_short' })
})

test('what the tokens find is opened and looked at, and a page is filled past what only looked right', async () => {
  assert.deepEqual(await search('puhelin', { limit: 2, wide: true }), ['Öyvind puhelin', 'Väinö 👩‍🚒 puhelin'])
  assert.deepEqual(await search('puhelin', { limit: 1, wide: true }), ['Öyvind puhelin'])
  assert.deepEqual(await search('tabletti', { limit: 1, wide: true }), [])
})

test('an index of scoped tokens finds what the tokens find, in that scope only, and lays a scope in one place', async () => {
  const some = fc.uniqueArray(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 8 })
  const near = fc.record({ row: some, wanted: some, of: fc.subarray([0, 1, 2, 3]) })
  const other = newId()
  await fc.assert(
    fc.asyncProperty(near, async ({ row, wanted, of }) => {
      // A part of the row's own tokens, and as often something else.
      const asked = of.length > 0 ? of.flatMap((at) => row[at] ?? []) : wanted
      const [found] = await admin<{ here: boolean; elsewhere: boolean; places: number[] }[]>`
        select a @> sealing.scoped_tokens(${scope}, b) as here, a @> sealing.scoped_tokens(${other}, b) as elsewhere,
          array(select distinct t >> 16 from unnest(a) t) as places
        from (select sealing.scoped_tokens(${scope}, ${`{${row}}`}) as a, ${`{${asked}}`}::int2[] as b) given`
      const isThere = asked.every((token) => row.includes(token))
      assert.equal(found?.here, isThere)
      assert.equal(found?.elsewhere, asked.length === 0)
      assert.equal(found?.places.length, row.length === 0 ? 0 : 1)
    }),
    { numRuns: 200 },
  )
  // One statement after the other on one connection.
  const [, plan] = await admin.unsafe<[unknown, { 'QUERY PLAN': string }[]]>(
    `set local enable_seqscan = off;
    explain select 1 from hall.device where sealing.scoped_tokens(organization_id, name_tokens) @> sealing.scoped_tokens('${scope}', '{1}')`,
  )
  assert.match(plan.map((line) => line['QUERY PLAN']).join(), /device_by_name/)
})
