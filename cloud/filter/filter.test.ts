import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { applyDelta, openKnownBad, openKnownGood } from '#engine/known'
import { readListKeys, readListSigner, rotateListKeys } from '#server/list-keys'
import { createTestCloud } from '#tests/cloud'
import { createGood } from './good.ts'

const clock = createTestClock(new Date('2026-11-22T07:00:00Z'))
const cloud = await createTestCloud({ clock })
/** Those of the first million are alike to a filter, so that many of them stay one small part of it. */
const hashOf = (number: number) =>
  number < 1_000_000
    ? number.toString(16).padStart(64, '7')
    : createHash('sha256').update(`content ${number}`).digest('hex')
let given = 0
async function bring(first: number, count: number, verdict = 'malicious') {
  given += 1
  const own = join(cloud.folder, 'imports', `import-${String(given).padStart(4, '0')}`)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'list'), Array.from({ length: count }, (_, at) => `${hashOf(first + at)}\n`).join(''))
  writeFileSync(join(own, 'asked.json'), JSON.stringify({ verdict }))
  while (await cloud.lists.work());
}
const path = join(cloud.folder, 'filter', 'known-bad')
const has = (number: number) => {
  const list = openKnownBad(path, { key: cloud.filter.key() })
  const found = list.mayHave(Buffer.from(hashOf(number), 'hex'))
  list.close()
  return found
}

test('what is new is read, and not the whole store again, and many small imports are read once', async () => {
  await bring(0, 20_000)
  while (await cloud.filter.update());
  const [large] = cloud.verdicts.store.segments
  assert.ok(large)
  let readings = 0
  const read = large.read.bind(large)
  ;(large as { read: typeof large.read }).read = (...range) => {
    readings += 1
    return read(...range)
  }
  for (let import_ = 0; import_ < 5; import_ += 1) await bring(100_000 + import_, 1)
  assert.equal(cloud.filter.isDue(), false)
  clock.advance(2_001)
  assert.equal(cloud.filter.isDue(), true)
  while (await cloud.filter.update());
  assert.ok([0, 1, 2, 3, 4].every((at) => has(100_000 + at)))
  assert.equal(readings, 0)
})

test('a change of keys is taken by whoever knows both, and the list goes on under the new one', async () => {
  const before = readListKeys(cloud.publicFolder)
  assert.equal(before.length, 2)
  assert.equal(before[0], cloud.filter.key())
  const { version } = cloud.filter.about()
  rotateListKeys(cloud.folder, cloud.publicFolder)
  await cloud.filter.update()
  assert.equal(cloud.filter.key(), before[1])
  assert.ok(cloud.filter.about().version > version)
  // A device that was told before the change opens it with what it has; one that knows the old key alone does not.
  openKnownBad(path, { key: before }).close()
  assert.throws(() => openKnownBad(path, { key: before.slice(0, 1) }), /not signed|signed by/)
  assert.equal(readListKeys(cloud.publicFolder)[0], before[1])
  assert.ok(has(3) && has(100_001))
  assert.match(readFileSync(join(cloud.publicFolder, 'cloud.lists'), 'utf8'), /^vartio\/known-bad\+/)
})

const goodPath = join(cloud.folder, 'filter', 'known-good')
const copy = join(cloud.folder, 'device-known-good')
const isGood = (number: number, path = goodPath) => {
  const list = openKnownGood(path, { key: cloud.filter.key() })
  const found = list.has(Buffer.from(hashOf(number), 'hex'))
  list.close()
  return found
}
const makeLists = async () => {
  clock.advance(2_001)
  while (await cloud.filter.update());
  return cloud.filter.good.about()
}

test('SC-02 what is good is an exact list; it grows and shrinks by small deltas, and what is bad as well is not on it', async () => {
  assert.deepEqual(cloud.filter.good.about(), { version: 0, entries: 0, bytes: 0 })
  await bring(1_000_000, 30_000, 'good')
  const first = await makeLists()
  assert.deepEqual([first.entries, isGood(1_000_000), isGood(1_029_999), isGood(3)], [30_000, true, true, false])
  writeFileSync(copy, cloud.filter.good.whole(first.version))
  // New ones, one that is taken back, and one that is known to be bad by now.
  await bring(2_000_000, 10, 'good')
  await bring(1_000_005, 1, 'withdrawn')
  await bring(1_000_006, 1, 'malicious')
  const second = await makeLists()
  assert.equal(second.entries, 30_000 + 10 - 2)
  const delta = cloud.filter.good.delta(first.version, second.version)
  assert.ok(delta.length < 2_000, `${delta.length} bytes`)
  assert.equal(applyDelta(copy, delta, { key: cloud.filter.key() }, 'known-good'), second.version)
  assert.deepEqual(
    [1_000_004, 1_000_005, 1_000_006, 2_000_009].map((number) => isGood(number, copy)),
    [true, false, false, true],
  )
  assert.deepEqual(readFileSync(copy), cloud.filter.good.whole(second.version))
  // What says nothing of what is good makes no other list, and reads no large segment.
  await bring(3_000_000, 1)
  assert.equal((await makeLists()).version, second.version)
  // Good again, and taken back for ever: merged away, its verdict is nowhere in the store.
  await bring(1_000_005, 1, 'good')
  await makeLists()
  assert.ok(isGood(1_000_005))
  await bring(1_000_007, 1, 'withdrawn')
  for (const work = cloud.verdicts.store.compact(); !work.next().done; );
  await makeLists()
  assert.equal(isGood(1_000_007), false)
  assert.throws(() => cloud.filter.good.delta(first.version - 1, second.version), { code: 'filter.other_version' })
})

test('there is room for so many good ones and no more; those left out are counted', async () => {
  const own = mkdtempSync(join(cloud.folder, 'small-'))
  const gauges = new Map<string, () => number>()
  const signer = readListSigner(cloud.folder)
  const small = createGood(
    {
      log: cloud.log,
      clock,
      metrics: { gauge: (name, _help, read) => void gauges.set(name, read as () => number) },
      folder: own,
      most: 1_000,
    },
    signer,
  )
  const { segments } = cloud.verdicts.store
  await small.update({ segments, unread: segments }, signer)
  assert.equal(small.about().entries, 1_000)
  assert.ok((gauges.get('vartio_known_good_left_out')?.() ?? 0) > 29_000)
})
