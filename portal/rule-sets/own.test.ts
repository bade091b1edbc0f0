import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeNoteKey } from '#base/signed-note'
import { mergeCompiled, packBundle, readBundle, readCompiled, signedAs } from '#engine/bundle'
import { loadRules } from '#engine/rules'
import { readPublicCallKey } from '#server/call-keys'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { startRuleMaker } from '#tests/publisher'
import { until } from '#tests/until'

// Two companies and the provider, each with a device of its own; what one of them writes is for its devices and nobody else's.

const portal = await createTestPortal()
startRuleMaker(portal.root)
portal.ruleSets.start()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
const boss = await portal.person('Pomo', { [companyId]: ['administrator'] })
const other = await portal.person('Toinen pomo', { [otherId]: ['administrator'] })
const officer = await portal.person('Vastaava', { [companyId]: ['privacy_officer'] })
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const deviceOf = async (organizationId: string) => {
  const device = createTestDevice(portal)
  await device.enrol((await portal.devices.makeCode(organizationId, { uses: 1, hours: 1 }, by)).code)
  return device
}
const [device, othersDevice, providersDevice] = [
  await deviceOf(companyId),
  await deviceOf(otherId),
  await deviceOf(providerId),
]
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
const askAs = async (who: { personId: string }, organizationId: string, method: Method, path: string, body?: unknown) =>
  portal.ask(method, `/api/organizations/${organizationId}${path}`, {
    cookie: await portal.signInAgain(who.personId),
    ...(body ? { body } : {}),
  })
const ask = (method: Method, path: string, body?: unknown) => askAs(boss, companyId, method, path, body)
const rule = (name: string, text: string) => `rule ${name} { strings: $a = "${text}" condition: $a }`
const own = { name: 'company-payroll', title: 'Palkat', text: rule('payroll_macro', 'only our payroll file has this') }
const none = { filename: '', filepath: '', extension: '', filetype: '', owner: '' }
const read = async () => (await ask('GET', '/own-rules/company-payroll')).body
const settled = (isReady: (set: { state: string; version: number }) => boolean = ({ state }) => state !== 'making') =>
  until(async () => {
    const set = await read()
    return isReady(set) && set
  }, 90_000)
const toldTo = async (one: typeof device) =>
  ((await one.checkIn()).body.ruleSets as { set: string; version: number }[]).filter(({ set }) =>
    set.startsWith('company'),
  )

async function fetchAs(one: typeof device, version: number) {
  const { note } = (await one.post('/api/device/rule-sets/note', { set: own.name, version })).body
  const wanted = [...note.matchAll(/^([0-9a-f]{64}) \d+$/gm)].map((match) => match[1])
  const { parts } = (await one.post('/api/device/rule-sets/parts', { set: own.name, parts: wanted })).body
  const key = readPublicCallKey(portal.publicFolder, 'portal')
  assert.ok(key)
  const file = packBundle({ note, parts: parts.map((part: string) => Buffer.from(part, 'base64')) })
  const bundle = readBundle(file, [describeNoteKey(signedAs, key)])
  return {
    wanted,
    rules: await loadRules(mergeCompiled([{ rules: readCompiled(bundle.parts), isRealTime: true }], 'whole')),
  }
}

test('rules of an organisation are checked, tried, signed, and delivered to its devices and to no others', async () => {
  assert.equal(
    (await ask('POST', '/own-rules', { ...own, text: `${own.text} rule broken { condition: what }` })).status,
    204,
  )
  assert.deepEqual(await toldTo(device), [])
  const set = await settled()
  assert.deepEqual([set.state, set.why, set.rules, set.skippedCount, set.isUsed], ['ready', null, 1, 1, true])
  assert.equal(set.skipped[0].rule, 'broken')
  assert.ok(set.tried.files > 100)
  assert.deepEqual(await toldTo(device), [{ set: own.name, version: set.version }])
  const { wanted, rules } = await fetchAs(device, set.version)
  const [found] = rules.scan(Buffer.from('only our payroll file has this'), 'data', none)
  assert.deepEqual([found?.rule, found?.ruleSet], ['payroll_macro', own.name])
  // Neither told to others, nor given when they ask for it by name, version and hash.
  for (const stranger of [othersDevice, providersDevice]) {
    assert.deepEqual(await toldTo(stranger), [])
    for (const [path, body] of [
      ['note', { set: own.name, version: set.version }],
      ['parts', { set: own.name, parts: wanted }],
    ] as const)
      assert.equal((await stranger.post(`/api/device/rule-sets/${path}`, body)).code, 'rule_sets.other_version')
  }
  const lists = await Promise.all([ask('GET', '/rule-sets'), askAs(other, otherId, 'GET', '/rule-sets')])
  assert.deepEqual(
    lists.map(({ body }) => body.own.length),
    [1, 0],
  )
  assert.equal((await askAs(other, otherId, 'GET', '/own-rules/company-payroll')).code, 'rule_sets.not_found')
  assert.equal((await askAs(other, companyId, 'GET', '/own-rules/company-payroll')).status, 404)
  assert.equal((await askAs(officer, companyId, 'POST', '/own-rules', own)).status, 403)
  const { records } = (await ask('GET', '/audit?action=rule_sets.own_added')).body
  assert.deepEqual(records[0].details, { set: own.name })
})

