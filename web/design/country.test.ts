import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayCountry } from './country.ts'

test('a country is called as people call it, and what is none stays as it was written', () => {
  assert.equal(sayCountry('FI', 'fi'), 'Suomi (FI)')
  assert.equal(sayCountry('SE', 'en'), 'Sweden (SE)')
  for (const wrong of ['', 'fi', 'Suomi', 'QQ']) assert.equal(sayCountry(wrong, 'fi'), wrong)
})
