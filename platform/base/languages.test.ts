import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseLanguage } from './languages.ts'

test('the language a browser asks for is chosen, Finnish where it asks for none of ours', () => {
  const wanted: [string | undefined, string][] = [
    [undefined, 'fi'],
    ['', 'fi'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['sv,en;q=0.5,fi;q=0.7', 'fi'],
    ['fi;q=0.1, en;q=0.2', 'en'],
    ['en;q=0', 'fi'],
    ['de,*;q=0.5', 'fi'],
    ['EN-us', 'en'],
    ['english', 'fi'],
    ['en;q=high', 'en'],
  ]
  for (const [header, language] of wanted) assert.equal(chooseLanguage(header), language, header)
})

test('no header makes it throw or take long', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => ['fi', 'en'].includes(chooseLanguage(header))))
  const startedAt = performance.now()
  chooseLanguage(`${'en;q=0.0000000000'.repeat(100_000)},`)
  chooseLanguage(' '.repeat(1_000_000))
  // A header that made it go back and forth would take minutes.
  assert.ok(performance.now() - startedAt < 2_000)
})
