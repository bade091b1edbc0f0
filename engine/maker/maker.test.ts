import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '#base/errors'
import { writeZip } from '#base/zip'
import { mergeCompiled, readCompiled } from '#engine/bundle'
import { makeRules } from '#engine/maker'
import { loadRules } from '#engine/rules'

const folder = mkdtempSync(join(tmpdir(), 'vartio-maker-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const clean = join(folder, 'clean')
mkdirSync(clean)
const order = { set: 'trial', licence: 'MIT', isRealTime: true, roots: [clean] }
const zipOf = (entries: readonly { name: string; content: string | Buffer }[]) =>
  writeZip(
    entries.map(({ name, content }) => ({ name, content: Buffer.from(content as string) })),
    new Date(0),
  )
const isRoot = process.getuid?.() === 0
const rule = (name: string, text: string) => `rule ${name} { strings: $a = "${text}" condition: $a }`
const none = { filename: '', filepath: '', extension: '', filetype: '', owner: '' }

test('an archive becomes rules that find; a broken one is told by name', async () => {
  const zip = zipOf([
    { name: 'set/good.yar', content: rule('good', 'bad content') },
    { name: 'set/broken.yar', content: 'rule broken { condition: nothing_of_that_name }' },
    { name: 'set/LICENSE', content: 'a licence' },
  ])
  const { rules, skipped, parts } = await makeRules(order, zip)
  assert.equal(rules, 1)
  assert.deepEqual(
    skipped.map(({ file, rule }) => `${file} ${rule}`),
    ['set/broken.yar broken'],
  )
  const loaded = await loadRules(mergeCompiled([{ rules: readCompiled(parts), isRealTime: true }], 'whole'))
  assert.deepEqual(
    loaded.scan(Buffer.from('bad content'), 'data', none).map((match) => match.rule),
    ['good'],
  )
})

test('a rule that finds a clean file of this machine is left out by name, and the others stay', {
  skip: !isRoot && process.env.CI !== 'true' && 'only files of root count as clean',
}, async () => {
  writeFileSync(join(clean, 'program'), 'a clean program with common words', { mode: 0o755 })
  const text = `${rule('too_broad', 'common words')} ${rule('good', 'bad content')}`
  const { rules, skipped, tried } = await makeRules(order, Buffer.from(text))
  assert.equal(rules, 1)
  assert.deepEqual(tried.falseAlarms, [{ rule: 'too_broad', files: 1, example: join(clean, 'program') }])
  assert.deepEqual(
    skipped.map(({ rule, why }) => `${rule}: ${why}`),
    ['too_broad: finds what is clean'],
  )
  await assert.rejects(makeRules(order, Buffer.from(rule('too_broad', 'common words'))), {
    code: 'rules.all_find_clean',
  })
})

test('what is no rule set is refused by a code, whatever it is', async () => {
  const failsWith = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
  await assert.rejects(makeRules(order, zipOf([{ name: 'a.txt', content: 'x' }])), failsWith('rules.not_unpacked'))
  await assert.rejects(makeRules(order, Buffer.from('no rules at all')), failsWith('rules.none'))
  const cut = zipOf([{ name: 'a.yar', content: rule('good', 'x'.repeat(500)) }]).subarray(0, -30)
  await assert.rejects(makeRules(order, cut), failsWith('rules.not_unpacked'))
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 500 }),
      fc.constantFrom('', 'PK\x03\x04', '\x1f\x8b\x08', 'rule x {'),
      async (bytes, head) => {
        await makeRules(order, Buffer.concat([Buffer.from(head, 'latin1'), bytes])).catch((error: unknown) =>
          assert.ok(error instanceof AppError && error.code.startsWith('rules.'), String(error)),
        )
      },
    ),
    { numRuns: 150 },
  )
})

const root = join(import.meta.dirname, '..', '..')
const [shared = join(root, '..', 'shared', 'data', 'yara')] = ['..', join('..', '..')]
  .map((up) => join(root, up, 'shared', 'data', 'yara'))
  .filter((path) => existsSync(path))
test('a published set of 1,204 rules becomes rules within its limits', {
  skip: !existsSync(shared) && 'the public rules are not beside the project',
}, async () => {
  const files = readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yara'))
  const zip = zipOf(files.map((path) => ({ name: path, content: readFileSync(join(shared, path)) })))
  const { rules, skippedCount, parts } = await makeRules({ ...order, set: 'reversinglabs' }, zip)
  assert.ok(rules > 1_190, `${rules} rules, ${skippedCount} left out`)
  assert.ok(parts.reduce((sum, { length }) => sum + length, 0) < 2_000_000)
})
