import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isRoot } from '#base/users'
import { installAgent } from '#tests/installed-agent'
import { makeOwnMount } from '#tests/own-mount'
import { createPublisher, startRuleMaker } from '#tests/publisher'
import { createReachablePortal } from '#tests/reachable-portal'
import { until } from '#tests/until'

const skip = isRoot() || process.env.CI === 'true' ? false : 'a guard that blocks, and a mount of its own, need root'
const mount = skip ? '' : makeOwnMount()
const publisher = skip ? undefined : await createPublisher()
const real = publisher && (await createReachablePortal({ mirrors: publisher.host }))
const boss = real?.chooser
const device = real && (await installAgent(real, mount, 300))
after(async () => {
  await device?.remove()
  if (mount) execFileSync('umount', ['-l', mount])
})

const rule = (name: string, text: string) =>
  `rule ${name} { meta: author = "Kirjoittaja" strings: $a = "${text}" condition: $a }`
const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => {
  assert.ok(real && boss)
  return real.portal.ask(method, `/api/organizations/${real.providerId}/rule-sets${path}`, {
    cookie: boss.cookie,
    ...(body ? { body } : {}),
  })
}
const rulesOfDevice = async () => {
  assert.ok(real)
  const [{ deviceId }] = (await real.get('/devices')).devices
  return (await real.get(`/devices/${deviceId}`)).rules
}

test('a set that the provider chooses protects the device: fetched, tried, signed, loaded, and what it finds stands in the portal with its author', {
  skip,
}, async () => {
  assert.ok(real && device && publisher)
  startRuleMaker(real.portal.root)
  real.portal.ruleSets.start()
  await until(async () => (await device.status().catch(() => undefined))?.connection?.lastSeenAt, 60_000)
  assert.equal((await rulesOfDevice()).testOnly, true)
  const path = join(mount, 'known-to-one-set')
  writeFileSync(path, 'a text that only this set knows')
  publisher.publish('/set.yar', Buffer.from(rule('only_this_set', 'a text that only this set knows')))
  const added = await ask('POST', '', {
    name: 'trial',
    title: 'Trial',
    licence: 'DRL-1.1',
    address: publisher.at('/set.yar'),
    isRealTime: true,
  })
  assert.equal(added.status, 204)
  const rules = await until(async () => {
    const now = await rulesOfDevice()
    return now.inUse?.length === 1 && now
  }, 120_000)
  assert.deepEqual([rules.testOnly, rules.sets, rules.inUse[0].rules], [false, ['vartio-test', 'trial'], 1])
  execFileSync('sh', ['-c', `: >> ${path}`])
  const found = await until(async () => (await real.get('/detections')).detections[0])
  assert.equal(found.path, path)
  assert.equal(found.done, 'quarantined')
  const detail = await real.get(`/detections/${found.detectionId}`)
  assert.deepEqual([detail.rule, detail.ruleSet, detail.author], ['only_this_set', 'trial', 'Kirjoittaja'])
  await until(() => !existsSync(path))
})

test('the guard takes nothing that the portal has not signed, and a set that was taken out is gone', {
  skip,
}, async () => {
  assert.ok(real && device)
  const own = join(device.place.guard, 'rules')
  assert.equal(readdirSync(own).filter((name) => name.endsWith('.bundle')).length, 1)
  const [{ deviceId }] = (await real.get('/devices')).devices
  assert.equal((await real.post(`/devices/${deviceId}/actions`, { kind: 'update-rules' })).status, 200)
  const done = await until(async () => {
    const [last] = (await real.get(`/devices/${deviceId}`)).actions
    return last?.endedAt ? last : undefined
  }, 60_000)
  assert.deepEqual([done.kind, done.state, done.why], ['update-rules', 'done', null])
  await ask('PUT', '/trial', { isUsed: false })
  await until(async () => (await rulesOfDevice()).testOnly === true, 60_000)
  assert.deepEqual(
    readdirSync(own).filter((name) => name.endsWith('.bundle')),
    [],
  )
})

test('rules that an organisation has written for itself protect its device too, and go when they are removed', {
  skip,
}, async () => {
  assert.ok(real && device)
  // That of the first test has ended with it.
  startRuleMaker(real.portal.root)
  const text = 'a text that only this company knows'
  const own = { name: 'company-own', title: 'Omat', text: rule('of_this_company', text) }
  assert.equal((await real.post('/own-rules', own)).status, 204)
  await until(async () => (await rulesOfDevice()).sets?.includes('company-own'), 120_000)
  const path = join(mount, 'known-to-this-company')
  writeFileSync(path, text)
  execFileSync('sh', ['-c', `: >> ${path}`])
  const found = await until(
    async () => (await real.get('/detections')).detections.find((one: { path: string }) => one.path === path),
    30_000,
  )
  assert.deepEqual([found.rule, found.ruleSet, found.done], ['of_this_company', 'company-own', 'quarantined'])
  await real.delete('/own-rules/company-own')
  const kept = join(device.place.guard, 'rules')
  await until(() => readdirSync(kept).every((name) => !name.startsWith('company-')), 60_000)
})
