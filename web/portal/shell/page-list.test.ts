import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pages } from './page-list.ts'

test('no two pages have the same keys: the second would be opened by none', () => {
  const keys = pages.map((page) => page.keys)
  assert.deepEqual(
    keys.filter((key, at) => keys.indexOf(key) !== at),
    [],
  )
  for (const key of keys) assert.match(key, /^g [a-z0-9]$/)
})
