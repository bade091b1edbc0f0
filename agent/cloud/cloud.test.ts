import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { isRoot } from '#base/users'
import { testFiles } from '#engine/rules'
import { createTestCloud } from '#tests/cloud'
import { installAgent } from '#tests/installed-agent'
import { createLine } from '#tests/line'
import { makeOwnMount } from '#tests/own-mount'
import { createReachablePortal } from '#tests/reachable-portal'
import { until } from '#tests/until'

// A real portal, a real Cloud and a real agent with its guard: a content that only the Cloud knows to be bad.

const skip = isRoot() || process.env.CI === 'true' ? false : 'a guard that blocks, and a mount of its own, need root'
const mount = skip ? '' : makeOwnMount()
const real = skip ? undefined : await createReachablePortal()
const cloud = real && (await createTestCloud({ urls: real.portal.urls, publicFolder: real.portal.publicFolder }))
const line = cloud && (await createLine(Number(cloud.urls.cloud.port)))
await cloud?.http.app.listen({ host: '127.0.0.1', port: 0 })
if (cloud) line?.leadTo((cloud.http.app.server.address() as AddressInfo).port)
const execute = promisify(execFile)
const contentOf = (number: number) => `#!/bin/sh\necho ran ${number}\n# nobody’s rules find this\n`
const hashOf = (number: number) => createHash('sha256').update(contentOf(number)).digest('hex')
let given = 0
await bring(`sha256,name\n${hashOf(1)},Made.Up\n`)
const device = real && (await installAgent(real, mount))
after(async () => {
  await device?.remove()
  if (mount) execFileSync('umount', ['-l', mount])
})

async function bring(list: string, verdict = 'malicious') {
  if (!cloud) return
  given += 1
  const own = join(cloud.folder, 'imports', `import-${given}`)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'list'), list)
  writeFileSync(join(own, 'asked.json'), JSON.stringify({ verdict }))
  while (await cloud.lists.work());
  while (await cloud.filter.update());
}

const write = (name: string, content: string) => {
  const path = join(mount, name)
  execFileSync('sh', ['-c', 'cat > "$1"; chmod 755 "$1"', 'sh', path], { input: content })
  return path
}
/** What it says, or the shell's word that it may not be run. Not from this process: it would wait for the guard, which waits for the Cloud, which lives here. */
const run = (path: string): Promise<string | number> =>
  execute('sh', ['-c', '"$1"', 'sh', path], { timeout: 20_000 }).then(
    ({ stdout }) => stdout.trim(),
    (error: { code: number }) => error.code,
  )
const status = async () => device?.status().catch(() => undefined)
const filterOf = async () => (await status())?.cloud?.filterVersion
const detectionAt = async (path: string) =>
  (await real?.get('/detections'))?.detections.find((one: { path: string }) => one.path === path)
const deviceId = async () => (await real?.get('/devices'))?.devices[0].deviceId
const protectionOf = async () =>
  (await real?.get(`/devices/${await deviceId()}`))?.protections.find(({ name }: { name: string }) => name === 'cloud')
async function fetchLists() {
  await real?.post(`/devices/${await deviceId()}/actions`, { kind: 'update-rules' })
  await until(async () => (await filterOf()) === cloud?.filter.about().version, 60_000)
}

test('BS-06 SC-01 SC-02 SC-06 SC-13 what the Cloud knows to be bad is put into quarantine on a Linux device, and stands in the portal beside that device', {
  skip,
}, async () => {
  assert.ok(real && cloud && device)
  await until(async () => (await filterOf()) === cloud.filter.about().version, 60_000)
  const path = write('letter.bin', contentOf(1))
  await until(() => !existsSync(path))
  const found = await until(() => detectionAt(path))
  assert.deepEqual(
    [found.device.deviceId, found.done, found.source, found.rule, found.ruleSet],
    [await deviceId(), 'quarantined', 'cloud', 'Made.Up', 'security-cloud'],
  )
  const asked = (await device.journal()).filter(({ kind }: { kind: string }) => kind === 'cloud')
  assert.ok(asked.some(({ body }: { body: { what: string } }) => body.what === 'prefix'))
  // The front of the hash is all that left.
  assert.ok(!JSON.stringify(asked).includes(hashOf(1).slice(0, 12)))
})

