import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserName } from './browser-name.ts'

test('browsers that pretend to be another are called by their own name', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0'
  assert.equal(browserName(edge), 'Edge, Windows')
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile/15E148 Safari/604.1'
  assert.equal(browserName(phone), 'Chrome, iPhone')
  assert.equal(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox, Linux')
})

test('an unknown program is shown as it says it is, and not at any length', () => {
  assert.equal(browserName('vartio-agent/1.0'), 'vartio-agent/1.0')
  assert.equal(browserName('x'.repeat(500)).length, 40)
})
