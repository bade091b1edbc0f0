import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { readZip } from '#tests/unzip'
import { writeZip } from './zip.ts'

const at = new Date('2026-11-22T00:10:00Z')

test('whatever goes into a ZIP file comes out of it', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-zäö0-9]{1,12}(\/[a-z0-9.-]{1,12})?$/), { maxLength: 5 })
  fc.assert(
    fc.property(
      names,
      fc.array(fc.uint8Array({ maxLength: 5_000 }), { minLength: 5, maxLength: 5 }),
      (paths, bytes) => {
        const entries = paths.map((name, index) => ({ name, content: Buffer.from(bytes[index] ?? []) }))
        const found = readZip(writeZip(entries, at))
        assert.deepEqual(
          [...found],
          entries.map(({ name, content }) => [name, content]),
        )
      },
    ),
    { numRuns: 50 },
  )
})

test('a program that everybody has opens it', {
  skip: existsSync('/usr/bin/unzip') ? false : 'needs the Debian package unzip',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-zip-'))
  try {
    const file = join(folder, 'one.zip')
    writeFileSync(file, writeZip([{ name: 'lue-minut.txt', content: Buffer.from('Hei, Äiti!\n') }], at))
    assert.match(execFileSync('unzip', ['-t', file], { encoding: 'utf8' }), /No errors detected/)
    assert.equal(execFileSync('unzip', ['-p', file, 'lue-minut.txt'], { encoding: 'utf8' }), 'Hei, Äiti!\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
