import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createLog } from '#base/log'
import { makeRuleBundle } from '#tests/rule-bundle'
import { createRuleFetcher } from './fetch.ts'

const place = mkdtempSync(join(tmpdir(), 'vartio-late-rules-'))
after(() => rmSync(place, { recursive: true, force: true }))
const { privateKey: key, publicKey } = generateKeyPairSync('ed25519')
const day = 86_400_000

test('EP-21 rules that the device was given and does not have are told as old after a day, also by an agent that was started again meanwhile', async () => {
  const folder = mkdtempSync(join(place, 'rules-'))
  let now = Date.parse('2026-11-23T08:00:00Z')
  let refusal: string | undefined = 'rules.too_slow'
  const open = () =>
    createRuleFetcher({
      folder,
      // Whatever it is asked for is here already.
      portal: { post: async () => assert.fail('nothing has to be fetched') },
      portalKey: publicKey.export({ format: 'jwk' }).x as string,
      use: async () => (refusal === undefined ? { ok: true } : { ok: false, why: refusal }),
      log: createLog('agent', 'silent'),
      now: () => new Date(now),
    })
  const text = 'rule one { condition: filesize == 7919 }'
  writeFileSync(join(folder, 'one.bundle'), makeRuleBundle(text, { set: 'one', version: 2, key }))
  const told = [{ set: 'one', version: 2 }]
  const first = open()
  assert.equal(first.state().state, 'on')
  first.take(told)
  assert.equal(await first.settled(), 'rules.too_slow')
  now += day
  assert.equal(first.state().state, 'on')
  now += 1
  const failed = { state: 'failed', why: 'rules.old', since: '2026-11-23T08:00:00.000Z' }
  assert.deepEqual(first.state(), failed)
  const second = open()
  assert.deepEqual(second.state(), failed)
  refusal = undefined
  second.take(told)
  assert.equal(await second.settled(), undefined)
  assert.equal(second.state().state, 'on')
  now += 2 * day
  second.take(told)
  assert.equal(second.state().state, 'on')
  assert.equal(open().state().state, 'on')
})
