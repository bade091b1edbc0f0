import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { keysContents, keyTables } from './contents.ts'

const made = {
  format: 1,
  kind: 'keys',
  vartio: '1.0.0',
  madeAt: '2026-11-22T00:00:00.000Z',
  stores: { portal: { store: newId(), epoch: 1 } },
  tables: keyTables,
  officers: [],
}

test('a backup of keys that somebody else made brings no statements with it', () => {
  assert.equal(keysContents.safeParse(made).success, true)
  for (const table of [
    { name: 'key_store.page; create role thief superuser login', columns: ['side'] },
    { name: 'key_store.page', columns: ["side) from program 'id' --"] },
    { name: 'pg_authid', columns: ['rolname'] },
    { name: 'pg_catalog.pg_authid', columns: ['rolname'] },
  ])
    assert.equal(keysContents.safeParse({ ...made, tables: [table] }).success, false, table.name)
})
