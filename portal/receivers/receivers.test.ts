import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import fc from 'fast-check'
import { createCertificate } from '#tests/certificate'
import { detected, home } from '#tests/device'
import { createReceivedPortal, type ReceivedLetter } from '#tests/receiver'
import { until } from '#tests/until'
import { readTarget } from './deliver.ts'
import { type Told, writeBody, writeGathered } from './forms.ts'

// Real receivers: an HTTPS server and a syslog server over TLS, each with a certificate of an authority of its own.
const certificate = createCertificate('localhost')
const received: string[] = []
const syslog = createTlsServer(certificate, async (socket) => {
  let text = ''
  for await (const part of socket) text += part
  received.push(text)
}).listen(0, '127.0.0.1')
await once(syslog, 'listening')
after(() => void syslog.close())
const syslogPort = (syslog.address() as AddressInfo).port
const { portal, companyId, otherId, boss, device, port, answers, ask, found, receiver, make, look, work, remove } =
  await createReceivedPortal(certificate, [`localhost:${syslogPort}`])
const spool = randomUUID()

test('what is found is sent signed, once, and without names unless somebody chose so', async () => {
  const { receiverId, secret } = await make()
  const one = await found()
  const [letter] = await work()
  assert.ok(letter)
  const sent = JSON.parse(letter.body)
  assert.deepEqual(
    [sent.type, sent.data.id, sent.data.detection.rule, sent.data.device.deviceId],
    ['detection.created', one.id, 'eicar', device.deviceId],
  )
  assert.doesNotMatch(letter.body, /aino/i)
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = letter.headers
  const signed = createHmac('sha256', Buffer.from(String(secret).slice(6), 'base64')).update(
    `${id}.${at}.${letter.body}`,
  )
  assert.equal(signature, `v1,${signed.digest('base64')}`)
  assert.deepEqual(await work(), [])
  const shown = await look(receiverId)
  assert.deepEqual([shown.host, shown.state, shown.failure, shown.waiting], [`localhost:${port}`, 'on', null, 0])
  assert.doesNotMatch(JSON.stringify(shown), /whsec|hook/)
  const [row] = await portal.admin<{ text: string }[]>`select string_agg(r::text, '') as text from receivers.receiver r`
  assert.doesNotMatch(row?.text ?? '', /localhost|whsec/)
  await remove(receiverId)
  const named = await make({ hasNames: true })
  await found()
  assert.match((await work())[0]?.body ?? '', /Aino-kannettava.*lasku\.zip/s)
  await remove(named.receiverId)
})

test('what does not come through is tried again under the same number, says why, and is paused after days', async () => {
  const { receiverId } = await make()
  await found()
  answers.status = 500
  const first = (await work())[0]?.headers['webhook-id']
  assert.ok(first)
  assert.deepEqual([(await look(receiverId)).failure, (await look(receiverId)).waiting], ['refused', 1])
  // The organisation's first page says so, and no other's.
  const needs = async (organizationId: string) =>
    (await ask('GET', '/overview', undefined, organizationId)).body.needs.filter(
      ({ code }: { code: string }) => code === 'overview.receivers_failing',
    )
  assert.deepEqual(await needs(companyId), [
    { code: 'overview.receivers_failing', severity: 'warning', params: { count: 1 } },
  ])
  assert.deepEqual(await needs(otherId), [])
  assert.deepEqual(await work(1), [])
  answers.status = 302
  assert.equal((await work()).length, 1)
  assert.equal((await look(receiverId)).failure, 'redirected')
  answers.status = 204
  const again = await work(600)
  assert.equal(again[0]?.headers['webhook-id'], first)
  assert.deepEqual(await needs(companyId), [])
  assert.deepEqual([(await look(receiverId)).failure, (await look(receiverId)).waiting], [null, 0])
  answers.status = 503
  await found()
  for (let hour = 0; hour <= 80; hour += 8) await work(8 * 3_600)
  assert.equal((await look(receiverId)).state, 'paused')
  answers.status = 204
  assert.deepEqual(await work(86_400), [])
  assert.equal((await ask('POST', `/receivers/${receiverId}/resume`)).status, 204)
  assert.equal((await work()).length, 1)
  const { records } = (await ask('GET', '/audit?action=receivers.paused')).body
  assert.equal(records.length, 1)
  await remove(receiverId)
})

