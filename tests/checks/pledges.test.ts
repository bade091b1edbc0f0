import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { registry } from '#privacy/pledges'
import { everyClause } from '../../tools/clauses.ts'
import { listTests } from '../../tools/pledges.ts'
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
