import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '#base/errors'
import { describeNoteKey } from '#base/signed-note'
import {
  applyDelta,
  buildFuseNow,
  goodPartOf,
  isTight,
  openKnownBad,
  openKnownGood,
  type Part,
  partOf,
  readGoodParts,
  replaceList,
  type Signer,
  signParts,
  type Width,
  wordAt,
  writeDelta,
  writeKnownBad,
  writeKnownGood,
} from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'known-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const makeSigner = (name: string): Signer & { key: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { name, privateKey, key: describeNoteKey(name, publicKey).text }
}
const signer = makeSigner('cloud.localhost/lists')
const { key } = signer

const hashOf = (number: number) => createHash('sha256').update(`entry ${number}`).digest()
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => hashOf(from + at))

function makePart(hashes: readonly Buffer[], width: Width = 16): Part {
  const words = new Uint32Array(hashes.length * 2)
  for (const [at, hash] of hashes.entries()) {
    words[2 * at] = hash.readUInt32LE(wordAt)
    words[2 * at + 1] = hash.readUInt32LE(wordAt + 4)
  }
  return partOf(buildFuseNow(words, width), hashes.length)
}

let made = 0
const put = (bytes: Buffer): string => {
  made += 1
  const path = join(folder, `list-${made}`)
  writeFileSync(path, bytes)
  return path
}

const isUnusable = (error: unknown) => error instanceof AppError && error.code === 'known.unusable'
const entries = range(0, 300_000)
const base = makePart(entries)
const later = range(300_000, 301_000)
const recent = makePart(later, 32)

test('the filter has every entry, hardly a stranger, and takes at most 19 bits an entry', () => {
  const list = openKnownBad(put(writeKnownBad(1, [base], signer)), { key })
  assert.equal(
    entries.every((hash) => list.mayHave(hash)),
    true,
  )
  assert.ok(list.bitsPerEntry <= 19, `${list.bitsPerEntry} bits an entry`)
  assert.equal(list.isShared, true)
  // At the promised rate 31 of two million on average; more than 60 once in a hundred thousand runs.
  const random = Buffer.alloc(32)
  let strangers = 0
  for (let at = 0; at < 2_000_000; at += 1) {
    random.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), wordAt)
    random.writeUInt32LE(at, wordAt + 4)
    if (list.mayHave(random)) strangers += 1
  }
  assert.ok(strangers <= 60, `${strangers} of two million strangers`)
  list.close()
  assert.equal(list.mayHave(entries[0]!), false)
})

test('a list of any length works, an empty one too, and says nothing of strangers by accident', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.constantFrom<Width>(16, 32), (count, width) => {
      const some = entries.slice(0, count)
      const list = openKnownBad(put(writeKnownBad(1, [makePart(some, width)], signer)), { key })
      const isWhole = some.every((hash) => list.mayHave(hash))
      const strangers = later.filter((hash) => list.mayHave(hash)).length
      list.close()
      return isWhole && strangers <= 3
    }),
    { numRuns: 40 },
  )
  const empty = openKnownBad(put(writeKnownBad(0, [], signer)), { key })
  assert.equal(empty.mayHave(entries[0]!), false)
})

test('files made to share eight bytes do not stop a filter from being built', () => {
  const twin = Buffer.from(entries[1]!)
  entries[0]!.copy(twin, wordAt, wordAt, wordAt + 8)
  const list = openKnownBad(put(writeKnownBad(1, [makePart([entries[0]!, twin, entries[2]!])], signer)), { key })
  assert.ok(list.mayHave(entries[0]!) && list.mayHave(twin) && list.mayHave(entries[2]!))
})