test('SSRF: what only this machine or its network reaches is no receiver, nor is anything but https and syslog over TLS', async () => {
  const tryIt = async (address: string, kind = 'json') =>
    (await ask('POST', '/receivers', receiver({ address, kind }))).code
  for (const address of [
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1:8443/',
    'https://169.254.169.254/latest',
    'https://2130706433/',
  ])
    assert.equal(await tryIt(address), 'receivers.own_network', address)
  for (const address of [
    'http://example.com/',
    'ftp://example.com',
    'https://a:b@example.com/',
    'tls://example.com:6514',
    'x',
  ])
    assert.equal(await tryIt(address), 'receivers.bad_address', address)
  assert.equal(await tryIt('https://example.com', 'syslog'), 'receivers.bad_address')
  assert.equal((await ask('POST', '/receivers', receiver({ certificate: 'x' }))).code, 'receivers.bad_certificate')
  // A name that leads here, and that nobody has allowed, is found out when it is used.
  const { receiverId } = await make({ address: 'https://localhost:1/' })
  assert.equal((await ask('POST', `/receivers/${receiverId}/test`)).code, 'receivers.not_delivered')
  await remove(receiverId)
  // Of an authority that nobody knows.
  const unknown = await make({ certificate: undefined })
  await found()
  assert.deepEqual(await work(), [])
  assert.equal((await look(unknown.receiverId)).failure, 'not-trusted')
  await remove(unknown.receiverId)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl(),
        fc.string(),
        fc.string().map((text) => `tls://${text}`),
      ),
      fc.boolean(),
      (address, isSyslog) => {
        try {
          assert.equal(readTarget(address, isSyslog).protocol, isSyslog ? 'tls:' : 'https:')
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'receivers.bad_address')
        }
      },
    ),
  )
})

test('a device that went silent or without protection, and a changed policy, are told to whoever asked for that', async () => {
  const { receiverId } = await make({ events: ['device-silent', 'protection-off', 'policy-changed'] })
  await found()
  await device.checkIn({
    protections: [{ name: 'real-time', state: 'off', why: 'stopped', since: portal.clock.now().toISOString() }],
  })
  const { version, settings } = (await ask('GET', '/policy')).body
  assert.equal((await ask('PUT', '/policy', { version, settings: { ...settings, reportOnly: true } })).status, 204)
  const types = (all: readonly ReceivedLetter[]) => all.map(({ body }) => JSON.parse(body).type).sort()
  assert.deepEqual(types(await work()), ['device.protection_off', 'policy.changed'])
  await device.checkIn()
  assert.deepEqual(types(await work()), [])
  portal.clock.advance(3_600_000)
  assert.deepEqual(types(await work()), ['device.silent'])
  assert.deepEqual(types(await work()), [])
  await remove(receiverId)
})

test('syslog: OCSF in messages of RFC 5424, each with its length in front (RFC 5425), over TLS that is verified', async () => {
  const made = await make({ kind: 'syslog', address: `tls://localhost:${syslogPort}`, hasNames: true })
  assert.equal(made.secret, null)
  const one = await found({ path: `${home}/Lataukset/ääkköset.zip` })
  await work()
  const text = await until(async () => received[0])
  const length = /^(\d+) /.exec(text)
  const message = text.slice(length?.[0].length)
  assert.equal(Number(length?.[1]), Buffer.byteLength(message))
  const parts = /^<(\d{1,3})>1 (\S+) (\S+) vartio - detection - (\{.*\})$/.exec(message)
  assert.ok(parts, message)
  assert.equal(parts[1], '85')
  assert.ok(Date.parse(parts[2] ?? '') > 0)
  const finding = JSON.parse(parts[4] ?? '')
  assert.deepEqual(
    [finding.class_uid, finding.type_uid, finding.metadata.version, finding.metadata.uid],
    [2004, 200_401, '1.5.0', one.id],
  )
  assert.equal(finding.evidences[0].file.path, one.path)
  await remove(made.receiverId)
})

