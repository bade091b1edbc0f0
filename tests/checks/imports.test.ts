import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkImports, checkUses, resolveImport } from '../../tools/check-imports.ts'
import { readCode } from '../../tools/code.ts'
import { areasOf, usesOf } from '../../tools/places.ts'
import { found, plant } from './planted.ts'

const judge = (path: string, text: string) => found(checkImports(plant({ [path]: text })))

test('a house in which everything is right passes', () => {
  assert.deepEqual(checkImports(plant()), [])
})

const forbidden: Record<string, [path: string, text: string]> = {
  'a deep import by path': ['identity/passkeys/make.ts', "import { find } from '../people/find.ts'"],
  'a door by path': ['identity/passkeys/make.ts', "import { find } from '../people/index.ts'"],
  'a deep import through a door pattern': ['identity/passkeys/make.ts', "import { find } from '#identity/people/find'"],
  'an area that may not be used': ['identity/services/list.ts', "import { find } from '#identity/people'"],
  'an area that is built later': ['identity/people/late.ts', "import { make } from '#identity/passkeys'"],
  'another program': ['portal/people/ask.ts', "import { find } from '#identity/people'"],
  'another program by type only': ['portal/people/ask.ts', "import type { Person } from '#identity/people'"],
  'another program by an exported name': ['portal/people/ask.ts', "export { find } from '#identity/people'"],
  'another program by everything exported': ['portal/people/ask.ts', "export * from '#identity/people'"],
  'another program at run time': ['portal/people/ask.ts', "const people = await import('#identity/people')"],
  'another program in a type': ['portal/people/ask.ts', "type Person = import('#identity/people').Person"],
  'another program by require': ['portal/people/ask.ts', "const people = require('#identity/people')"],
  'another program by import.meta.resolve': ['portal/people/ask.ts', "import.meta.resolve('#identity/people')"],
  'a specifier put together at run time': ['portal/people/ask.ts', "await import('#identity/' + 'people')"],
  'the schemas of a program that may not be called': [
    'identity/people/ask.ts',
    "import { a } from '#portal/audit/api'",
  ],
  'a program from the platform': ['platform/server/deep.ts', "import { find } from '#identity/people'"],
  'the server floor from base': ['platform/base/deep.ts', "import { route } from '#server/routes'"],
  'the server floor from a device': ['agent/connection/ask.ts', "import { route } from '#server/routes'"],
  'another program from a device': ['agent/connection/ask.ts', "import { record } from '#portal/audit'"],
  'the tables from base': ['platform/base/deep.ts', "import { programs } from '#architecture'"],
  'the supervisor from the server floor': ['platform/server/deep.ts', "import { start } from '#supervisor/start'"],
  'an area from the pages': ['web/portal/page.tsx', "import { record } from '#portal/audit'"],
  'the platform from the pages': ['web/portal/page.tsx', "import { Log } from '#base/log'"],
  'Node from the pages': ['web/portal/page.tsx', "import { readFile } from 'node:fs/promises'"],
  'one app from another': ['web/account/page.tsx', "import { App } from '../portal/main.tsx'"],
  'an app from the design': ['web/design/frame.tsx', "import { App } from '../portal/main.tsx'"],
  'tests from the product': ['portal/people/ask.ts', "import { plant } from '../../tests/checks/planted.ts'"],
  'a development package in the product': ['portal/people/ask.ts', "import fc from 'fast-check'"],
  'a package nobody declared': ['portal/people/ask.ts', "import left from '@left/pad'"],
  'a door that is not there': ['identity/oidc/ask.ts', "import { x } from '#identity/services'"],
  'a library that would reach the browser': ['portal/audit/api.ts', "import fastify from 'fastify'"],
  'a file that does not parse': ['portal/people/ask.ts', 'import { from'],
}

