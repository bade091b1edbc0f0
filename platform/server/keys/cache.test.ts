import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestKeys } from '#tests/keys'
import { until } from '#tests/until'
import { createCache } from './cache.ts'
import { addOwners, ownerOf } from './pages.ts'
import { keyObject, newKey, newKeys } from './sealing.ts'

// What this process has opened answers without asking anybody: each test tries to get an answer out of it that no longer holds.

const store = await createTestKeys('portal')
const { keys } = store
const ids = (count: number) => Array.from({ length: count }, () => newId())
const bytesOf = (key: { export(): Buffer } | undefined) => key?.export().toString('hex')

test('after an erasure nothing that was asked for before opens, in this process or in another that is told', async () => {
  const scope = newId()
  const owners = ids(500)
  await keys.make(scope, owners)
  const other = store.another()
  await other.start()
  for (const one of [keys, other]) assert.equal((await one.find(scope, owners)).size, 500)
  const gone = owners.filter((_, at) => at % 5 === 0)
  await keys.erase(scope, gone)
  assert.equal((await keys.find(scope, gone)).size, 0)
  assert.equal((await keys.find(scope, owners)).size, 400)
  await until(async () => (await other.find(scope, gone)).size === 0)
  assert.equal((await other.find(scope, owners)).size, 400)
  await keys.eraseScope(scope)
  assert.equal((await keys.find(scope, owners)).size, 0)
  await until(async () => (await other.find(scope, owners)).size === 0)
})

test('a process that nobody tells lets go of an erased key as soon as it looks at the scope for anything else', async () => {
  const scope = newId()
  const [gone, stays, later] = ids(3) as [string, string, string]
  await keys.make(scope, [gone, stays])
  const deaf = store.another()
  assert.equal((await deaf.find(scope, [gone, stays])).size, 2)
  await keys.erase(scope, [gone])
  await keys.make(scope, [later])
  assert.equal((await deaf.find(scope, [later])).size, 1)
  assert.deepEqual([...(await deaf.find(scope, [gone, stays])).keys()], [stays])
})

test('a page that another process has written is seen: with more owners, cut in two, and under another key', async () => {
  const scope = newId()
  const first = ids(300)
  await keys.make(scope, first)
  const other = store.another()
  const before = await other.find(scope, first)
  for (const more of [ids(3), ids(400), Array.from({ length: 50 }, () => randomUUID())]) {
    const made = await keys.make(scope, more)
    const found = await other.find(scope, more)
    for (const owner of more) assert.equal(bytesOf(found.get(owner)), bytesOf(made.get(owner)))
    const again = await other.find(scope, first)
    for (const owner of first) assert.equal(bytesOf(again.get(owner)), bytesOf(before.get(owner)))
  }
  await keys.erase(scope, first.slice(1))
  await keys.make(scope, first)
  const [left = '', ...anew] = first
  await other.find(scope, ids(1))
  const found = await other.find(scope, first)
  assert.equal(bytesOf(found.get(left)), bytesOf(before.get(left)))
  for (const owner of anew) assert.notEqual(bytesOf(found.get(owner)), bytesOf(before.get(owner)))
})

const begins = Buffer.alloc(16)
const pageOf = (owners: readonly string[], key: Buffer) => ({
  key,
  bytes: addOwners(Buffer.alloc(0), owners.map(ownerOf), newKeys(owners.length)),
})
const known = (version: bigint, key: Buffer) => ({
  version,
  tokenKey: keyObject(newKey()),
  entries: [{ begins, number: 1, key }],
})

test('what was read before an erasure and arrives after it is not let in, and takes nothing back', () => {
  const cache = createCache()
  const scope = newId()
  const [gone, stays] = ids(2) as [string, string]
  const [old, next] = [newKey(), newKey()]
  const late = new Map([[gone, keyObject(newKey())]])
  assert.ok(cache.put(scope, known(1n, old), new Map([[1, pageOf([gone, stays], old)]]), late))
  assert.equal(cache.takeAll(scope, [gone, stays]).size, 2)
  // Read from the store, before anybody has told of the erasure.
  assert.ok(cache.put(scope, known(2n, next), new Map([[1, pageOf([stays], next)]]), new Map()))
  assert.deepEqual([...cache.takeAll(scope, [gone, stays]).keys()], [stays])
  cache.put(scope, known(1n, old), new Map([[1, pageOf([gone, stays], old)]]), late)
  assert.deepEqual([...cache.takeAll(scope, [gone, stays]).keys()], [stays])
  cache.erased(scope, 3n)
  assert.ok(!cache.put(scope, known(2n, next), new Map([[1, pageOf([stays], next)]]), late))
  assert.equal(cache.takeAll(scope, [gone, stays]).size, 0)
})

test('what makes room goes whole: no key outlives its page or its time', () => {
  const owners = ids(6)
  const cache = createCache({ milliseconds: 600_000, owners: 4 })
  const [one, other] = [newId(), newId()]
  const key = newKey()
  const put = (scope: string, some: readonly string[]) =>
    cache.put(scope, known(1n, key), new Map([[1, pageOf(some, key)]]), new Map())
  put(one, owners.slice(0, 3))
  assert.equal(cache.takeAll(one, owners).size, 3)
  put(other, owners.slice(3))
  assert.equal(cache.takeAll(one, owners).size, 0)
  assert.equal(cache.takeAll(other, owners).size, 3)
  // Larger than all that may be kept.
  put(one, owners)
  assert.equal(cache.takeAll(one, owners).size, 0)
  assert.equal(cache.countOwners(), 0)
  const brief = createCache({ milliseconds: -1, owners: 100 })
  brief.put(one, known(1n, key), new Map([[1, pageOf(owners, key)]]), new Map([[owners[0] as string, keyObject(key)]]))
  assert.equal(brief.takeAll(one, owners).size, 0)
})
