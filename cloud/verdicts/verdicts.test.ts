import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '#base/errors'
import { kinds, prefixOf, readAnswer, readPrefix, verdicts as words } from '#engine/cloud'
import { createTestLog } from '#tests/log'
import { createVerdicts } from './index.ts'
import { openSegment, recordBytes, verifySegment } from './segment.ts'
import { sortRecords } from './sort-records.ts'
import { openStore, type Store } from './store.ts'
import { createNames, createSegmentWriter } from './write-segment.ts'

const root = mkdtempSync(join(tmpdir(), 'verdicts-'))
after(() => rmSync(root, { recursive: true, force: true }))
let made = 0
const newFolder = () => join(root, String(++made))

type Row = { sha256: Buffer; verdict: 'malicious' | 'good' | 'withdrawn'; name: string }
const hashOf = (number: number) => createHash('sha256').update(`content ${number}`).digest()

function add(store: Store, rows: readonly Row[]): void {
  const names = createNames()
  const records = Buffer.alloc(rows.length * recordBytes)
  for (const [at, { sha256, verdict, name }] of rows.entries()) {
    sha256.copy(records, at * recordBytes)
    records[at * recordBytes + 32] = words.indexOf(verdict)
    records[at * recordBytes + 33] = kinds.indexOf(verdict === 'malicious' ? 'malware' : 'none')
    records.writeUInt16LE(names.number(name), at * recordBytes + 34)
  }
  const path = store.nextPath()
  const writer = createSegmentWriter(path, rows.length)
  writer.add(sortRecords(records))
  writer.finish(names.text())
  store.add(path)
}

const finish = <Result>(work: Generator<void, Result>): Result => {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

const ask = (folder: string) => {
  const { log } = createTestLog()
  mkdirSync(folder)
  return createVerdicts({ log, metrics: { gauge: () => undefined }, folder })
}

test('the store answers the newest verdict of everything, however it was added, merged and opened again', () => {
  const row = fc.record({
    number: fc.nat(400),
    verdict: fc.constantFrom<Row['verdict']>('malicious', 'good', 'withdrawn'),
    name: fc.constantFrom('', 'Emotet', 'Qakbot', 'Ünï', 'x'.repeat(70), 'two\nlines'),
  })
  fc.assert(
    fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 200 }), { maxLength: 12 }), (batches) => {
      const folder = newFolder()
      let store = openStore(folder)
      const model = new Map<number, Row>()
      for (const batch of batches) {
        add(
          store,
          batch.map(({ number, ...rest }) => ({ sha256: hashOf(number), ...rest })),
        )
        for (const { number, ...rest } of batch) model.set(number, { sha256: hashOf(number), ...rest })
        if (batch.length % 3 === 0) finish(store.compact())
        if (batch.length % 5 === 0) {
          store.close()
          store = openStore(folder)
        }
      }
      for (let number = 0; number <= 400; number += 1) {
        const found = store.find(hashOf(number))
        const wanted = model.get(number)
        const verdict = found && words[found.verdict]
        assert.equal(
          verdict === 'withdrawn' ? undefined : verdict,
          wanted?.verdict === 'withdrawn' ? undefined : wanted?.verdict,
        )
        if (wanted && wanted.verdict !== 'withdrawn')
          assert.equal(found?.name, ['Emotet', 'Qakbot', 'Ünï'].includes(wanted.name) ? wanted.name : undefined)
      }
      finish(store.compact())
      assert.ok(store.segments.length <= 8)
      store.close()
    }),
    { numRuns: 60 },
  )
})

test('an answer has everything under its prefix and nothing else, and nearly all are equally long', () => {
  const verdicts = ask(newFolder())
  const rows = Array.from(
    { length: 40_000 },
    (_, number): Row => ({
      sha256: hashOf(number),
      verdict: number % 3 === 0 ? 'good' : 'malicious',
      name: `Family.${number % 50}`,
    }),
  )
  const byHash = new Map<string, Row>(rows.map((row) => [row.sha256.toString('hex'), row]))
  add(verdicts.store, rows.slice(0, 30_000))
  add(verdicts.store, rows.slice(30_000))
  const { prefixBits: bits, answerBytes } = verdicts.about()
  assert.equal(bits, 9)
  const lengths = new Map<number, number>()
  const seen = new Set<string>()
  for (let prefix = 0; prefix < 2 ** bits; prefix += 1) {
    const text = (prefix * 2 ** (32 - bits))
      .toString(16)
      .padStart(8, '0')
      .slice(0, Math.ceil(bits / 4))
    const bytes = verdicts.answer(bits, text)
    lengths.set(bytes.length, (lengths.get(bytes.length) ?? 0) + 1)
    for (const { sha256, verdict, name, kind } of readAnswer(bytes, { bits, prefix }).known) {
      assert.ok(!seen.has(sha256))
      seen.add(sha256)
      const row: Row = byHash.get(sha256)!
      assert.deepEqual([verdict, name, kind], [row.verdict, row.name, row.verdict === 'good' ? 'none' : 'malware'])
    }
  }
  assert.equal(seen.size, rows.length)
  assert.ok((lengths.get(answerBytes) ?? 0) >= 2 ** bits * 0.995, JSON.stringify([...lengths]))
  assert.throws(
    () => verdicts.answer(bits + 1, '000'),
    (error) => error instanceof AppError && error.code === 'verdicts.other_prefix',
  )
  // Bits behind the prefix would tell more than is asked for.
  assert.throws(() => verdicts.answer(bits, '001'), AppError)
  assert.throws(() => verdicts.answer(bits, '00'), AppError)
})

