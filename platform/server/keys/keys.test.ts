import assert from 'node:assert/strict'
import { createCipheriv, type KeyObject, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestKeys } from '#tests/keys'
import { until } from '#tests/until'
import { data } from './data.ts'
import { bucketOf, programScope } from './scopes.ts'

const store = await createTestKeys('portal')
const { keys, admin } = store
const bytesOf = (key: KeyObject | undefined) => key?.export().toString('hex')
const ids = (count: number) => Array.from({ length: count }, () => newId())

test('a key that was made is found, by this process and by another, and is the same', async () => {
  const [scope, owner] = [newId(), newId()]
  const made = await keys.make(scope, [owner])
  assert.equal(made.get(owner)?.symmetricKeySize, 32)
  const other = store.another()
  assert.equal(bytesOf((await other.find(scope, [owner])).get(owner)), bytesOf(made.get(owner)))
  assert.equal(bytesOf((await keys.make(scope, [owner])).get(owner)), bytesOf(made.get(owner)))
  assert.equal((await keys.find(scope, [newId()])).size, 0)
  assert.equal((await keys.find(newId(), [owner])).size, 0)
})

test('pages are cut as a scope grows, whatever ids it is given, and no key is lost', async () => {
  for (const make of [newId, randomUUID]) {
    const scope = newId()
    const known = new Map<string, string | undefined>()
    for (let round = 0; round < 6; round += 1) {
      const owners = Array.from({ length: 700 }, () => make())
      for (const [owner, key] of await keys.make(scope, owners)) known.set(owner, bytesOf(key))
    }
    assert.equal(known.size, 4_200)
    assert.equal(new Set(known.values()).size, 4_200)
    const [row] = await admin`select page_count from key_store.scope where scope_id = ${scope}`
    assert.ok(Number(row?.page_count) >= 11 && Number(row?.page_count) <= 42, `${row?.page_count} pages`)
    const found = await store.another().find(scope, [...known.keys()])
    for (const [owner, key] of known) assert.equal(bytesOf(found.get(owner)), key)
  }
})

test('two processes that make keys in one scope at once agree on every one of them', async () => {
  const scope = newId()
  const owners = ids(300)
  const processes = [keys, store.another(), store.another()]
  const made = await Promise.all(
    processes.flatMap((one, index) => [
      one.make(scope, owners.slice(index * 50, 200 + index * 50)),
      one.make(scope, owners.toReversed()),
    ]),
  )
  const agreed = await store.another().find(scope, owners)
  assert.equal(agreed.size, 300)
  for (const each of made) for (const [owner, key] of each) assert.equal(bytesOf(key), bytesOf(agreed.get(owner)))
})

test('an erased key is gone for everybody at once, the others stay, and whoever listens is told', async () => {
  const scope = newId()
  const owners = ids(900)
  const before = await keys.make(scope, owners)
  const other = store.another()
  await other.start()
  await other.find(scope, owners)
  const heard: string[] = []
  keys.onErased((where, which) => heard.push(`here ${where} ${which}`))
  other.onErased((where, which) => heard.push(`there ${where} ${which}`))
  const [gone = '', ...left] = owners
  await keys.erase(scope, [gone])
  assert.deepEqual(heard, [`here ${scope} ${gone}`])
  assert.equal((await keys.find(scope, [gone])).size, 0)
  await until(() => heard.length === 2)
  assert.deepEqual(heard[1], `there ${scope} all`)
  assert.equal((await other.find(scope, [gone])).size, 0)
  for (const one of [keys, other, store.another()]) {
    const found = await one.find(scope, left)
    for (const owner of left) assert.equal(bytesOf(found.get(owner)), bytesOf(before.get(owner)))
  }
  // Made again it is another.
  assert.notEqual(bytesOf((await keys.make(scope, [gone])).get(gone)), bytesOf(before.get(gone)))
  await keys.erase(scope, [newId()])
  assert.equal(heard.length, 2, 'erasing nobody is no erasure')
})

