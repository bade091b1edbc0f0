import assert from 'node:assert/strict'
import { test } from 'node:test'
import { terminalLanguages } from './this-machine.ts'

test('a terminal is spoken to in its language, then in that of the machine, and in both where neither is known', () => {
  assert.deepEqual(terminalLanguages({ LANG: 'fi_FI.UTF-8' }, 'en_GB.UTF-8'), ['fi'])
  assert.deepEqual(terminalLanguages({ LANG: 'fi_FI.UTF-8', LC_ALL: 'en_GB.UTF-8' }, ''), ['en'])
  assert.deepEqual(terminalLanguages({ LANG: 'C.UTF-8' }, 'en_US.UTF-8'), ['en'])
  for (const LANG of ['C', 'sv_FI.UTF-8', 'fil_PH', 'end', undefined])
    assert.deepEqual(terminalLanguages({ LANG }, ''), ['fi', 'en'], LANG)
})
