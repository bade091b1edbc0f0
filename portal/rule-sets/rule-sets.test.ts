import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { describeNoteKey } from '#base/signed-note'
import { writeZip } from '#base/zip'
import { mergeCompiled, packBundle, readBundle, readCompiled, signedAs } from '#engine/bundle'
import { loadRules } from '#engine/rules'
import { readPublicCallKey } from '#server/call-keys'
import { createTestDevice } from '#tests/device'
import { createTestPortal } from '#tests/portal'
import { createPublisher, startRuleMaker } from '#tests/publisher'
import { until } from '#tests/until'

const publisher = await createPublisher()
const portal = await createTestPortal({ mirrors: publisher.host })
startRuleMaker(portal.root)
portal.ruleSets.start()
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
const boss = await portal.person('Pomo', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const at = (path = '', organizationId = providerId) => `/api/organizations/${organizationId}/rule-sets${path}`
const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
  portal.ask(method, path, { cookie: await portal.signInAgain(boss.personId), ...(body ? { body } : {}) })
const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
const device = createTestDevice(portal)
await device.enrol((await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)).code)

const zip = (...files: [name: string, text: string][]) =>
  writeZip(
    files.map(([name, text]) => ({ name, content: Buffer.from(text) })),
    new Date(0),
  )
const rule = (name: string, text: string, meta = '') =>
  `rule ${name} { ${meta && `meta: ${meta}`} strings: $a = "${text}" condition: $a }`
const none = { filename: '', filepath: '', extension: '', filetype: '', owner: '' }
const own = { name: 'trial', title: 'Trial', licence: 'DRL-1.1', author: 'A. Writer', isRealTime: true }
const read = async (name = 'trial') => (await ask('GET', at(`/${name}`))).body
const settled = (name = 'trial') =>
  until(async () => {
    const set = await read(name)
    return ['ready', 'failed'].includes(set.state) && set
  }, 90_000)

/** As a device does it. */
async function fetchAsDevice(set: string) {
  const { ruleSets } = (await device.checkIn()).body
  const told = ruleSets.find((one: { set: string }) => one.set === set)
  assert.ok(told, JSON.stringify(ruleSets))
  const { note } = (await device.post('/api/device/rule-sets/note', { set, version: told.version })).body
  const wanted = [...note.matchAll(/^([0-9a-f]{64}) \d+$/gm)].map((match) => match[1])
  const parts: Buffer[] = []
  while (parts.length < wanted.length) {
    const rest = wanted.slice(parts.length, parts.length + 64)
    const answer = await device.post('/api/device/rule-sets/parts', { set, parts: rest })
    parts.push(...answer.body.parts.map((part: string) => Buffer.from(part, 'base64')))
  }
  const key = readPublicCallKey(portal.publicFolder, 'portal')
  assert.ok(key)
  const bundle = readBundle(packBundle({ note, parts }), [describeNoteKey(signedAs, key)])
  const merged = mergeCompiled([{ rules: readCompiled(bundle.parts), isRealTime: bundle.about.isRealTime }], 'whole')
  return { about: bundle.about, rules: await loadRules(merged) }
}

test('a set is fetched, tried, signed and only then told to devices, which find by it, with its author', async () => {
  publisher.publish(
    '/trial.zip',
    zip(['good.yar', rule('good', 'only the trial set knows')], ['bad.yar', 'rule bad { condition: what }']),
  )
  publisher.move('/latest.zip', publisher.at('/trial.zip'))
  assert.equal((await ask('POST', at(), { ...own, address: publisher.at('/latest.zip') })).status, 204)
  assert.deepEqual((await device.checkIn()).body.ruleSets, [])
  const set = await settled()
  assert.deepEqual([set.state, set.why, set.rules, set.skippedCount], ['ready', null, 1, 1])
  assert.deepEqual([set.skipped[0].file, set.skipped[0].rule], ['bad.yar', 'bad'])
  assert.ok(set.tried.files > 100, `tried on ${set.tried.files} files`)
  const { about, rules } = await fetchAsDevice('trial')
  assert.equal(about.licence, 'DRL-1.1')
  assert.deepEqual(rules.scan(Buffer.from('only the trial set knows'), 'data', none), [
    { rule: 'good', ruleSet: 'trial', author: 'A. Writer', licence: 'DRL-1.1' },
  ])
  const { records } = (await ask('GET', `/api/organizations/${providerId}/audit?action=rule_sets.added`)).body
  assert.deepEqual(records[0].details, { set: 'trial' })
})

