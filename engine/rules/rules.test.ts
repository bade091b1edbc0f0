import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileRules, type RuleSet, readRuleFiles, testFiles, testRules } from '#engine/rules'
import { gateOf, parseRules } from './parse.ts'

const none = { filename: '', filepath: '', extension: '', filetype: '', owner: '' }
const setOf = (text: string, more: Partial<RuleSet> = {}): RuleSet => ({
  name: 'trial',
  licence: 'MIT',
  files: [{ name: 'trial.yar', text }],
  isRealTime: true,
  ...more,
})
const find = async (text: string, content: string, externals = none) => {
  const rules = await compileRules([setOf(text)])
  const found = rules.scan(Buffer.from(content, 'latin1'), 'data', externals).map(({ rule }) => rule)
  rules.close()
  return { found, skipped: rules.skipped.map(({ rule, why }) => `${rule}: ${why}`) }
}

test('a broken rule is left out by name, with those that name it, and its neighbours still find', async () => {
  const { found, skipped } = await find(
    `import "nosuch" import "pe"
     rule a { condition: true }
     rule broken { condition: $missing }
     rule needs_it { condition: broken and true }
     rule regex { strings: $a = /a{0,2/ condition: $a }
     rule module { condition: nosuch.x }
     rule z { condition: filesize > 0 and not pe.is_pe }`,
    'x',
  )
  assert.deepEqual(found.sort(), ['a', 'z'])
  assert.deepEqual(skipped.map((one) => one.split(':')[0]).sort(), ['broken', 'module', 'needs_it', 'regex'])
})

test('a file that includes others, or holds no rule, is told', async () => {
  const rules = await compileRules([setOf('include "other.yar"'), setOf('no rules here')])
  assert.deepEqual(
    rules.skipped.map(({ file, why }) => `${file} ${why}`),
    ['trial.yar includes other files; give those instead', 'trial.yar holds no rule'],
  )
  assert.deepEqual(rules.scan(Buffer.from('x'), 'data', none), [])
})

test('a rule under another licence than its set is dropped, a rule of the set names its author', async () => {
  const text = `
    rule ours { meta: author = "A. Writer" license = "Detection Rule License 1.1 https://example.org" condition: true }
    rule silent { condition: true }
    rule theirs { meta: license = "CC BY-NC 4.0" condition: true }`
  const rules = await compileRules([setOf(text, { licence: 'DRL-1.1', author: 'The set' })])
  assert.deepEqual(rules.scan(Buffer.from('x'), 'data', none), [
    { rule: 'ours', ruleSet: 'trial', author: 'A. Writer', licence: 'DRL-1.1' },
    { rule: 'silent', ruleSet: 'trial', author: 'The set', licence: 'DRL-1.1' },
  ])
  assert.deepEqual(rules.skipped, [
    { ruleSet: 'trial', file: 'trial.yar', rule: 'theirs', why: 'states another licence than its set' },
  ])
})

test('two sets may use the same names, and a global rule decides only over its own file', async () => {
  const rules = await compileRules([
    setOf('rule same { condition: true }'),
    setOf('rule same { condition: true }', { name: 'second' }),
    setOf('global rule never { condition: false } rule hidden { condition: true }', { name: 'third' }),
  ])
  assert.deepEqual(
    rules.scan(Buffer.from('x'), 'data', none).map(({ rule, ruleSet }) => `${ruleSet}/${rule}`),
    ['trial/same', 'second/same'],
  )
})

test('externals reach the rules, also names that look like numbers and truths', async () => {
  const text = 'rule named { condition: filename contains "1" or extension == ".exe" }'
  assert.deepEqual((await find(text, 'x', { ...none, extension: '.exe' })).found, ['named'])
  assert.deepEqual((await find(text, 'x', { ...none, filename: '123' })).found, ['named'])
  assert.deepEqual((await find(text, 'x', { ...none, filename: 'true' })).found, [])
})

