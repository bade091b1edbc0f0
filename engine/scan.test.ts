import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createEngine, type Finding } from '#engine'
import { compileRules, testFiles, testRules } from '#engine/rules'

const rules = await compileRules([testRules()])
const engine = await createEngine({ rules })
const folder = mkdtempSync(join(tmpdir(), 'vartio-engine-'))
after(() => {
  engine.close()
  rmSync(folder, { recursive: true })
})

const [eicar] = testFiles()
assert.ok(eicar)

test('every test file is found by its own rule, with set, author and licence', async () => {
  for (const { rule, content } of testFiles()) {
    const { outcome, findings } = await engine.scan({ bytes: content }, 'letter.txt')
    assert.equal(outcome, 'malicious')
    const expected: Finding = {
      rule,
      ruleSet: 'vartio-test',
      author: 'Vartio',
      licence: 'EUPL-1.2',
      source: 'rules',
      place: [],
    }
    assert.deepEqual(findings, [expected])
  }
})

test('a file is read through its descriptor, whatever has come to lie at its path', async () => {
  const path = join(folder, 'swapped')
  writeFileSync(path, eicar.content)
  const fd = openSync(path, 'r')
  writeFileSync(`${path}-new`, 'nothing')
  renameSync(`${path}-new`, path)
  assert.equal((await engine.scan({ fd })).outcome, 'malicious')
  closeSync(fd)
  assert.equal((await engine.scan({ path })).outcome, 'clean')
})

test('what is not a file is refused, and a pipe does not hold the scan up', async () => {
  await assert.rejects(engine.scan({ path: folder }), { code: 'engine.not_a_file' })
  await assert.rejects(engine.scan({ path: '/dev/null' }), { code: 'engine.not_a_file' })
})

test('a file beyond the limit is hashed whole, looked into as far as it goes, and not called clean', async () => {
  const small = await createEngine({ rules, limits: { bytes: 1000 } })
  const path = join(folder, 'long')
  const bytes = Buffer.concat([Buffer.alloc(500), Buffer.from(testFiles()[1]?.content ?? ''), Buffer.alloc(5000)])
  writeFileSync(path, bytes)
  const whole = await engine.scan({ path })
  const part = await small.scan({ path })
  assert.deepEqual([part.sha256, part.bytes], [whole.sha256, bytes.length])
  assert.deepEqual(part.notUnpacked, [{ place: [], reason: 'bytes' }])
  assert.equal(part.outcome, 'malicious')
  writeFileSync(path, Buffer.alloc(1001))
  assert.equal((await small.scan({ path })).outcome, 'incomplete')
  writeFileSync(path, Buffer.alloc(1000))
  assert.equal((await small.scan({ path })).outcome, 'clean')
})

test('a known good file is not looked into, a known bad one is found in containers too', async () => {
  const { sha256 } = await engine.scan({ bytes: eicar.content })
  const trusting = await createEngine({ rules, knownGood: { has: (asked) => asked === sha256 } })
  const good = await trusting.scan({ bytes: eicar.content })
  assert.deepEqual([good.outcome, good.isKnownGood], ['clean', true])
  // One byte more is another content, and so is what lies in a container.
  assert.equal((await trusting.scan({ bytes: Buffer.concat([eicar.content, Buffer.from('\n')]) })).outcome, 'malicious')
  const packed = await trusting.scan({ bytes: gzipSync(eicar.content) })
  assert.deepEqual([packed.outcome, packed.isKnownGood], ['malicious', undefined])
  const plain = Buffer.from('nothing that a rule would find')
  const bad = (await engine.scan({ bytes: plain })).sha256
  const knowing = await createEngine({
    rules,
    knownBad: {
      find: async (asked) => (asked === bad ? { rule: 'a list', ruleSet: 'lists', source: 'known-bad' } : undefined),
    },
  })
  // Good by one list and bad by another is bad.
  const both = await createEngine({
    rules,
    knownBad: { find: async () => ({ rule: 'a list', ruleSet: 'lists', source: 'known-bad' }) },
    knownGood: { has: () => true },
  })
  assert.equal((await both.scan({ bytes: plain })).outcome, 'malicious')
  const { outcome, findings } = await knowing.scan({ bytes: gzipSync(plain) })
  assert.equal(outcome, 'malicious')
  assert.deepEqual(findings, [{ rule: 'a list', ruleSet: 'lists', source: 'known-bad', place: ['content'] }])
})