test('SC-03 a program that was clean by the older list does not run once a delta has come', { skip }, async () => {
  assert.ok(real && cloud && device)
  const path = write('later.sh', contentOf(2))
  assert.equal(await run(path), 'ran 2')
  await bring(`sha256,name\n${hashOf(2)},Made.Up.Later\n`)
  await fetchLists()
  assert.match(JSON.stringify(cloud.lines), /"route\\":\\"\/filter\/delta\/:from\/:to/)
  await until(async () => (await run(path)) === 126)
  const found = await until(() => detectionAt(path))
  assert.deepEqual([found.rule, found.done], ['Made.Up.Later', 'quarantined'])
  const detail = await real.get(`/devices/${await deviceId()}`)
  assert.equal(detail.knownBad.filterVersion, cloud.filter.about().version)
  assert.ok(detail.knownBad.updatedAt)
})

test('a yes of the filter alone condemns nothing; while the Cloud is away a file is let be, and taken when it answers', {
  skip,
}, async () => {
  assert.ok(real && cloud && device && line)
  const withdrawn = contentOf(4)
  await bring(`${hashOf(3)}\n${hashOf(4)}\n`)
  await bring(`${hashOf(4)}\n`, 'withdrawn')
  await fetchLists()
  line.cut()
  const path = write('meanwhile.bin', contentOf(3))
  await until(async () => /unanswered|meanwhile/.test(readUnanswered()))
  assert.ok(existsSync(path))
  line.mend()
  await until(() => !existsSync(path), 60_000)
  const found = await until(() => detectionAt(path))
  assert.deepEqual([found.source, found.seenLate], ['cloud', true])
  // The filter of the devices still says yes to what was withdrawn; the exact answer does not.
  const stays = write('stays.bin', withdrawn)
  await until(async () => JSON.stringify(await device.journal()).split('"prefix"').length > 4)
  assert.ok(existsSync(stays))
  assert.equal(await detectionAt(stays), undefined)
})

const readUnanswered = () => {
  const path = join(device?.place.guard ?? '', 'state', 'unanswered.json')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

test('EP-21 a Cloud that is not reached is told, with the age of the list; and the policy turns it off', {
  skip,
}, async () => {
  assert.ok(real && cloud && device && line)
  line.cut()
  await real.post(`/devices/${await deviceId()}/actions`, { kind: 'update-rules' })
  const away = await until(async () => {
    const one = await protectionOf()
    return one?.why === 'cloud.unreachable' && one
  }, 60_000)
  // It works on with what it has.
  assert.equal(away.state, 'on')
  assert.match(JSON.stringify(await status()), /cloud\.unreachable/)
  line.mend()
  const { version, settings } = await real.get('/policy')
  await real.put('/policy', { version, settings: { ...settings, cloud: false } })
  await until(async () => (await protectionOf())?.state === 'off', 60_000)
  const path = write('unasked.bin', contentOf(1))
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  assert.ok(existsSync(path))
})

test('A-45 RT-18 a program that nobody knows is sent only by policy, once, its bytes alone, and its user is told', {
  skip,
}, async () => {
  assert.ok(real && cloud && device)
  const sent = async () =>
    (await device.journal()).filter(({ body }: { body: { what?: string } | null }) => body?.what === 'sample')
  const before = await real.get('/policy')
  // Until now nothing was: the policy says never.
  assert.deepEqual(await sent(), [])
  const settings = { ...before.settings, cloud: true, unknownContent: 'send' }
  await real.put('/policy', { version: before.version, settings })
  await until(async () => (await protectionOf())?.state === 'on', 60_000)
  write('letter.txt', 'Dear all, nobody’s business\n')
  const path = write('unknown.sh', contentOf(5))
  const [entry] = await until(async () => ((await sent()).length > 0 ? await sent() : undefined))
  assert.deepEqual([entry.body.sha256, entry.about.path], [hashOf(5), path])
  assert.match(JSON.stringify(cloud.lines), /\/samples\/new/)
  await cloud.samples.settled()
  // Found clean there: nothing is known of it, and it is not sent again.
  assert.equal(cloud.verdicts.store.find(Buffer.from(hashOf(5), 'hex')), undefined)
  write('again.sh', contentOf(5))
  // Once somebody knows better, what was sent is looked into again by itself.
  await bring(`sha256,name\n${hashOf(5)},Made.Up.Sample\n`)
  await fetchLists()
  await until(() => !existsSync(path))
  assert.equal((await until(() => detectionAt(path))).rule, 'Made.Up.Sample')
  assert.equal((await sent()).length, 1)
})

test('SC-02 what is known to be good is not looked into, exactly it and only as long as nobody knows better', {
  skip,
}, async () => {
  assert.ok(real && cloud && device)
  const [, marked] = testFiles()
  assert.ok(marked)
  const content = `${marked.content.toString()} of our own making`
  const sha256 = createHash('sha256').update(content).digest('hex')
  await bring(`${sha256}  /srv/build/own tool\n`, 'good')
  await fetchLists()
  await until(async () => (await status())?.cloud?.goodVersion === cloud.filter.good.about().version, 60_000)
  const stays = write('own-tool.txt', content)
  // The one beside it is written later and looked into before: one byte more is another content.
  const other = write('other-tool.txt', `${content}.`)
  await until(() => !existsSync(other))
  assert.ok(existsSync(stays))
  assert.equal(await detectionAt(stays), undefined)
  await bring(`${sha256}\n`, 'withdrawn')
  await real.post(`/devices/${await deviceId()}/actions`, { kind: 'update-rules' })
  await until(async () => (await status())?.cloud?.goodVersion === cloud.filter.good.about().version, 60_000)
  const again = write('own-tool-again.txt', content)
  await until(() => !existsSync(again))
})

test('SC-04 nothing the Cloud was told, or wrote, names the device, its company, the file or its path', {
  skip,
}, async () => {
  assert.ok(real && cloud && device)
  const [{ deviceId: id, name }] = (await real.get('/devices')).devices
  const lines = JSON.stringify(cloud.lines)
  const metrics = await cloud.metrics.registry.metrics()
  for (const said of [id, name, real.organizationId, mount, 'letter.bin', hashOf(1), '127.0.0.1'])
    for (const [where, text] of Object.entries({ lines, metrics }))
      assert.ok(!text.includes(said), `${said} is in ${where}`)
  assert.match(lines, /verdicts\/:bits\/:prefix/)
  assert.match(readFileSync(join(device.place.data, 'agent', 'cloud.json'), 'utf8'), /vartio\/known-bad\+/)
})