test('a prefix is the front of a hash, and reads back as the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 1, max: 24 }), (hash, bits) => {
      const { prefix, text } = prefixOf(hash, bits)
      const front = Array.from(hash, (byte) => byte.toString(2).padStart(8, '0'))
        .join('')
        .slice(0, bits)
      return Number.parseInt(front, 2) === prefix && readPrefix(text, bits) === prefix
    }),
  )
})

test('an answer that is not what was asked for is refused: another prefix, another length, anything in its filling', () => {
  const verdicts = ask(newFolder())
  add(
    verdicts.store,
    Array.from({ length: 100 }, (_, number): Row => ({ sha256: hashOf(number), verdict: 'malicious', name: 'Family' })),
  )
  const { prefixBits: bits } = verdicts.about()
  const { prefix, text } = prefixOf(hashOf(1), bits)
  const whole = verdicts.answer(bits, text)
  const isRefused = (bytes: Buffer, asked = { bits, prefix }) => {
    try {
      readAnswer(bytes, asked)
      return false
    } catch (error) {
      return error instanceof AppError && error.code === 'cloud.wrong_answer'
    }
  }
  assert.equal(isRefused(whole), false)
  assert.ok(isRefused(whole, { bits, prefix: prefix ^ 1 }))
  assert.ok(isRefused(whole, { bits: bits + 1, prefix }))
  assert.ok(isRefused(whole.subarray(0, 1_000)))
  assert.ok(isRefused(Buffer.concat([whole, Buffer.alloc(1)])))
  const marked = Buffer.from(whole)
  marked[marked.length - 1] = 1
  assert.ok(isRefused(marked))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
      const bytes = Buffer.from(whole)
      for (const [at, value] of changes) bytes[at] = value
      try {
        // Whatever else was changed, what is read lies under the prefix.
        return readAnswer(bytes, { bits, prefix }).known.every(
          ({ sha256 }) => prefixOf(Buffer.from(sha256, 'hex'), bits).prefix === prefix,
        )
      } catch (error) {
        return error instanceof AppError && error.code === 'cloud.wrong_answer'
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a store is its folder: a copy answers the same; half a segment is nobody’s; a damaged one is noticed', () => {
  const folder = newFolder()
  const store = openStore(folder)
  add(store, [{ sha256: hashOf(1), verdict: 'malicious', name: 'A' }])
  add(store, [{ sha256: hashOf(2), verdict: 'good', name: '' }])
  writeFileSync(join(folder, 'segment-99.half'), 'half')
  writeFileSync(join(folder, 'segment-77'), 'of nobody')
  store.close()
  const copy = newFolder()
  cpSync(folder, copy, { recursive: true })
  const replica = openStore(copy)
  assert.deepEqual(replica.find(hashOf(1)), { verdict: 1, kind: 1, name: 'A' })
  assert.deepEqual(readdirSync(copy).sort(), ['manifest.json', 'segment-1', 'segment-2'])
  assert.equal(finish(verifySegment(replica.segments[0]!)), true)
  replica.close()
  const path = join(copy, 'segment-1')
  const bytes = readFileSync(path)
  bytes[4_096 + 33] = 5
  writeFileSync(path, bytes)
  assert.equal(finish(verifySegment(openSegment(path))), false)
  for (const broken of [
    bytes.subarray(0, bytes.length - 1),
    Buffer.alloc(10),
    Buffer.concat([bytes, Buffer.alloc(1)]),
  ]) {
    writeFileSync(path, broken)
    assert.throws(
      () => openSegment(path),
      (error) => error instanceof AppError && error.code === 'verdicts.damaged',
    )
  }
})