test('what has not changed is not fetched again, a new version is, and one that fails leaves the old in use', async () => {
  const before = await read()
  await ask('POST', at('/trial/fetch'))
  await until(() => publisher.asked.some(({ status }) => status === 304))
  assert.equal((await settled()).version, before.version)
  publisher.publish(
    '/trial.zip',
    zip(['good.yar', `${rule('good', 'only the trial set knows')} ${rule('second', 'of the second version')}`]),
  )
  await ask('POST', at('/trial/fetch'))
  const after = await until(async () => {
    const set = await read()
    return set.state === 'ready' && set.version > before.version && set
  }, 90_000)
  assert.equal(after.rules, 2)
  publisher.publish('/trial.zip', Buffer.from('no rules at all'))
  await ask('POST', at('/trial/fetch'))
  const failed = await until(async () => {
    const set = await read()
    return set.state === 'failed' && set
  }, 90_000)
  assert.deepEqual([failed.why, failed.version], ['rules.none', after.version])
  assert.equal((await fetchAsDevice('trial')).about.rules, 2)
})

test('what breaks off goes on where it was, and a pinned hash is held to', async () => {
  const noise = Array.from({ length: 3_000 }, (_, n) =>
    rule(`r${n}`, createHash('sha256').update(`${n}`).digest('hex')),
  )
  const content = Buffer.from(noise.join('\n'))
  publisher.publish('/large.yar', content)
  publisher.breakAfter(100_000)
  await ask('POST', at(), { ...own, name: 'large', address: publisher.at('/large.yar') })
  assert.equal((await settled('large')).why, 'rule_sets.not_fetched')
  await ask('POST', at('/large/fetch'))
  const set = await until(async () => {
    const now = await read('large')
    return now.state === 'ready' && now
  }, 90_000)
  assert.equal(set.rules, 3_000)
  const last = publisher.asked.filter(({ path }) => path === '/large.yar').at(-1)
  assert.equal(last?.status, 206)
  assert.equal(last?.headers.range, 'bytes=100000-')
  await ask('PUT', at('/large'), { pinnedSha256: 'a'.repeat(64) })
  publisher.publish('/large.yar', Buffer.from(rule('other', 'of somebody else')))
  await ask('POST', at('/large/fetch'))
  const pinned = await until(async () => {
    const now = await read('large')
    return now.state === 'failed' && now
  }, 90_000)
  assert.deepEqual([pinned.why, pinned.version], ['rule_sets.other_hash', set.version])
})

test('another address, or another pin, is fetched by at once, and the version before stays until that is ready', async () => {
  const before = await read()
  const moved = Buffer.from(rule('moved', 'published at another address'))
  publisher.publish('/moved.yar', moved)
  const address = publisher.at('/moved.yar')
  assert.equal((await ask('PUT', at('/trial'), { address, pinnedSha256: 'b'.repeat(64) })).status, 204)
  const pinned = await until(async () => {
    const now = await read()
    return now.state === 'failed' && now
  }, 90_000)
  assert.deepEqual([pinned.why, pinned.version], ['rule_sets.other_hash', before.version])
  await ask('PUT', at('/trial'), { pinnedSha256: createHash('sha256').update(moved).digest('hex') })
  const after = await until(async () => {
    const now = await read()
    return now.state === 'ready' && now.version > before.version && now
  }, 90_000)
  assert.deepEqual([after.rules, after.address], [1, address])
  assert.equal((await ask('PUT', at('/trial'), { address: 'http://example.org/a' })).code, 'rule_sets.bad_address')
})