test('what people do about a detection is told as changes of the same finding', async () => {
  const plain = await make({ events: ['detection-changed'] })
  const log = await make({ kind: 'ocsf' })
  const one = await found()
  const path = `/detections/${one.id}`
  assert.equal((await ask('POST', `${path}/assignee`, { version: 1, personId: boss.personId })).status, 200)
  const why = 'Soitin Ainolle'
  assert.equal((await ask('POST', `${path}/state`, { version: 2, state: 'investigating', why })).status, 200)
  portal.clock.advance(1_000)
  const until = new Date(portal.clock.now().getTime() + 86_400_000).toISOString()
  const asked = { version: 3, cover: 'sha256', until, reason: 'Oma ohjelma' }
  assert.equal((await ask('POST', `${path}/false-positive`, asked)).status, 200)
  const sent = (await work()).map(({ body }) => JSON.parse(body))
  const told = sent.filter(({ type }) => type === 'detection.changed').map(({ data }) => data)
  assert.deepEqual(
    told.map(({ id, change: { what, state, resolution, isAssigned } }) => [id, what, state, resolution, isAssigned]),
    [
      [one.id, 'assignee', 'new', null, true],
      [one.id, 'state', 'investigating', null, true],
      [one.id, 'state', 'resolved', 'false-positive', true],
    ],
  )
  assert.deepEqual(
    sent
      .filter(({ class_uid: classUid }) => classUid === 2004)
      .map((event) => [event.finding_info.uid, event.activity_id, event.status_id]),
    [
      [one.id, 1, 1],
      [one.id, 2, 1],
      [one.id, 2, 2],
      [one.id, 3, 3],
    ],
  )
  // Neither who looks into it nor what they wrote.
  assert.doesNotMatch(JSON.stringify(sent), new RegExp(`${boss.personId}|Ainolle|ohjelma`))
  await Promise.all([remove(plain.receiverId), remove(log.receiverId)])
})

test('in quiet hours only what is urgent is sent; the rest comes as one when they are over', async () => {
  const clockTime = (hours: number) =>
    new Date(portal.clock.now().getTime() + hours * 3_600_000).toISOString().slice(11, 16)
  const spans = [{ days: [1, 2, 3, 4, 5, 6, 7], from: clockTime(-1), to: clockTime(2) }]
  const set = (quiet: object | null) => ask('PUT', '/quiet-hours', { quiet })
  assert.equal((await set({ zone: 'Nowhere/Land', spans, urgent: 'not-stopped' })).code, 'http.invalid_input')
  assert.equal(
    (await set({ zone: 'UTC', spans: [{ ...spans[0], from: '24:00' }], urgent: 'high' })).code,
    'http.invalid_input',
  )
  assert.equal((await set({ zone: 'UTC', spans, urgent: 'not-stopped' })).status, 204)
  const calm = await make({ title: 'Keskustelu', keepsQuiet: true, events: ['detection', 'detection-changed'] })
  const awake = await make({ kind: 'ocsf', keepsQuiet: true })
  assert.equal((await ask('GET', '/receivers')).body.isQuietNow, true)
  assert.equal((await look(awake.receiverId)).keepsQuiet, false)
  const awakePath = `/receivers/${awake.receiverId}/quiet`
  assert.equal((await ask('PUT', awakePath, { keepsQuiet: true })).code, 'receivers.logs_never_quiet')
  const first = await found()
  portal.clock.advance(1_000)
  const urgent = await found({ done: 'failed' })
  const second = await found({ done: 'blocked' })
  const calmly = (all: readonly ReceivedLetter[]) => all.map(({ body }) => JSON.parse(body)).filter(({ type }) => type)
  const sent = await work()
  // The log system has them all at once.
  assert.equal(sent.length, 4)
  assert.deepEqual(
    calmly(sent).map(({ data }) => data.id),
    [urgent.id],
  )
  assert.deepEqual(await work(), [])
  assert.equal((await look(calm.receiverId)).waiting, 2)
  // Nothing is wrong with it, and nobody is told that it fails.
  assert.deepEqual(
    [(await look(calm.receiverId)).failure, (await ask('GET', '/receivers')).body.isQuietNow],
    [null, true],
  )
  answers.status = 500
  const tried = (await work(2 * 3_600))[0]?.headers['webhook-id']
  answers.status = 204
  const after = await work(600)
  assert.equal(after.length, 1)
  assert.equal(after[0]?.headers['webhook-id'], tried)
  const [gathered] = calmly(after)
  assert.deepEqual(
    [gathered.type, gathered.data.events.map((one: { type: string; data: { id: string } }) => [one.type, one.data.id])],
    [
      'gathered',
      [
        ['detection.created', first.id],
        ['detection.created', second.id],
      ],
    ],
  )
  assert.deepEqual(await work(), [])
  // By how bad it is, and by nothing while no quiet hours hold for it.
  const now = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }]
  assert.equal((await set({ zone: 'Europe/Helsinki', spans: now, urgent: 'critical' })).status, 204)
  await found({ done: 'reported' })
  assert.deepEqual(calmly(await work()), [])
  assert.equal((await ask('PUT', `/receivers/${calm.receiverId}/quiet`, { keepsQuiet: false })).status, 204)
  assert.equal(calmly(await work()).length, 1)
  assert.equal((await set(null)).status, 204)
  const { records } = (await ask('GET', '/audit?action=receivers.quiet_set')).body
  assert.equal(records.length, 3)
  await Promise.all([remove(calm.receiverId), remove(awake.receiverId)])
})

