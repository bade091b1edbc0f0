import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  'create schema hall; create table hall.device (device_id uuid, organization_id uuid, sealed bytea, name_tokens int2[], place int)',
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
      where name_tokens @> ${`{${wide ? '' : wanted.join(',')}}`}::int2[] and place > ${(after as Device | undefined)?.place ?? -1}
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