test('a delta brings only what is new, and a list with it is the list itself', () => {
  const path = put(writeKnownBad(1, [base], signer))
  const { note } = signParts(2, [base.part, recent.part], signer)
  const delta = writeDelta(1, new Set([base.part.sha256]), note, [base, recent])
  assert.ok(delta.length < 10_000, `${delta.length} bytes for ${later.length} entries`)
  assert.equal(applyDelta(path, delta, { key }), 2)
  assert.deepEqual(readFileSync(path), writeKnownBad(2, [base, recent], signer))
  const list = openKnownBad(path, { key })
  assert.ok([...entries.slice(0, 1_000), ...later].every((hash) => list.mayHave(hash)))
  assert.equal(list.version, 2)
  assert.ok(list.bitsPerEntry <= 19)
  assert.equal(isTight([base.part, recent.part]), true)
  assert.equal(isTight([base.part, ...Array(9).fill(recent.part)]), false)
})

test('a delta that is broken, unsigned, of another, too early or too late is refused, and the old list stays', () => {
  const stranger = makeSigner('somebody.example/lists')
  const impostor = { ...makeSigner(signer.name), name: signer.name }
  const old = writeKnownBad(5, [base], signer)
  const has = new Set([base.part.sha256])
  const deltaOf = (from: number, version: number, by: Signer) =>
    writeDelta(from, has, signParts(version, [base.part, recent.part], by).note, [base, recent])
  const good = deltaOf(5, 6, signer)
  const flip = (at: number) => {
    const bytes = Buffer.from(good)
    bytes[at]! ^= 1
    return bytes
  }
  const path = put(old)
  for (const [why, delta] of Object.entries({
    unsigned: deltaOf(5, 6, stranger),
    'of an impostor': deltaOf(5, 6, impostor),
    'from another version': deltaOf(4, 6, signer),
    'to an older version': deltaOf(5, 4, signer),
    'to the same version': deltaOf(5, 5, signer),
    'with a changed part': flip(good.length - 1),
    'with a changed note': flip(40),
    'cut short': good.subarray(0, good.length - 1),
    'too long': Buffer.concat([good, Buffer.alloc(1)]),
    'of nothing': Buffer.alloc(0),
  })) {
    assert.throws(() => applyDelta(path, delta, { key }), isUnusable, `a delta ${why}`)
    assert.deepEqual(readFileSync(path), old)
  }
  assert.equal(applyDelta(path, good, { key }), 6)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.new')),
    [],
  )
})

test('a whole list takes the place of another only if it is signed and not older', () => {
  const path = put(writeKnownBad(5, [base], signer))
  assert.throws(() => replaceList(path, writeKnownBad(4, [recent], signer), { key, least: 5 }), isUnusable)
  assert.throws(() => replaceList(path, writeKnownBad(9, [recent], makeSigner('x')), { key, least: 5 }), isUnusable)
  assert.equal(openKnownBad(path, { key }).version, 5)
  assert.equal(replaceList(path, writeKnownBad(9, [recent], signer), { key, least: 5 }), 9)
})

test('hostile files: whatever is changed, a list is refused with a reason and nothing else happens', () => {
  const whole = writeKnownBad(3, [makePart(entries.slice(0, 50)), makePart(later.slice(0, 20), 32)], signer)
  const open = (bytes: Buffer) => {
    const path = put(bytes)
    try {
      openKnownBad(path, { key }).close()
      return 'opened'
    } catch (error) {
      if (!isUnusable(error)) throw error
      return 'refused'
    } finally {
      rmSync(path)
    }
  }
  assert.equal(open(whole), 'opened')
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= change
      return open(bytes) === 'refused'
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.nat(whole.length - 1), (length) => open(whole.subarray(0, length)) === 'refused'),
    { numRuns: 300 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 9_000 }), (bytes) => open(Buffer.from(bytes)) === 'refused'))
  // Signed by the right key, but of a shape that would reach outside of its bytes.
  for (const change of [
    { segmentLength: 3 },
    { segmentLength: 0 },
    { segmentCount: 0 },
    { segmentCount: 99_999_999 },
    { entries: -1 },
    { width: 8 },
    { sha256: 'ab' },
  ])
    assert.equal(
      open(writeKnownBad(3, [{ ...recent, part: { ...recent.part, ...change } as never }], signer)),
      'refused',
    )
  assert.throws(() => openKnownBad(folder, { key }), isUnusable)
  assert.throws(() => openKnownBad(join(folder, 'nowhere'), { key }), isUnusable)
})

