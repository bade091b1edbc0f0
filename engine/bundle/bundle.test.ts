import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '#base/errors'
import { describeNoteKey } from '#base/signed-note'
import {
  type About,
  mergeCompiled,
  packBundle,
  readBundle,
  readCompiled,
  signedAs,
  writeBundle,
  writeCompiled,
} from '#engine/bundle'
import { compileRules, loadRules, prepareRules, type RuleSet, testFiles, testRules } from '#engine/rules'
import { cutText } from './compiled.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const keys = [describeNoteKey(signedAs, createPublicKey(privateKey))]
const others = [describeNoteKey(signedAs, generateKeyPairSync('ed25519').publicKey)]
const about: About = {
  kind: 'compiled',
  set: 'trial',
  version: 7,
  licence: 'MIT',
  author: 'Å. Writer',
  isRealTime: true,
  rules: 2,
}
const none = { filename: '', filepath: '', extension: '', filetype: '', owner: '' }
const setOf = (name: string, text: string, isRealTime = true): RuleSet => ({
  name,
  licence: 'MIT',
  files: [{ name: `${name}.yar`, text }],
  isRealTime,
})
const refusal = (error: unknown) => error instanceof AppError && error.code === 'bundle.unusable'

test('what was prepared is what comes out of a bundle, and finds the same', async () => {
  const prepared = prepareRules([testRules()])
  const file = packBundle(writeBundle({ ...about, set: 'vartio-test' }, writeCompiled(prepared), privateKey))
  const { about: told, parts } = readBundle(file, keys)
  assert.equal(told.set, 'vartio-test')
  const rules = await loadRules(mergeCompiled([{ rules: readCompiled(parts), isRealTime: true }], 'whole'))
  const plain = await compileRules([testRules()])
  for (const { content } of testFiles())
    assert.deepEqual(rules.scan(content, 'data', none), plain.scan(content, 'data', none))
})

test('several sets become one: same names, modules, screens, global rules and sizes as when read together', async () => {
  const elf = (name: string) => `import "elf" rule ${name} { strings: $a = "mark" condition: $a and elf.type == 2 }`
  const sets = [
    setOf('one', `${elf('same')} rule only_one { strings: $a = "first" condition: $a }`),
    setOf('two', `${elf('same')} rule pe { condition: uint16(0) == 0x5A4D and filesize > 1 }`),
    setOf('three', 'global rule never { condition: false } rule hidden { condition: true }'),
    setOf('slow', 'rule constructor { condition: true }', false),
  ]
  for (const size of ['whole', 'real-time'] as const) {
    const bundles = sets.map((set) => ({
      rules: readCompiled(writeCompiled(prepareRules([set]))),
      isRealTime: set.isRealTime,
    }))
    const merged = await loadRules(mergeCompiled(bundles, size))
    const together = await compileRules(sets, size)
    const elfFile = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9), Buffer.from('\x02\0mark')])
    for (const content of [Buffer.from('first'), Buffer.from('MZ.first'), elfFile, Buffer.from('mark')])
      assert.deepEqual(
        merged
          .scan(content, 'data', none)
          .map(({ rule, ruleSet }) => `${ruleSet}/${rule}`)
          .sort(),
        together
          .scan(content, 'data', none)
          .map(({ rule, ruleSet }) => `${ruleSet}/${rule}`)
          .sort(),
        `${size} ${content.toString('latin1')}`,
      )
  }
})

test('a new version shares all parts with the old one but those that changed', () => {
  const rule = (n: number, extra = '') => `rule r${n} { strings: $a = "text number ${n * 7919}${extra}" condition: $a }`
  const text = (changed: number) =>
    Array.from({ length: 4_000 }, (_, n) => rule(n, n === changed ? ' changed' : '')).join('\n')
  const [before, after] = [-1, 2_000].map((changed) =>
    writeCompiled(prepareRules([setOf('trial', text(changed))])).map((part) => part.toString('base64')),
  )
  assert.ok(before && after && before.length > 10)
  const known = new Set(before)
  assert.ok(after.filter((part) => !known.has(part)).length <= 2)
})

test('pieces of a text are the text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3_000 }), { maxLength: 60 }), (lines) => {
      const text = Buffer.from(lines.join('\n'))
      assert.ok(Buffer.concat(cutText(text)).equals(text))
    }),
    { numRuns: 200 },
  )
  const long = Buffer.alloc(3 * 1024 * 1024, 'x')
  assert.deepEqual(
    cutText(long).map(({ length }) => length),
    [1_048_576, 1_048_576, 1_048_576],
  )
})

test('a bundle of another key, or with any byte changed, is refused whole', () => {
  const file = packBundle(writeBundle(about, [Buffer.from('one part'), Buffer.from('another')], privateKey))
  assert.throws(() => readBundle(file, others), refusal)
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(file)
      changed[at] = (changed[at] as number) ^ change
      assert.throws(() => readBundle(changed, keys), refusal)
    }),
    { numRuns: 1_000 },
  )
  for (const wrong of [file.subarray(0, -1), Buffer.concat([file, Buffer.from('x')]), Buffer.alloc(0)])
    assert.throws(() => readBundle(wrong, keys), refusal)
})

test('whatever bytes come, a bundle or its rules are read or refused, and nothing else happens', () => {
  const head = Buffer.from('VARTIOR1')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isHeaded) => {
      const file = isHeaded ? Buffer.concat([head, bytes]) : Buffer.from(bytes)
      assert.throws(() => readBundle(file, 'kept'), refusal)
      assert.throws(() => readCompiled([file]), refusal)
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const line = JSON.stringify({ ...about, ...(value as object) })
      const file = packBundle(writeBundle(JSON.parse(line), [], privateKey))
      try {
        assert.equal(typeof readBundle(file, keys).about.version, 'number')
      } catch (error) {
        assert.ok(refusal(error))
      }
    }),
    { numRuns: 500 },
  )
})

test('what unpacks to more than its limit is refused, and never held', () => {
  const { deflateRawSync } = process.getBuiltinModule('node:zlib')
  const bomb = deflateRawSync(Buffer.alloc(65 * 1024 * 1024))
  assert.throws(() => readCompiled([bomb]), refusal)
})
