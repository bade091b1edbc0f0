import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { programs } from '#architecture'
import { ledger, data as platformData } from '#server/data'
import { findUndescribed } from '#server/describe-check'
import { data as keyStore } from '#server/keys/data'
import { readLiveSchema, snapshotSchema } from '#server/schema-snapshot'
import { createTestDatabase } from '#tests/database'
import { describeKeeping } from '../../tools/keep.ts'
import { areasOf } from '../../tools/places.ts'
import { root } from '../../tools/tree.ts'

// npm run check runs this file by itself; with --write it writes the snapshots instead of comparing them.
const write = process.env.VARTIO_TEST_WRITE_SCHEMA === '1'

function compare(live: string, committed: string): void {
  if (write) writeFileSync(committed, live)
  else assert.equal(existsSync(committed) ? readFileSync(committed, 'utf8') : '', live, 'npm run check -- --write')
}

test('the key store: its live schema is the committed one, and every column of it is described', async () => {
  const { admin } = await createTestDatabase('portal', 'keys')
  // It is the same for every program but for the name of the role.
  compare(await snapshotSchema(admin), join(root, 'platform', 'server', 'keys', 'schema.sql'))
  const live = await readLiveSchema(admin)
  assert.ok(live.columns.length > 10)
  assert.deepEqual(findUndescribed([keyStore, ledger], live), [])
})

for (const program of ['identity', 'portal', 'privacy', 'cloud'] as const) {
  const folder = join(root, program)
  test(`${program}: the live schema is the committed one, and every column of it is described`, {
    skip: existsSync(join(folder, 'main.ts')) ? false : 'the program is not there yet',
  }, async () => {
    assert.ok(program in programs)
    const { admin, descriptions } = await createTestDatabase(program)
    compare(await snapshotSchema(admin, program), join(folder, 'schema.sql'))
    assert.ok(descriptions.length > platformData.length || areasOf(program).length === 0, 'no data.ts was found')
    const keeping = describeKeeping(descriptions)
    const rules = join(folder, 'keep.sql')
    if (write) writeFileSync(rules, keeping)
    else assert.equal(existsSync(rules) ? readFileSync(rules, 'utf8') : '', keeping, 'npm run check -- --write')
    assert.deepEqual(findUndescribed(descriptions, await readLiveSchema(admin)), [])
  })
}