test('an address that leads into the own network, or is not https, is refused', async () => {
  for (const [address, code] of [
    ['http://example.org/a.zip', 'rule_sets.bad_address'],
    ['https://user:word@example.org/a.zip', 'rule_sets.bad_address'],
    ['file:///etc/passwd', 'rule_sets.bad_address'],
  ] as const)
    assert.equal((await ask('POST', at(), { ...own, name: 'wrong', address })).code, code)
  publisher.move('/inwards', 'https://127.0.0.1:1/a.zip')
  for (const [index, address] of [
    'https://127.0.0.1:9/a.zip',
    'https://[::1]:9/a.zip',
    'https://[::ffff:10.0.0.1]/a.zip',
    'https://169.254.169.254/latest',
    `https://localhost:9/a.zip`,
    publisher.at('/inwards'),
  ].entries()) {
    await ask('POST', at(), { ...own, name: `inner${index}`, address })
    assert.equal((await settled(`inner${index}`)).why, 'rule_sets.own_network', address)
    await ask('DELETE', at(`/inner${index}`))
  }
})

test('only the provider chooses; a company sees what is in use and names some of it in its policy', async () => {
  assert.equal((await ask('POST', at('', companyId), { ...own, name: 'theirs' })).code, 'rule_sets.not_provider')
  const { mayManage, sets, offers } = (await ask('GET', at('', companyId))).body
  assert.deepEqual([mayManage, offers], [false, []])
  assert.ok(sets.some(({ name }: { name: string }) => name === 'trial'))
  const path = `/api/organizations/${companyId}/policy`
  const { version, settings } = (await ask('GET', path)).body
  await ask('PUT', path, { version, settings: { ...settings, ruleSets: ['large'] } })
  assert.deepEqual(
    (await device.checkIn()).body.ruleSets.map(({ set }: { set: string }) => set),
    ['large'],
  )
  await ask('PUT', at('/large'), { isUsed: false })
  assert.deepEqual((await device.checkIn()).body.ruleSets, [])
  const gone = await device.post('/api/device/rule-sets/note', { set: 'large', version: 1 })
  assert.equal(gone.code, 'rule_sets.other_version')
})

test('rules that somebody brings, and a bundle of another Vartio under its key, become a set', async () => {
  const bring = async (name: string, content: Buffer, key?: string) => {
    await ask('POST', at(), { ...own, name })
    const piece = { content: content.toString('base64') }
    assert.equal((await ask('PUT', at(`/${name}/pieces/0`), piece)).status, 204)
    return ask('POST', at(`/${name}/brought`), { pieces: 1, ...(key ? { key } : {}) })
  }
  assert.equal((await bring('brought', Buffer.from(rule('mine', 'what only we know')))).status, 204)
  assert.equal(
    (
      await until(async () => {
        const set = await read('brought')
        return set.state === 'ready' && set
      }, 90_000)
    ).rules,
    1,
  )
  const bundle = await portal.ruleSets.export(providerId, 'brought', by)
  const { key } = (await ask('GET', at())).body
  assert.equal((await bring('carried', bundle)).code, 'rule_sets.not_bundle_key')
  const other = describeNoteKey(signedAs, generateKeyPairSync('ed25519').publicKey).text
  assert.equal((await ask('POST', at('/carried/brought'), { pieces: 1, key: other })).code, 'bundle.unusable')
  assert.equal((await ask('POST', at('/carried/brought'), { pieces: 1, key })).status, 204)
  const carried = await until(async () => {
    const set = await read('carried')
    return set.state === 'ready' && set
  }, 90_000)
  assert.equal(carried.rules, 1)
})
