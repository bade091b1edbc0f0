import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { noteEpoch, readKnownEpoch } from './known-epoch.ts'
import { createFileRoots } from './root-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-roots-'))
after(() => rmSync(folder, { recursive: true }))
const key = Buffer.alloc(32, 7)

test('a root that another process has made anew under the same number is the one that counts', async () => {
  const id = { store: newId(), number: 2 }
  const [one, other] = [createFileRoots(folder), createFileRoots(folder)]
  // A rotation makes its root, opens it, and fails; the next one, in another process, begins again.
  await one.make(id)
  assert.ok(await one.open(id))
  await other.make(id)
  const sealed = (await one.open(id))?.wrap(key, 'scope')
  assert.ok(sealed && (await createFileRoots(folder).open(id))?.unwrap(sealed, 'scope')?.equals(key))
  assert.equal(await one.open(id), await one.open(id), 'and is read once')
})

test('a root that another process has destroyed opens nothing any more, from memory neither', async () => {
  const id = { store: newId(), number: 1 }
  const [one, other] = [createFileRoots(folder), createFileRoots(folder)]
  await one.make(id)
  assert.ok(await one.open(id))
  await other.destroy(id)
  assert.equal(await one.open(id), undefined)
})

test('the newest epoch that is known is never forgotten because its file cannot be read', () => {
  const file = join(folder, 'key-epoch')
  assert.equal(readKnownEpoch(file), 0)
  noteEpoch(file, 20_780)
  assert.equal(readKnownEpoch(file), 20_780)
  for (const text of ['', '20780', 'x\n', '-1\n', '1e9\n', '0x10\n']) {
    writeFileSync(file, text)
    assert.throws(() => readKnownEpoch(file), { code: 'key_store.epoch_damaged' }, JSON.stringify(text))
  }
})
