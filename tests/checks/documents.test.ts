import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDependencies, checkDocuments } from '../../tools/check-documents.ts'
import { checkGenerated, generated } from '../../tools/check-generated.ts'
import { readPledges } from '../../tools/pledges.ts'
import type { Tree } from '../../tools/tree.ts'
import { found, plant } from './planted.ts'

const dependencies = '| `zod` | schemas |\n| `fastify` | http |\n'

const judge = (text: string, more: Record<string, string> = {}) =>
  found(checkDocuments(plant({ 'docs/dependencies.md': dependencies, 'docs/page.md': text, ...more })))

test('refuses a link that leads nowhere, or to a heading that is not there', () => {
  const other = { 'docs/other.md': '# Other page\n\n## What it says' }
  assert.deepEqual(judge('[other](other.md) [up](../package.json) [folder](../docs/)', other), [])
  assert.deepEqual(judge('[other](other.md#what-it-says)', other), [])
  assert.deepEqual(judge('[gone](gone.md)'), ['docs/page.md links'])
  assert.deepEqual(judge('![picture](pages/gone.png)'), ['docs/page.md links'])
  assert.deepEqual(judge('[other](other.md#elsewhere)', other), ['docs/page.md links'])
  assert.deepEqual(judge('`[not](a-link.md)` and [outside](https://example.org/x)'), [])
})

test('refuses a command that does not exist', () => {
  assert.deepEqual(judge('`npm start` and `npm test` and `npm ci`'), [])
  assert.deepEqual(judge('`npm run stat`'), ['docs/page.md commands'])
  assert.deepEqual(judge('```\nnpm begin\n```'), ['docs/page.md commands'])
  assert.deepEqual(judge('npm is a program'), [])
  const vartio = {
    'platform/supervisor/command.ts':
      "const commands = { start, backup: run, 'restore': run }\nconst other = { destroy: 1 }",
  }
  assert.deepEqual(judge('`./vartio backup` and `vartio restore`', vartio), [])
  assert.deepEqual(judge('`./vartio destroy`', vartio), ['docs/page.md commands'])
})

test('refuses a dependency without a reason, and a reason without a dependency', () => {
  const rules = (text: string) => found(checkDependencies(plant({ 'docs/dependencies.md': text })))
  assert.deepEqual(rules(dependencies), [])
  assert.deepEqual(rules('| `zod` | schemas |\n'), ['docs/dependencies.md dependencies'])
  assert.deepEqual(rules('| `zod` | |\n| `fastify` | http |\n'), ['docs/dependencies.md dependencies'])
  assert.deepEqual(rules(`${dependencies}| \`left-pad\` | pads |\n`), ['docs/dependencies.md dependencies'])
  assert.deepEqual(found(checkDependencies(plant())), ['docs/dependencies.md dependencies'])
})

test('refuses a generated document that is not what the code says', () => {
  const right = new Map(plant()) as Map<string, string>
  for (const [path, make] of Object.entries(generated)) right.set(path, make(right as Tree))
  assert.deepEqual(checkGenerated(right), [])
  for (const path of Object.keys(generated)) {
    const wrong = new Map(right)
    wrong.set(path, `${right.get(path) ?? ''}one sentence more\n`)
    assert.deepEqual(found(checkGenerated(wrong)), [`${path} generated`])
    wrong.delete(path)
    assert.deepEqual(found(checkGenerated(wrong)), [`${path} generated`])
  }
})

test('a clause is held by the test that names it, and a clause that does not exist is found', () => {
  const text =
    "test('ID-72 a session ends', () => {})\ntest('ID-999 nonsense', () => {})\n// test('ID-73 a comment', () => {})"
  const { held, unknown } = readPledges(plant({ 'portal/people/ask.test.ts': text }))
  assert.equal(held.length, 466)
  assert.deepEqual(
    held.filter(({ tests }) => tests.length > 0).map(({ clause }) => clause),
    ['ID-72'],
  )
  assert.deepEqual(
    unknown.map(({ clause }) => clause),
    ['ID-999'],
  )
})
