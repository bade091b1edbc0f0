import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { describeSettings, readSettings, settingTable } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-settings-'))
after(() => rmSync(folder, { recursive: true }))

test('without anything set every setting has its default', () => {
  const settings = readSettings({ PATH: '/usr/bin' })
  assert.equal(settings.number('VARTIO_PORT'), 8480)
  assert.equal(settings.text('VARTIO_LOG_LEVEL'), 'info')
  assert.equal(settings.text('VARTIO_SMTP_URL'), undefined)
  assert.equal(readSettings({ VARTIO_PORT: '' }).number('VARTIO_PORT'), 8480, 'an empty value is not set')
})

test('every fault is told in a line that names the setting and never repeats its value', () => {
  const faults: [Record<string, string>, RegExp][] = [
    [{ VARTIO_PORT: 'eighty' }, /^VARTIO_PORT: is not a whole number$/],
    [{ VARTIO_PORT: '80.5' }, /^VARTIO_PORT: is not a whole number$/],
    [{ VARTIO_PORT: '80' }, /^VARTIO_PORT: must lie between 1024 and 65000$/],
    [{ VARTIO_PORT: '70000' }, /^VARTIO_PORT: must lie between/],
    [{ VARTIO_PORT: '0x2000' }, /^VARTIO_PORT: is not a whole number$/],
    [{ VARTIO_LOG_LEVEL: 'loud' }, /^VARTIO_LOG_LEVEL: must be one of debug, info, warn, error$/],
    [{ VARTIO_PORTAL_URL: 'portal.example.fi' }, /^VARTIO_PORTAL_URL: is not a URL$/],
    [{ VARTIO_PORTAL_URL: 'ftp://portal.example.fi' }, /^VARTIO_PORTAL_URL: must begin with http:\/\/ or https:\/\/$/],
    [{ VARTIO_PORTAL_URL: 'https://portal.example.fi/vartio' }, /^VARTIO_PORTAL_URL: must be an address without path/],
    [{ VARTIO_SMTP_URL: 'http://hunter2@mail' }, /^VARTIO_SMTP_URL: must begin with smtp:\/\/ or smtps:\/\/$/],
    [{ VARTIO_SMTP_URL: 'hunter2' }, /^VARTIO_SMTP_URL: is not a URL$/],
    [
      { VARTIO_DATABASE_URL: 'mysql://hunter2@db/x' },
      /^VARTIO_DATABASE_URL: must begin with postgres:\/\/ or postgresql:\/\/$/,
    ],
    [{ VARTIO_SMTP_URL_FILE: '/nowhere/hunter2' }, /^VARTIO_SMTP_URL_FILE: the file cannot be read$/],
    [
      { VARTIO_SMTP_URL: 'smtp://hunter2@a', VARTIO_SMTP_URL_FILE: '/x' },
      /^VARTIO_SMTP_URL: is set, and VARTIO_SMTP_URL_FILE too/,
    ],
    [{ VARTIO_MAIL_FROM: 'nobody' }, /^VARTIO_MAIL_FROM: is not an address/],
    [{ VARTIO_MAIL_FROM: 'A <a@b.fi>\r\nBcc: c@d.fi' }, /^VARTIO_MAIL_FROM: is not an address/],
    [{ VARTIO_SMPT_URL: 'x' }, /^VARTIO_SMPT_URL: there is no such setting/],
  ]
  for (const [environment, message] of faults)
    assert.throws(
      () => readSettings(environment),
      (error: Error) => {
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /hunter2|\n/)
        return true
      },
      JSON.stringify(environment),
    )
})

test('a secret may lie in a file, and its last line break is not part of it', () => {
  const file = join(folder, 'smtp')
  writeFileSync(file, 'smtp://vartio:secret@mail.example.fi\n')
  const settings = readSettings({ VARTIO_SMTP_URL_FILE: file })
  assert.equal(settings.text('VARTIO_SMTP_URL'), 'smtp://vartio:secret@mail.example.fi')
  assert.throws(() => readSettings({ VARTIO_PORT_FILE: file }), /VARTIO_PORT_FILE: there is no such setting/)
})

test('no environment makes reading fail without saying which setting it is', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...settingTable.map(({ name }) => name as string)), fc.string({ unit: 'binary' })),
      (environment) => {
        try {
          readSettings(environment)
        } catch (error) {
          assert.match((error as Error).message, /^VARTIO_[A-Z_]+: /)
          assert.equal((error as { code?: string }).code, 'settings.invalid')
        }
      },
    ),
  )
})

test('the page of settings has a row for each and marks the secret ones', () => {
  const page = describeSettings()
  for (const setting of settingTable) assert.ok(page.includes(`| \`${setting.name}\``), setting.name)
  assert.match(page, /`VARTIO_SMTP_URL`, `VARTIO_SMTP_URL_FILE` \| url \| – \| yes/)
})
