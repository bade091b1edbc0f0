import assert from 'node:assert/strict'
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { shredTree } from './shred.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-shred-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('everything below a folder goes, links without what they lead to', () => {
  const [own, victim] = [join(folder, 'own'), join(folder, 'victim')]
  mkdirSync(join(own, 'deep', 'er'), { recursive: true })
  writeFileSync(join(own, 'deep', 'er', 'key'), 'secret')
  mkdirSync(victim)
  writeFileSync(join(victim, 'passwd'), 'untouched')
  symlinkSync(victim, join(own, 'folder'))
  symlinkSync(join(victim, 'passwd'), join(own, 'file'))
  const { names, failed } = shredTree(own)
  assert.deepEqual(failed, [])
  assert.ok(names.includes(join(own, 'deep', 'er', 'key')))
  assert.equal(existsSync(own), false)
  assert.equal(readFileSync(join(victim, 'passwd'), 'utf8'), 'untouched')
})

test('a folder that is exchanged for a link while it is destroyed leads root nowhere', () => {
  const [own, away, victim] = [join(folder, 'portal'), join(folder, 'away'), join(folder, 'etc')]
  mkdirSync(own)
  writeFileSync(join(own, 'passwd'), 'secret')
  mkdirSync(victim)
  writeFileSync(join(victim, 'passwd'), 'untouched')
  const list = fs.readdirSync
  // What a program's user could do in the very moment: after the folder was looked at, before it is listed.
  fs.readdirSync = ((...asked: Parameters<typeof list>) => {
    if (!existsSync(away)) {
      renameSync(own, away)
      symlinkSync(victim, own)
    }
    return list(...asked)
  }) as typeof list
  syncBuiltinESMExports()
  try {
    shredTree(own)
  } finally {
    fs.readdirSync = list
    syncBuiltinESMExports()
  }
  assert.equal(readFileSync(join(victim, 'passwd'), 'utf8'), 'untouched')
  assert.equal(existsSync(join(away, 'passwd')), false, 'what was in the folder is gone all the same')
})