test('SC-04 A-40 the Cloud is given the provider’s rules, and none of an organisation’s own', async () => {
  const published = { name: 'published', title: 'Published', licence: 'MIT', isRealTime: true, isUsed: true }
  await portal.ruleSets.add(providerId, published, by)
  await portal.ruleSets.takePiece(providerId, 'published', 0, Buffer.from(rule('published', 'of a publisher')))
  await portal.ruleSets.takeBrought(providerId, 'published', { pieces: 1 }, by)
  const laid = () => readdirSync(join(portal.root, 'portal')).filter((name) => name.endsWith('.bundle'))
  // Laid in one go with all that is in use.
  await until(() => laid().length > 0, 90_000)
  assert.deepEqual(laid(), ['rules-published.bundle'])
})

test('another text is another version, one that fails leaves the version before, and its policy does not choose among them', async () => {
  const before = await read()
  await ask('PUT', '/own-rules/company-payroll', { title: 'Palkat 2', text: 'no rules at all' })
  const failed = await settled()
  assert.deepEqual([failed.state, failed.why, failed.version], ['failed', 'rules.none', before.version])
  assert.deepEqual(await toldTo(device), [{ set: own.name, version: before.version }])
  await ask('PUT', '/own-rules/company-payroll', { title: 'Palkat 3', text: rule('second', 'of the second version') })
  assert.equal(
    (await ask('PUT', '/own-rules/company-payroll', { title: 'x', text: own.text })).code,
    'rule_sets.not_ready',
  )
  const after = await settled(({ state, version }) => state === 'ready' && version > before.version)
  assert.deepEqual([after.title, after.edition], ['Palkat 3', 2])
  const { version, settings } = (await ask('GET', '/policy')).body
  await ask('PUT', '/policy', { version, settings: { ...settings, ruleSets: [] } })
  assert.deepEqual(await toldTo(device), [{ set: own.name, version: after.version }])
})

test('what is switched off or removed is told to no device, and given to none', async () => {
  const { version } = await read()
  await ask('PUT', '/own-rules/company-payroll/use', { isUsed: false })
  assert.deepEqual(await toldTo(device), [])
  const asked = () => device.post('/api/device/rule-sets/note', { set: own.name, version })
  assert.equal((await asked()).code, 'rule_sets.other_version')
  await ask('PUT', '/own-rules/company-payroll/use', { isUsed: true })
  assert.equal((await asked()).status, 200)
  assert.equal((await ask('DELETE', '/own-rules/company-payroll')).status, 204)
  assert.equal((await asked()).code, 'rule_sets.other_version')
  assert.equal((await ask('GET', '/own-rules/company-payroll')).code, 'rule_sets.not_found')
  const [left] = await portal.admin`select count(*)::int as count from rule_sets.own_part`
  assert.equal(left?.count, 0)
})

test('too large, too many rules or sets, no text, or a name of another kind is refused', async () => {
  for (const [body, code] of [
    [{ ...own, text: 'x'.repeat(1_048_577) }, 'http.invalid_input'],
    [{ ...own, text: 'ä'.repeat(600_000) }, 'http.invalid_input'],
    [{ ...own, text: 'rule a\0' }, 'http.invalid_input'],
    [{ ...own, text: '' }, 'http.invalid_input'],
    [{ ...own, name: 'trial' }, 'http.invalid_input'],
    [{ ...own, name: 'company' }, 'http.invalid_input'],
    [{ ...own, name: 'company-../x' }, 'http.invalid_input'],
  ] as const)
    assert.equal((await ask('POST', '/own-rules', body)).code, code, body.name)
  const many = Array.from({ length: 1_001 }, (_, at) => rule(`r${at}`, `text number ${at} of many`)).join('\n')
  assert.equal((await ask('POST', '/own-rules', { ...own, text: many })).status, 204)
  assert.equal((await ask('POST', '/own-rules', own)).code, 'rule_sets.exists')
  const failed = await settled()
  assert.deepEqual([failed.why, failed.version], ['rule_sets.too_many_rules', 0])
  assert.deepEqual(await toldTo(device), [])
  for (let at = 1; at < 10; at += 1)
    assert.equal((await ask('POST', '/own-rules', { ...own, name: `company-${at}` })).status, 204)
  assert.equal((await ask('POST', '/own-rules', { ...own, name: 'company-11' })).code, 'rule_sets.too_many')
  // The provider cannot take a name that devices would mistake for an organisation's own.
  const chooser = await portal.person('Tarjoaja', { [providerId]: ['administrator'] })
  const taken = { name: 'company-payroll', title: 'x', licence: 'MIT', isRealTime: true }
  assert.equal((await askAs(chooser, providerId, 'POST', '/rule-sets', taken)).code, 'http.invalid_input')
})
