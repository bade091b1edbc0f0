import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { chooseDemo, markDemo, refuseMixing } from './demo.ts'

const place = mkdtempSync(join(tmpdir(), 'vartio-demo-'))
after(() => rmSync(place, { recursive: true, force: true }))

test('a demo has a data folder of its own beside the one that would be used', () => {
  const environment: NodeJS.ProcessEnv = { VARTIO_DATA: join(place, 'data') }
  chooseDemo(environment)
  assert.deepEqual(environment, { VARTIO_DATA: join(place, 'data-demo'), VARTIO_DEMO: 'yes' })
})

test('what is made up and what is real never come together', () => {
  const made = join(place, 'made')
  refuseMixing(made, true)
  mkdirSync(made)
  markDemo(made)
  refuseMixing(made, true)
  assert.throws(() => refuseMixing(made, false), /is made up\. Start it with: vartio start --demo/)
  const real = join(place, 'real')
  mkdirSync(real)
  writeFileSync(join(real, 'anything'), '')
  refuseMixing(real, false)
  assert.throws(() => refuseMixing(real, true), /that no demo has made/)
})
