import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { covers } from './exclusions.ts'

test('a path that is let through covers what it says: a folder, or what its stars may be', () => {
  const cases: [pattern: string, path: string, is: boolean][] = [
    ['/srv/a', '/srv/a', true],
    ['/srv/a', '/srv/a/b/c', true],
    ['/srv/a', '/srv/ab', false],
    ['/srv/a/**', '/srv/a/b/c.com', true],
    ['/srv/a/**', '/srv/a', false],
    ['/srv/a/*', '/srv/a/b.com', true],
    ['/srv/a/*', '/srv/a/b/c.com', false],
    ['/srv/*/build/*.o', '/srv/x/build/a.o', true],
    ['/srv/*/build/*.o', '/srv/x/y/build/a.o', false],
    ['/srv/**/build/*.o', '/srv/x/y/build/a.o', true],
    ['/srv/a?.bin', '/srv/ab.bin', true],
    ['/srv/a?.bin', '/srv/a/.bin', false],
    // A dot, a bracket and the like are themselves.
    ['/srv/[ab]*.c', '/srv/a.c', false],
    ['/srv/[ab]*.c', '/srv/[ab]x.c', true],
  ]
  for (const [pattern, path, is] of cases) assert.equal(covers(pattern, path), is, `${pattern} ${path}`)
})

test('it answers as an expression of the same meaning does', () => {
  const letters = (...of: string[]) => fc.array(fc.constantFrom(...of), { maxLength: 9 }).map((all) => all.join(''))
  const meaning: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '[^/]' }
  fc.assert(
    fc.property(letters('a', 'b', '/', '*', '**', '?'), letters('a', 'b', '/'), (rest, path) => {
      const pattern = `/*${rest}`
      const same = new RegExp(`^${pattern.replace(/\*\*|\*|\?/g, (star) => meaning[star] ?? star)}$`, 's')
      assert.equal(covers(pattern, `/${path}`), same.test(`/${path}`))
    }),
    { numRuns: 2_000 },
  )
})

test('the worst pattern on the longest path is answered at once', () => {
  const began = performance.now()
  assert.equal(covers(`/${'**a'.repeat(330)}`, `/${'a'.repeat(4_000)}b`), false)
  assert.ok(performance.now() - began < 2_000)
})
