import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readOwn, writeWhole } from './write-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-write-'))
after(() => rmSync(folder, { recursive: true }))

test('a link laid under the name that is written first leads nowhere', () => {
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'untouched')
  symlinkSync(victim, join(folder, 'database.json.new'))
  assert.equal(writeWhole(join(folder, 'database.json'), 'ours'), true)
  assert.equal(readFileSync(victim, 'utf8'), 'untouched')
  assert.equal(readFileSync(join(folder, 'database.json'), 'utf8'), 'ours')
})

test('a link in the place of a file is not read', () => {
  symlinkSync('/etc/passwd', join(folder, 'call-key.pem'))
  assert.throws(() => readOwn(join(folder, 'call-key.pem')), { code: 'ELOOP' })
  assert.throws(() => writeWhole(join(folder, 'call-key.pem'), 'ours'), { code: 'ELOOP' })
})

test('a pipe in the place of a file holds nobody up', () => {
  const path = join(folder, 'client-key.json')
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path])
  // In a process of its own: reading a pipe that nobody writes would never come back.
  const code = `import { readOwn } from ${JSON.stringify(join(import.meta.dirname, 'write-file.ts'))}; readOwn(${JSON.stringify(path)})`
  assert.throws(
    () => execFileSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 20_000, stdio: 'pipe' }),
    /is no file/,
  )
})

test('a file is for its owner only, and one that is so already is left alone', () => {
  const path = join(folder, 'key')
  assert.equal(writeWhole(path, 'a key'), true)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const before = statSync(path).mtimeMs
  assert.equal(writeWhole(path, 'a key'), false)
  assert.equal(statSync(path).mtimeMs, before)
  assert.equal(writeWhole(path, 'another'), true)
})
