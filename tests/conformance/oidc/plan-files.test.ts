import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { aContract, enforceContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { localFetch } from '#tests/service'
import { makePlanFiles } from './plan-files.ts'
import { plans } from './plans.ts'

const house = await startIdentity({ scheme: 'https' })
const folder = join(mkdtempSync(join(tmpdir(), 'vartio-plans-')), 'plans')
after(() => rmSync(join(folder, '..'), { recursive: true, force: true }))
const discoveryUrl = new URL('/.well-known/openid-configuration', house.urls.identity).href

async function make() {
  const discovery: unknown = await localFetch(discoveryUrl, {} as never).then((answer) => answer.json())
  return makePlanFiles({
    ask: (path, body) => house.portalCalls.call('identity', path, body, z.unknown()),
    discovery,
    discoveryUrl,
    suite: new URL('https://suite.example'),
    alias: 'vartio',
    folder,
  })
}
type Plan = { plan: string; configuration: Record<'client' | 'client2' | 'server', Record<string, string>> }
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Plan

test('there is a file for each plan, for its owner alone, and its services are known with their secrets', async () => {
  const files = await make()
  assert.equal(files.length, plans.length)
  for (const file of files) {
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(read(file).configuration.server.discoveryUrl, discoveryUrl)
  }
  const { client, client2 } = read(files[0] ?? '').configuration
  const { services } = house.identity
  for (const { client_id = '', client_secret = '' } of [client, client2])
    assert.ok(await services.isSecret(client_id, client_secret))
  const { client: fapi } = read(files.at(-1) ?? '').configuration
  const service = await services.find(fapi.client_id ?? '')
  assert.equal(service?.contract?.state, 'test', 'the suite gets made-up data')
  assert.deepEqual(service.redirectUris, ['https://suite.example/test/a/vartio/callback'])
  assert.ok(!('d' in (service.keys[0] ?? {})))
})

test('asked again, it gives new secrets to the same services', async () => {
  const [before = ''] = await make()
  const { client } = read(before).configuration
  const [again = ''] = await make()
  const other = read(again).configuration.client
  assert.equal(other.client_id, client.client_id)
  assert.notEqual(other.client_secret, client.client_secret)
})

test('a Vartio that people use is left alone', async () => {
  await enforceContract(house.identity.services, 'library', aContract())
  await assert.rejects(make(), /people use this Vartio/)
})
