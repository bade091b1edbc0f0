import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { systemTime } from '#tests/clock'
import { createTestKeys } from '#tests/keys'
import { createTestLog } from '#tests/log'
import { createKeys } from './keys.ts'

// A token of software (softhsm2), spoken to as any other: by its PKCS#11 library.

const module = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so'].find((path) => existsSync(path))
const isNeeded = process.env.CI === 'true'
const skip = module || isNeeded ? false : 'needs the Debian package softhsm2'

const folder = mkdtempSync(join(tmpdir(), 'vartio-token-'))
mkdirSync(join(folder, 'tokens'))
writeFileSync(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
process.env.SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
after(() => rmSync(folder, { recursive: true, force: true }))

test('roots in a token: made there and never seen, taken over from a file by the next rotation, destroyed for ever', {
  skip,
}, async () => {
  const pin = 'a pin of its own'
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'vartio', '--so-pin', '12345678', '--pin', pin])
  const { openToken } = await import('./pkcs11.ts')
  const { createTokenRoots } = await import('./root-tokens.ts')
  const path = module ?? 'softhsm2 is not installed'
  const token = openToken({ module: path, label: 'vartio', pin })
  const store = await createTestKeys('portal')
  const [scope, owners] = [newId(), Array.from({ length: 500 }, () => newId())]
  const made = await store.keys.make(scope, owners)
  await store.keys.stop()

  const roots = createTokenRoots(token, 'portal', store.roots)
  const { log } = createTestLog()
  const open = () => createKeys({ address: store.address, roots, log, clock: systemTime, everyMilliseconds: 100 })
  const keys = open()
  await keys.start()
  // Under the file still.
  assert.equal(readdirSync(store.folder).length, 1)
  assert.equal((await keys.find(scope, owners)).size, 500)
  await keys.rotateRoot()
  assert.equal(readdirSync(store.folder).length, 0, 'the file is destroyed')
  assert.deepEqual(
    (await roots.list()).map(({ number }) => number),
    [2],
  )
  const again = open()
  const found = await again.find(scope, owners)
  for (const owner of owners) assert.deepEqual(found.get(owner)?.export(), made.get(owner)?.export())
  const more = await again.make(newId(), [newId()])
  assert.equal(more.size, 1)

  // An erasure and the next root, all in the token.
  const [before] = await store.admin`select sealed_key, version::text from key_store.scope where scope_id = ${scope}`
  const [id] = await roots.list()
  const bound = `scope ${id?.store} ${scope} ${before?.version}`
  const root = await roots.open(id as NonNullable<typeof id>)
  assert.ok(root?.unwrap(before?.sealed_key, bound))
  assert.equal(root?.unwrap(before?.sealed_key, `${bound}0`), undefined, 'it is bound to its place')
  await again.erase(scope, [owners[0] as string])
  await again.rotateRoot()
  assert.deepEqual(
    (await roots.list()).map(({ number }) => number),
    [3],
  )
  const next = await roots.open({ ...(id as NonNullable<typeof id>), number: 3 })
  assert.equal(next?.unwrap(before?.sealed_key, bound), undefined)
  assert.equal(await roots.open(id as NonNullable<typeof id>), undefined)
  assert.equal((await again.find(scope, owners)).size, 499)
  await Promise.all([keys.stop(), again.stop()])

  // As any other tool sees it: the key is there, and says that it never leaves.
  const seen = execFileSync(
    'pkcs11-tool',
    ['--module', path, '--login', '--pin', pin, '--list-objects', '--type', 'secrkey'],
    { encoding: 'utf8' },
  )
  assert.match(seen, /vartio portal [0-9a-f-]{36}\.3/)
  assert.match(seen, /Access:\s+.*sensitive/)
  assert.match(seen, /never extractable/)
  assert.throws(() => openToken({ module: path, label: 'nobody', pin }), { code: 'key_store.no_token' })
  await roots.destroy({ ...(id as NonNullable<typeof id>), number: 3 })
  await assert.rejects(open().start(), { code: 'key_store.root_missing' })
})
