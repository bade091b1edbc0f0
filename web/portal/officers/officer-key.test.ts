import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { makeOfficerKey, signText, WrongPassphrase } from './officer-key.ts'

// The other half is in platform/base/officers.test.ts: it opens the file that this page has made.
const recorded = JSON.parse(readFileSync(new URL('../../../tests/recorded/officer-key.json', import.meta.url), 'utf8'))

test('a key file of the command opens in the browser and signs the same, and with no other passphrase', async () => {
  const { passphrase, text, command, page } = recorded
  assert.equal(await signText(command.file, passphrase, text), command.line)
  assert.equal(await signText(page.file, passphrase.normalize('NFD'), text), page.line)
  await assert.rejects(signText(command.file, `${passphrase}!`, text), WrongPassphrase)
  await assert.rejects(signText('{}', passphrase, text), WrongPassphrase)
})

test('a key that is made now signs, under the name that its file has', async () => {
  const made = await makeOfficerKey(recorded.passphrase)
  const line = await signText(made.file, recorded.passphrase, recorded.text)
  assert.ok(line.startsWith(`— ${made.name} `))
  assert.match(made.officer, /^officer [\w+/]{43}= [\w+/]{43}=$/)
})
