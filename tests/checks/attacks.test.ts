import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classes, readAttacks, sections } from '../../tools/attacks.ts'
import { listTests } from '../../tools/pledges.ts'
import { readTree } from '../../tools/tree.ts'

test('every section of RFC 9700 and every class of attacks has a test that says so, and no test names a section that is not there', () => {
  const held = readAttacks(listTests(readTree()))
  assert.deepEqual(
    [...held].filter(([, tests]) => tests.length === 0).map(([one]) => one),
    [],
  )
  assert.deepEqual(
    [...held.keys()].filter((one) => !(one in sections) && !classes.some((known) => known === one)),
    [],
  )
})

test('a section is held by a test that names it, and by none that names a part of it or something else', () => {
  const held = readAttacks([
    { name: 'RFC 9700 2.1 4.4 mix-up: x', path: 'a' },
    { name: 'RFC 9700 2.1.1 x', path: 'b' },
    { name: 'RFC 9700 §4.7 login CSRF', path: 'c' },
    { name: 'RFC 9700 9.9 x', path: 'd' },
  ])
  const pathsOf = (one: string) => held.get(one)?.map(({ path }) => path)
  assert.deepEqual(['2.1', '2.1.1', '4.4', '4.7', '9.9', 'mix-up', 'login CSRF'].map(pathsOf), [
    ['a'],
    ['b'],
    ['a'],
    [],
    ['d'],
    ['a'],
    ['c'],
  ])
})
