import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTestDatabase } from '#tests/database'
import { createTestSealing } from '#tests/sealed'
import { makeClientKey } from '#tests/service'
import { createServices, readPublicKey } from './index.ts'

const { database } = await createTestDatabase('identity')
const clock = createTestClock(new Date())
const { sealed } = await createTestSealing('identity', database, { clock })
const services = createServices({ database, clock, sealed })
const { publicJwk } = await makeClientKey()

const service = (clientId: string) => ({
  clientId,
  name: clientId,
  redirectUris: [`https://${clientId}.example/callback`],
  postLogoutRedirectUris: [],
  keys: [publicJwk],
  scopes: ['openid'],
})
await services.register(service('one'))
await services.register(service('two'))

test('a person is the same at one service for ever, another at each, also when asked for at once', async () => {
  const personId = newId()
  const subjects = await Promise.all(Array.from({ length: 8 }, () => services.subjectOf('one', personId)))
  assert.equal(new Set(subjects).size, 1)
  const other = await services.subjectOf('two', personId)
  assert.notEqual(other, subjects[0])
  assert.equal(await services.personOf('one', subjects[0]!), personId)
  await assert.rejects(services.personOf('two', subjects[0]!), { code: 'services.subject_not_found' })
})

test('registering again changes what is registered and keeps who is who', async () => {
  const personId = newId()
  const subject = await services.subjectOf('one', personId)
  await services.register({ ...service('one'), name: 'One more time' })
  assert.equal((await services.find('one'))?.name, 'One more time')
  assert.equal(await services.subjectOf('one', personId), subject)
  assert.equal(await services.find('three'), undefined)
})

test('a public key is read strictly: a secret part in it, or anything else than a key, stops the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-services-'))
  const file = join(folder, 'key.json')
  writeFileSync(file, JSON.stringify(publicJwk))
  assert.equal(readPublicKey(file).kid, publicJwk.kid)
  for (const text of [
    JSON.stringify({ ...publicJwk, d: 'secret' }),
    '{}',
    'null',
    '',
    JSON.stringify({ ...publicJwk, crv: 'P-384' }),
  ]) {
    writeFileSync(file, text)
    assert.throws(() => readPublicKey(file), { code: 'services.key_unreadable' })
  }
  assert.throws(() => readPublicKey(join(folder, 'nowhere')), { code: 'services.key_unreadable' })
  rmSync(folder, { recursive: true })
})
