import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { registry } from '#privacy/pledges'
import { everyClause } from '../../tools/clauses.ts'
import { listTests, openBecause, standings } from '../../tools/pledges.ts'
import { readTree, root } from '../../tools/tree.ts'

test('every pledge names clauses that exist, a sentence in both languages, and an id of its own', () => {
  assert.equal(new Set(registry.map(({ id }) => id)).size, registry.length)
  for (const { id, clauses, says, how } of registry) {
    assert.ok(clauses.length > 0, id)
    for (const clause of clauses) assert.ok(everyClause.includes(clause), `${id}: there is no clause ${clause}`)
    for (const text of [says.fi, says.en, how.fi, how.en]) assert.ok(text.length > 5, id)
  }
})

test('every test that keeps a pledge exists under that name, and names a clause of it', () => {
  const tests = listTests(readTree())
  for (const { id, clauses, kept } of registry) {
    if (kept.kind !== 'tested') continue
    const found = tests.some(({ path, name }) => path === kept.path && name === kept.name)
    assert.ok(found, `${id}: ${kept.path} has no test “${kept.name}”`)
    assert.ok(
      clauses.some((clause) => kept.name.includes(clause)),
      `${id}: its test names none of its clauses`,
    )
  }
})

test('every check that keeps a pledge is one of npm run check', () => {
  const source = readFileSync(join(root, 'tools', 'check.ts'), 'utf8')
  for (const { id, kept } of registry)
    if (kept.kind === 'built in')
      assert.match(
        source,
        new RegExp(`^    '?${kept.check}'?: (violations|command)\\(`, 'm'),
        `${id}: there is no check ${kept.check}`,
      )
})

test('a clause stands by the strongest that holds it, and what nothing holds is open', () => {
  const all = standings(readTree())
  const wayOf = (clause: string) => all.find((one) => one.clause === clause)?.way
  assert.equal(all.length, 466)
  assert.deepEqual(['RT-22', 'ID-72', 'VPN-01'].map(wayOf), ['measured', 'tested', 'open'])
})

test('a release is refused for what is not measured as kept, not tested any more, or declared by nobody now', () => {
  const words = { fi: 'Lause', en: 'Sentence' }
  const pledge = (kept: (typeof registry)[number]['kept']) => ({
    id: 'x',
    clauses: ['RT-22'],
    says: words,
    how: words,
    kept,
  })
  const measured = pledge({ kind: 'measured', proofs: ['portal/test.one'] })
  const live = (state: string) => new Map([['x', { state, figure: 0, limit: 0, unit: 'rows' }]])
  assert.equal(openBecause(measured, live('kept'), []), undefined)
  for (const one of [undefined, live('broken'), live('unknown')]) assert.ok(openBecause(measured, one, []))
  const tested = pledge({ kind: 'tested', path: 'a.test.ts', name: 'RT-22 a' })
  assert.equal(openBecause(tested, undefined, [{ path: 'a.test.ts', name: 'RT-22 a' }]), undefined)
  assert.ok(openBecause(tested, undefined, []))
  const declared = pledge({ kind: 'declared' })
  assert.equal(openBecause(declared, live('kept'), []), undefined)
  for (const one of [undefined, live('unknown')]) assert.ok(openBecause(declared, one, []))
})