for (const [what, [path, text]] of Object.entries(forbidden)) {
  test(`refuses ${what}`, () => {
    const violations = judge(path, text)
    assert.equal(violations.length, 1, JSON.stringify(violations))
    assert.ok(violations[0]?.startsWith(path))
  })
}

test('what would reach the browser is followed through files inside the area', () => {
  const tree = plant({
    'portal/audit/api.ts': "import { names } from './names.ts'",
    'portal/audit/names.ts': "import { readFileSync } from 'node:fs'",
  })
  assert.deepEqual(found(checkImports(tree)), ['portal/audit/names.ts api'])
})

test('a use of the tables that nobody makes is found, once the program is there', () => {
  assert.deepEqual(checkUses(plant()), [])
  const planted = plant({ 'identity/main.ts': '' })
  const unmade = checkUses(planted).map(({ what }) => what)
  const all = areasOf('identity').flatMap((area) =>
    Object.keys(usesOf('identity', area)).map((used) => `identity/${area} does not use ${used}: take it out`),
  )
  // The small house makes one of them.
  assert.deepEqual(
    unmade,
    all.filter((what) => !what.startsWith('identity/passkeys does not use people')),
  )
  assert.equal(unmade.length, all.length - 1)
})

test('allows the declared door, the schemas of a callee, and tests their support', () => {
  for (const [path, text] of [
    ['identity/passkeys/make.ts', "import { find } from '#identity/people'"],
    ['portal/people/ask.ts', "import { person } from '#identity/people/api'"],
    ['portal/people/ask.test.ts', "import fc from 'fast-check'"],
    ['platform/server/deep.ts', "import { calls } from '#architecture'"],
    ['web/portal/page.tsx', "import { Button } from '../design/button.tsx'"],
  ] as const)
    assert.deepEqual(judge(path, text), [], text)
})

test('a comment, a string or a page’s text that looks like an import is none', () => {
  const text = [
    "// import { find } from '#identity/people'",
    "/* export * from '../../identity/people/find.ts' */",
    'const text = "import { find } from \'#identity/people\'"',
    "const template = `import('#identity/people')`",
    'const pattern = /import ".*"/',
    "const page = <p>import it from '#identity/people', don't {text}</p>",
  ].join('\n')
  assert.deepEqual(judge('portal/people/ask.tsx', text), [])
})

test('an import is found whatever stands around it', () => {
  const around = fc.constantFrom(
    '',
    '// a comment\n',
    '/* one */ ',
    "const a = '`'\n",
    'const b = `${`nested ${1}`}`\n',
    'const c = 4 / 2 / 1\n',
    'const d = /["\'`]/.test("x")\n',
    'const e = "\\""\n',
  )
  fc.assert(
    fc.property(fc.array(around), fc.array(around), (before, after) => {
      const text = `${before.map((line) => `{ ${line} }`).join('\n')}\nimport { x } from '#identity/people'\n${after.map((line) => `{ ${line} }`).join('\n')}`
      const { codes } = readCode(plant({ 'portal/people/ask.ts': text }))
      const imports = codes.find(({ path }) => path === 'portal/people/ask.ts')?.imports
      assert.deepEqual(
        imports?.map(({ specifier }) => specifier),
        ['#identity/people'],
      )
    }),
  )
})

test('a specifier is resolved as Node resolves it: the longest pattern wins', () => {
  const imports = { '#a/*': './a/*/index.ts', '#a/*/api': './a/*/api.ts', '#a': './a.ts' }
  assert.equal(resolveImport(imports, 'x.ts', '#a/b/api'), 'a/b/api.ts')
  assert.equal(resolveImport(imports, 'x.ts', '#a/b'), 'a/b/index.ts')
  assert.equal(resolveImport(imports, 'x.ts', '#a'), 'a.ts')
  assert.equal(resolveImport(imports, 'x/y.ts', '../a.ts'), 'a.ts')
  assert.equal(resolveImport(imports, 'x.ts', 'zod'), undefined)
})
