import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readSettings } from '#base/settings'
import { destroyTokenRoots } from './destroy-token-roots.ts'

const module = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so'].find((path) => existsSync(path))
const skip = module || process.env.CI === 'true' ? false : 'needs the Debian package softhsm2'

const folder = mkdtempSync(join(tmpdir(), 'vartio-token-'))
mkdirSync(join(folder, 'tokens'))
writeFileSync(join(folder, 'softhsm2.conf'), `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
process.env.SOFTHSM2_CONF = join(folder, 'softhsm2.conf')
after(() => rmSync(folder, { recursive: true, force: true }))

test('ID-97 roots in a token are destroyed there, and a token that does not answer is told of', { skip }, async () => {
  const pin = 'a pin of its own'
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', 'vartio', '--so-pin', '12345678', '--pin', pin])
  const { openToken } = await import('#server/keys/pkcs11')
  const path = module ?? 'softhsm2 is not installed'
  const token = openToken({ module: path, label: 'vartio', pin })
  const root = 'vartio portal 6f0c1f6e-2d0e-4a53-9d3e-0a1b2c3d4e5f.1'
  token.makeKey(root)
  token.makeKey('somebody else’s')
  const set = { VARTIO_PKCS11_MODULE: path, VARTIO_PKCS11_TOKEN: 'vartio', VARTIO_PKCS11_PIN: pin }
  assert.deepEqual(await destroyTokenRoots(readSettings(set)), {
    destroyed: [`${root} in the token vartio`],
    notReached: [],
  })
  assert.equal(token.findKey(root), undefined)
  assert.deepEqual(token.labels(), ['somebody else’s'])
  const away = await destroyTokenRoots(readSettings({ ...set, VARTIO_PKCS11_TOKEN: 'gone' }))
  assert.match(away.notReached.join(), /the roots in the token gone/)
  assert.deepEqual(await destroyTokenRoots(readSettings({})), { destroyed: [], notReached: [] })
})