test('a token key is the same for every process, lives through an erasure, and dies with its scope for ever', async () => {
  const scope = newId()
  const owner = newId()
  const token = await keys.tokenKey(scope)
  assert.equal(bytesOf(await store.another().tokenKey(scope)), bytesOf(token))
  assert.notEqual(bytesOf(await keys.tokenKey(programScope)), bytesOf(token))
  await keys.make(scope, [owner])
  await keys.erase(scope, [owner])
  assert.equal(bytesOf(await keys.tokenKey(scope)), bytesOf(token))
  await keys.make(scope, [owner])
  await keys.eraseScope(scope)
  assert.equal((await keys.find(scope, [owner])).size, 0)
  await assert.rejects(keys.tokenKey(scope), { code: 'key_store.scope_erased' })
  await assert.rejects(store.another().make(scope, [owner]), { code: 'key_store.scope_erased' })
})

test('a page or a scope that is moved, brought back or changed inside the store does not open, and is never taken for an erased one', async () => {
  const [mine, other] = [newId(), newId()]
  const [one, two] = [newId(), newId()]
  await keys.make(mine, [one])
  await keys.make(other, [two])
  const [old] = await admin`select sealed_key, sealed_directory, version from key_store.scope where scope_id = ${mine}`
  const [page] = await admin`select sealed from key_store.page where scope_id = ${mine}`
  const damaged = (run: Promise<unknown>) => assert.rejects(run, { code: 'key_store.damaged' })

  await keys.erase(mine, [one])
  // The page as it was before the erasure.
  await admin`update key_store.page set sealed = ${page?.sealed} where scope_id = ${mine}`
  await damaged(store.another().find(mine, [one]))
  // The scope of another, and an older self under the newer number.
  await admin`update key_store.scope set sealed_key = ${old?.sealed_key}, sealed_directory = ${old?.sealed_directory} where scope_id = ${mine}`
  await damaged(store.another().find(mine, [one]))
  await admin`update key_store.scope s set sealed_key = o.sealed_key, sealed_directory = o.sealed_directory, version = o.version
    from key_store.scope o where s.scope_id = ${mine} and o.scope_id = ${other}`
  await damaged(store.another().find(mine, [one]))
  await admin`delete from key_store.page where scope_id = ${other}`
  await damaged(store.another().find(other, [two]))
  await damaged(store.another().make(other, [two, newId()]))
})

test('a person’s scope is one of 1,024, always the same', () => {
  const scopes = new Set(ids(20_000).map(bucketOf))
  assert.equal(scopes.size, 1_024)
  assert.ok([...scopes].every((scope) => /^[0-9a-f-]{36}$/.test(scope) && scope !== programScope))
  const person = newId()
  assert.equal(bucketOf(person), bucketOf(person))
})

test('the program has no right to change the store’s schema, and may empty only the side that nobody uses', async () => {
  const sql = (await import('../database.ts')).createDatabase(store.address, [data], 1)
  for (const statement of [
    'truncate key_store.page',
    'drop table key_store.page_of_side_0',
    'select key_store.empty_side(0::smallint)',
    'create table key_store.more (id int)',
  ])
    await assert.rejects(sql.sql.unsafe(statement))
  await sql.sql`select key_store.empty_side(1::smallint)`
  await sql.close()
})

test('keys are handed out as KeyObjects that seal', async () => {
  const owner = newId()
  const key = (await keys.make(programScope, [owner])).get(owner) as KeyObject
  assert.equal(createCipheriv('aes-256-gcm', key, Buffer.alloc(12)).update('x').length, 1)
})

test('after a rotation every living key opens, the root it had opens nothing and is gone', async () => {
  const scope = newId()
  const owners = ids(50)
  const before = await keys.make(scope, owners)
  const [old] = await store.roots.list()
  await keys.rotateRoot()
  const [now, ...more] = await store.roots.list()
  assert.deepEqual(more, [])
  assert.equal(now?.number, Number(old?.number) + 1)
  const found = await store.another().find(scope, owners)
  for (const owner of owners) assert.equal(bytesOf(found.get(owner)), bytesOf(before.get(owner)))
})