test('more than are read at once, changed in one moment, are all told', async () => {
  const { receiverId } = await make({ kind: 'syslog', address: `tls://localhost:${syslogPort}` })
  const ids = Array.from({ length: 520 }, () => randomUUID())
  const events = ids.map((id) => detected({ id }))
  for (const [at, from] of [0, 260].entries())
    assert.equal((await device.send(spool, 1 + at * 260, events.slice(from, from + 260))).status, 200)
  const asked = { act: { kind: 'state', state: 'resolved' }, chosen: { ids } }
  assert.equal((await ask('POST', '/detection-bulk', asked)).status, 200)
  received.length = 0
  await work()
  const all = await until(() => {
    const found = [...received.join('').matchAll(/"activity_id":([123]).*?"finding_info":\{"uid":"([^"]+)"/g)]
    return found.length === 1_040 && found
  })
  for (const activity of ['1', '3'])
    assert.deepEqual(all.flatMap(([, one, id]) => (one === activity ? [id] : [])).sort(), ids.sort())
  await remove(receiverId)
})

test('what is gathered for a chat is one message of twenty lines at most', () => {
  const told = Array.from(
    { length: 25 },
    (_, at): Told => ({
      event: 'policy-changed',
      at: new Date(Date.parse('2026-11-22T12:00:00Z') + at),
      eventId: randomUUID(),
      id: randomUUID(),
      organizationId: randomUUID(),
      link: 'https://portal.example/policy',
    }),
  )
  for (const kind of ['slack', 'teams', 'mattermost'] as const) {
    const body = writeGathered(kind, told, 'fi', new URL('https://portal.example'))
    assert.match(body, /25.*ja 5 muuta/s)
    assert.equal(body.match(/Käytäntöä muutettiin/g)?.length, 20)
  }
})

test('each chat gets its own form, and what others have named calls nobody and makes no link', () => {
  const told: Told = {
    event: 'detection',
    at: new Date('2026-11-22T12:00:00Z'),
    eventId: randomUUID(),
    id: randomUUID(),
    organizationId: randomUUID(),
    link: 'https://portal.example/detections/1',
    device: { deviceId: randomUUID() },
    detection: {
      kind: 'detection',
      happenedAt: new Date('2026-11-22T12:00:00Z'),
      rule: '<!channel> @all [x](https://evil.example)\n# big',
      ruleSet: 'a',
      severity: 'high',
      done: 'reported',
      sha256: null,
    },
  }
  const body = (kind: 'slack' | 'teams' | 'mattermost') => JSON.parse(writeBody(kind, told, 'fi'))
  const { text } = body('slack').blocks[0].text
  assert.ok(text.includes('&lt;!channel&gt;') && !text.includes('<!channel>') && text.includes(`<${told.link}|`))
  assert.doesNotMatch(body('mattermost').text, /@all|\n# |[^\\]\[x\]\(/)
  const { content } = body('teams').attachments[0]
  assert.deepEqual([content.type, content.version, content.actions[0].url], ['AdaptiveCard', '1.4', told.link])
  assert.doesNotMatch(content.body[1].facts[0].value, /[^\\]\]\(/)
})
