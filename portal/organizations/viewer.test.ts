import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isWholePath } from './api.ts'
import { maskPath } from './viewer.ts'

const canary = 'kanarialintu'
const at = (...names: string[]) => names.join('/')

test('A-37 the part of a path that names a person is hidden, wherever homes lie, and nothing else is', () => {
  const named = [
    ['', 'home', canary, 'x'],
    ['', 'home', canary],
    ['', 'srv', 'home', canary, 'x'],
    ['', 'var', 'home', canary, 'x'],
    ['', 'export', 'home', canary, 'x'],
    ['', 'home', 'EXAMPLE', canary, 'x'],
    ['', 'home', 'example.fi', canary, 'x'],
    ['', 'home', '', canary, 'x'],
    ['', 'home', canary, 'home', canary, 'x'],
    ['', 'home', `${canary}*`, '**'],
    ['', 'proc', '1', 'root', 'home', canary, 'x'],
    ['', 'Users', canary, 'x'],
    ['', 'media', canary, 'TIKKU', 'x'],
    ['', 'run', 'media', canary, 'TIKKU', 'x'],
    ['', 'var', 'mail', canary],
    ['', 'var', 'spool', 'mail', canary],
    ['', 'var', 'spool', 'cron', 'crontabs', canary],
    // Within a container.
    ['home', canary, 'x'],
    [['C:', 'Users', canary, 'x'].join('\\')],
  ]
  for (const names of named) {
    const masked = maskPath(at(...names))
    assert.ok(!masked.includes(canary), masked)
    assert.ok(masked.includes('…') && (names.includes('x') ? masked.endsWith('x') : true), masked)
  }
  assert.equal(
    maskPath(at('', 'home', canary, 'Lataukset', 'lasku.zip')),
    at('', 'home', '…', 'Lataukset', 'lasku.zip'),
  )
  for (const path of [
    '/usr/bin/curl',
    '/srv/jako/x',
    '/home',
    '/home/',
    '/home/*/koodi/**',
    '/home/**',
    '/homes/a/x',
    '',
  ])
    assert.equal(maskPath(path), path)
})

test('A-37 whatever a home is called, its name is not in what is shown, and what is shown is known again as not whole', () => {
  const name = fc.string({ minLength: 1, maxLength: 30 }).filter((one) => !/[/\\]/.test(one) && !/^[*?]+$/.test(one))
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 4 }), (owner, rest) => {
      const [, , shown] = maskPath(['', 'home', owner, ...rest].join('/')).split('/')
      assert.equal(shown, '…')
      assert.ok(!isWholePath(`/home/${shown}/x`))
    }),
  )
})
