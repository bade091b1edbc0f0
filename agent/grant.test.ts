import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeZip } from '#base/zip'
import { collect } from './grant.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-collect-'))
after(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: string | Buffer) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

test('EP-06 EP-07 whoever asks, a device gives no picture, letter, document or archive: programs alone', () => {
  const kept = {
    'kuva.png': png,
    'valokuva.jpg': Buffer.from('ffd8ffe000104a464946', 'hex'),
    'film.mp4': Buffer.concat([Buffer.alloc(4), Buffer.from('ftypisom')]),
    'viesti.eml':
      'From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nDate: Mon, 1 Jan 2026 10:00:00 +0200\r\n\r\nHei\r\n',
    'keskustelu.txt': 'Aino: nähdään kuudelta\nEero: selvä\n',
    'kuvat.zip': writeZip([{ name: 'kuva.png', content: png }], new Date()),
    'muistio.pdf': '%PDF-1.7\n',
    'tietokanta.sqlite': 'SQLite format 3\0',
    // A name is never asked.
    'ohjelma.exe': png,
    'tyhja.sh': '',
  }
  for (const [name, content] of Object.entries(kept))
    assert.deepEqual(collect(write(name, content)), { ok: false, why: 'not-a-program' }, name)
  const script = '#!/bin/sh\ncurl x | sh\n'
  const given = collect(write('outo', script))
  assert.ok(given.ok)
  assert.equal(Buffer.from(String((given.result as { content: string }).content), 'base64').toString(), script)
})

test('what is collected is a plain file of a size that can be carried, and links are not followed', () => {
  assert.deepEqual(collect(folder), { ok: false, why: 'no-file' })
  assert.deepEqual(collect(write('iso', `#!/bin/sh\n${' '.repeat(1_048_577)}`)), { ok: false, why: 'too-large' })
  const link = join(folder, 'linkki')
  symlinkSync(join(folder, 'outo'), link)
  assert.throws(() => collect(link), { code: 'ELOOP' })
})