test('the known good are found exactly, whatever the list looks like', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.uint8Array({ minLength: 32, maxLength: 32 }), { selector: String, maxLength: 60 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (some, stranger) => {
        const sorted = some.map((bytes) => Buffer.from(bytes)).sort(Buffer.compare)
        const path = put(writeKnownGood(1, [goodPartOf('sorted', Buffer.concat(sorted))], signer))
        const list = openKnownGood(path, { key })
        const found = sorted.every((hash) => list.has(hash))
        const isAccident = list.has(stranger) && !some.some((bytes) => Buffer.compare(bytes, stranger) === 0)
        list.close()
        rmSync(path)
        return found && !isAccident
      },
    ),
  )
  const many = [...entries].sort(Buffer.compare)
  const list = openKnownGood(put(writeKnownGood(7, [goodPartOf('sorted', Buffer.concat(many))], signer)), { key })
  assert.ok(many.every((hash) => list.has(hash)))
  assert.ok(later.every((hash) => !list.has(hash)))
  assert.throws(() => goodPartOf('sorted', Buffer.concat([many[1]!, many[0]!])), RangeError)
  assert.throws(
    () => openKnownBad(put(writeKnownGood(1, [goodPartOf('sorted', Buffer.concat(many))], signer)), { key }),
    isUnusable,
  )
})

test('a list of known good grows and shrinks by deltas, exactly, and a delta of another kind or of nobody changes nothing', () => {
  const sort = (hashes: readonly Buffer[]) => Buffer.concat(hashes.toSorted(Buffer.compare))
  const large = goodPartOf('sorted', sort(entries))
  const more = goodPartOf('sorted', sort(later))
  const [gone, alsoGone] = [entries[5]!, later[5]!]
  const without = goodPartOf('without', sort([gone, alsoGone]))
  const path = put(writeKnownGood(1, [large], signer))
  const second = put(writeKnownGood(2, [large, more, without], signer))
  const { note, parts } = readGoodParts(second, { key })
  const delta = writeDelta(1, new Set([large.part.sha256]), note, parts)
  assert.ok(delta.length < 40_000, `${delta.length} bytes`)
  assert.throws(() => applyDelta(path, delta, { key }), isUnusable)
  assert.throws(() => applyDelta(path, delta, { key: makeSigner(signer.name).key }, 'known-good'), isUnusable)
  assert.throws(() => applyDelta(path, delta.subarray(0, -1), { key }, 'known-good'), isUnusable)
  assert.equal(applyDelta(path, delta, { key }, 'known-good'), 2)
  assert.deepEqual(readFileSync(path), readFileSync(second))
  const list = openKnownGood(path, { key })
  assert.equal(list.entries, entries.length + later.length - 2)
  assert.deepEqual(
    [...entries, ...later].filter((hash) => !list.has(hash)),
    [gone, alsoGone],
  )
  list.close()
  assert.equal(replaceList(path, writeKnownGood(3, [], signer), { key, least: 2 }, 'known-good'), 3)
  assert.equal(openKnownGood(path, { key }).entries, 0)
})

test('hostile files: a list of known good with any byte changed is refused', () => {
  const whole = writeKnownGood(3, [goodPartOf('sorted', Buffer.concat(range(0, 40).toSorted(Buffer.compare)))], signer)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= change
      const path = put(bytes)
      assert.throws(() => openKnownGood(path, { key }), isUnusable)
      rmSync(path)
    }),
    { numRuns: 500 },
  )
})
