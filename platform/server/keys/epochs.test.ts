import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTestKeys } from '#tests/keys'
import { until } from '#tests/until'
import { rotateWithinMilliseconds } from './erase.ts'

const clock = createTestClock(new Date('2026-11-22T12:00:00Z'))
const store = await createTestKeys('portal', { clock })
const { keys, admin } = store
const bytesOf = (key: { export(): Buffer } | undefined) => key?.export().toString('hex')
const ids = (count: number) => Array.from({ length: count }, () => newId())

test('all erasures of half a minute share one new root, and it is there within the minute', async () => {
  const scopes = [newId(), newId(), newId()]
  const owners = ids(3)
  for (const scope of scopes) await keys.make(scope, owners)
  const before = await keys.state()
  for (const scope of scopes) {
    await keys.erase(scope, owners.slice(0, 1))
    clock.advance(5_000)
  }
  const due = await keys.state()
  assert.equal(due.rootNumber, before.rootNumber)
  assert.equal(due.rotationDueAt?.getTime(), clock.now().getTime() - 15_000 + rotateWithinMilliseconds)
  assert.ok(rotateWithinMilliseconds < 60_000 - 10_000)
  clock.advance(rotateWithinMilliseconds - 15_000)
  await until(async () => (await keys.state()).rotationDueAt === null)
  assert.equal((await keys.state()).rootNumber, before.rootNumber + 1)
  // The new root is recorded first and the old one destroyed then.
  await until(async () => (await store.roots.list()).length === 1)
})

test('a day later every page is another, the side it lay on is empty, and every key is what it was', async () => {
  const [scope, large] = [newId(), newId()]
  const made = new Map([
    [scope, await keys.make(scope, ids(5))],
    [large, await keys.make(large, ids(3_000))],
  ])
  const token = bytesOf(await keys.tokenKey(large))
  // Thinned out: 40 pages' worth of owners, most of them gone.
  const [first, ...rest] = [...(made.get(large) as Map<string, never>).keys()]
  await keys.erase(large, rest.slice(0, 2_500))
  const pagesBefore = await admin<{ sealed: Buffer }[]>`select sealed from key_store.page`
  const before = await keys.state()
  clock.advance(86_400_000)
  await until(async () => (await keys.state()).epoch === before.epoch + 1)
  await until(async () => {
    const state = await keys.state()
    return !state.isRewrapping && state.rotationDueAt === null && state.rootNumber > before.rootNumber
  })
  const pagesAfter = await admin<{ sealed: Buffer; side: number }[]>`select sealed, side from key_store.page`
  const old = new Set(pagesBefore.map(({ sealed }) => sealed.toString('hex')))
  assert.ok(pagesAfter.every(({ sealed }) => !old.has(sealed.toString('hex'))))
  assert.equal(new Set(pagesAfter.map(({ side }) => side)).size, 1)
  const [row] = await admin`select page_count from key_store.scope where scope_id = ${large}`
  assert.ok(Number(row?.page_count) <= 4, `${row?.page_count} pages for 500 owners`)
  const left = [first as string, ...rest.slice(2_500)]
  for (const one of [keys, store.another()]) {
    const found = await one.find(large, left)
    for (const owner of left) assert.equal(bytesOf(found.get(owner)), bytesOf(made.get(large)?.get(owner)))
    assert.equal((await one.find(large, rest.slice(0, 2_500))).size, 0)
    assert.equal((await one.find(scope, [...(made.get(scope)?.keys() ?? [])])).size, 5)
    assert.equal(bytesOf(await one.tokenKey(large)), token)
  }
})

test('reading, making and erasing go on while an epoch is under way, in another process too', async () => {
  const scopes = ids(40)
  const expected = new Map<string, Map<string, string | undefined>>()
  for (const scope of scopes) {
    const made = await keys.make(scope, ids(450))
    expected.set(scope, new Map([...made].map(([owner, key]) => [owner, bytesOf(key)])))
  }
  const [one, two] = [store.another(), store.another()]
  let isOver = false
  const work = async (at: number) => {
    let rounds = 0
    for (let round = at; !isOver || rounds === 0; round += 2) {
      rounds += 1
      const scope = scopes[round % scopes.length] as string
      const known = expected.get(scope) as Map<string, string | undefined>
      const found = await one.find(scope, [...known.keys()])
      for (const [owner, bytes] of known) assert.equal(bytesOf(found.get(owner)), bytes)
      const [gone = ''] = known.keys()
      known.delete(gone)
      await two.erase(scope, [gone])
      assert.equal((await store.another().find(scope, [gone])).size, 0)
      for (const [owner, key] of await one.make(scope, ids(3))) known.set(owner, bytesOf(key))
    }
  }
  const pages = async () =>
    (await admin<{ sealed: Buffer }[]>`select sealed from key_store.page`).map(({ sealed }) => sealed.toString('hex'))
  const before = new Set(await pages())
  const working = [work(0), work(1)]
  await Promise.all([keys.rewrap(), two.rewrap()])
  isOver = true
  await Promise.all(working)
  // Whoever moved them: a process that runs helps by itself.
  assert.ok(before.size >= 40)
  assert.equal((await pages()).filter((page) => before.has(page)).length, 0, 'pages of the epoch before')
  for (const [scope, known] of expected) {
    const found = await store.another().find(scope, [...known.keys()])
    for (const [owner, bytes] of known) assert.equal(bytesOf(found.get(owner)), bytes)
  }
})

test('a damaged scope or page holds up neither a rotation nor an epoch, and is still told from an erased one', async () => {
  const [broken, torn] = ids(2) as [string, string]
  const [owner] = ids(1) as [string]
  const many = ids(1_000)
  await keys.make(broken, [owner])
  await keys.make(torn, many)
  await admin`update key_store.scope set sealed_key = sealed_key || '\\x00'::bytea where scope_id = ${broken}`
  await admin`delete from key_store.page where scope_id = ${torn} and number = (select max(number) from key_store.page where scope_id = ${torn})`
  await keys.rewrap()
  await keys.rotateRoot()
  const other = store.another()
  await assert.rejects(other.find(broken, [owner]), { code: 'key_store.damaged' })
  await assert.rejects(other.find(torn, many), { code: 'key_store.damaged' })
  assert.equal((await other.find(torn, many.slice(0, 100))).size, 100)
  assert.ok(store.lines.some((line) => line.includes('damaged')))
})
