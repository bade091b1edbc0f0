import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { openKnownBad } from '#engine/known'
import { readListKeys, rotateListKeys } from '#server/list-keys'
import { createTestCloud } from '#tests/cloud'

const clock = createTestClock(new Date('2026-11-22T07:00:00Z'))
const cloud = await createTestCloud({ clock })
const hashOf = (number: number) => number.toString(16).padStart(64, '7')
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