test('a rule is kept from files it cannot match, and from no other', async () => {
  const gate = (text: string) => gateOf(parseRules(`rule x { condition: ${text} }`).rules[0]?.condition ?? [])
  assert.equal(gate('uint16(0) == 0x5A4D and filesize > 1'), 'pe')
  assert.equal(gate('filesize > 1 and uint32(0) == 0x464c457f'), 'elf')
  assert.equal(gate('uint16(0) == 0x5A4D and (true or false)'), 'pe')
  for (const text of [
    'uint16(0) == 0x5A4D or filesize > 1',
    'not uint16(0) == 0x5A4D and filesize > 1',
    '(uint16(0) == 0x5A4D or true) and filesize > 1',
    'uint16(0) == 0x5A4D and filesize > 1 or true',
    'for any i in (1..2) : (uint16(0) == 0x5A4D and i > 0)',
  ])
    assert.equal(gate(text), undefined, text)
  const { found } = await find('rule pe { condition: uint16(0) == 0x5A4D and filesize > 1 }', 'MZ.')
  assert.deepEqual(found, ['pe'])
})

test('a rule that asks a module finds the same when its patterns are looked for first', async () => {
  const text = `import "elf"
    rule program { strings: $a = "vartio-mark" $b = "other" condition: $a and elf.type == elf.ET_EXEC and not $b }
    rule either { strings: $a = "vartio-mark" $b = "other" condition: ($a or $b) and elf.number_of_sections > 3 and filesize != 7 }
    rule choice { strings: $a = "vartio-mark" condition: $a and elf.type == elf.ET_DYN or $a and elf.type == elf.ET_EXEC }`
  const plain = text.replaceAll(
    /rule (\w+) \{ strings: (.*?) condition: (.*?) \}/g,
    'rule $1 { strings: $2 condition: ($3) or false }',
  )
  const shell = readFileSync('/bin/sh')
  for (const mark of ['', 'vartio-mark', 'other', 'vartio-mark other'])
    for (const content of [Buffer.concat([shell, Buffer.from(mark)]), Buffer.from(mark)])
      assert.deepEqual(
        (await find(text, content.toString('latin1'))).found.sort(),
        (await find(plain, content.toString('latin1'))).found.sort(),
      )
  const marked = Buffer.concat([shell, Buffer.from('vartio-mark')]).toString('latin1')
  assert.deepEqual((await find(text, marked)).found.sort(), ['choice', 'either'])
})

test('rules are told apart whatever their strings, comments and expressions hold', () => {
  const { rules } = parseRules(String.raw`
    /* rule not_one { */ // rule nor_this {
    private rule first : tag { strings: $a = "} rule x { \" }" $b = /[{}"\/]}/i $c = { 4D 5A [2-4] ?? } condition: all of them }
    rule second { meta: author = "A" author = "B" n = -1 condition: #c > 2 and first }`)
  assert.deepEqual(
    rules.map(({ name, meta }) => [name, meta]),
    [
      ['first', {}],
      ['second', { author: 'A, B', n: '1' }],
    ],
  )
})

test('the small size leaves out sets that are not for it and rules for Windows programs', async () => {
  const small = await compileRules(
    [testRules(), setOf('rule slow { condition: true }', { isRealTime: false })],
    'real-time',
  )
  assert.deepEqual(
    small.sets.map(({ name, rules }) => [name, rules]),
    [
      ['vartio-test', 5],
      ['trial', 0],
    ],
  )
  const pe = testFiles().find(({ rule }) => rule === 'Vartio_Test_Pe')?.content ?? Buffer.alloc(0)
  assert.deepEqual(small.scan(pe, 'pe', none), [])
})

test('rule files are read from a folder and the folders in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-rules-'))
  mkdirSync(join(folder, 'more'))
  writeFileSync(join(folder, 'more', 'b.yara'), 'rule b { condition: true }')
  writeFileSync(join(folder, 'a.yar'), 'rule a { condition: true }')
  writeFileSync(join(folder, 'readme.txt'), 'no rule')
  assert.deepEqual(
    readRuleFiles(folder).map(({ name }) => name),
    ['a.yar', 'more/b.yara'],
  )
  rmSync(folder, { recursive: true })
})
