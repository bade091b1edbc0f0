import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createReceivedPortal, type ReceivedLetter } from '#tests/receiver'

// What becomes of a receiver that was made: it is changed, and it refuses.
const { portal, companyId, otherId, cert, port, answers, ask, found, make, look, work, remove } =
  await createReceivedPortal()

test('an event that is refused for what is in it is set aside after three tries, told of, and the others go on', async () => {
  const { receiverId } = await make({ events: ['detection'] })
  const poison = await found()
  portal.clock.advance(1_000)
  const fine = await found()
  answers.refused = (body) => body.includes(poison.id)
  const ids = (all: readonly ReceivedLetter[]) => all.map(({ body }) => JSON.parse(body).data.id)
  // Until then it is tried in its place, and nobody is alarmed.
  assert.deepEqual(ids(await work()), [poison.id])
  assert.deepEqual([(await look(receiverId)).failure, (await look(receiverId)).waiting], [null, 2])
  assert.deepEqual(ids(await work()), [poison.id])
  assert.deepEqual(ids(await work(120)), [poison.id, fine.id])
  const shown = await look(receiverId)
  assert.deepEqual(
    [shown.state, shown.failure, shown.waiting, shown.setAside.count, shown.setAside.status],
    ['on', null, 0, 1, 422],
  )
  assert.deepEqual(await work(86_400), [])
  // Once it takes it, it is sent again for who asks; nothing of it is left aside.
  answers.refused = () => false
  assert.equal((await ask('POST', `/receivers/${receiverId}/resume`)).status, 204)
  assert.deepEqual(ids(await work()), [poison.id])
  assert.equal((await look(receiverId)).setAside, null)
  await remove(receiverId)
})

test('a receiver that refuses everything for what is in it loses little of it, and is paused', async () => {
  const { receiverId } = await make()
  for (let at = 0; at < 30; at += 1) {
    await found()
    portal.clock.advance(1_000)
  }
  answers.refused = () => true
  for (let hour = 0; hour <= 90; hour += 1) await work(3_600)
  const shown = await look(receiverId)
  assert.deepEqual([shown.state, shown.failure, shown.setAside.count + shown.waiting], ['paused', 'not-taken', 30])
  assert.ok(shown.setAside.count < 10, `${shown.setAside.count} set aside`)
  answers.refused = () => false
  assert.equal((await ask('POST', `/receivers/${receiverId}/resume`)).status, 204)
  assert.equal((await work()).length, 30)
  await remove(receiverId)
})

test('of what is gathered and refused only what is not taken is set aside', async () => {
  const always = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }]
  await ask('PUT', '/quiet-hours', { quiet: { zone: 'UTC', spans: always, urgent: 'not-stopped' } })
  const { receiverId } = await make({ keepsQuiet: true })
  const poison = await found()
  portal.clock.advance(1_000)
  await found()
  assert.deepEqual(await work(), [])
  await ask('PUT', '/quiet-hours', { quiet: null })
  answers.refused = (body) => body.includes(poison.id)
  const types: string[] = []
  for (let turn = 0; turn < 8; turn += 1) types.push(...(await work(1_800)).map(({ body }) => JSON.parse(body).type))
  answers.refused = () => false
  assert.deepEqual(types.slice(0, 4), ['gathered', 'gathered', 'gathered', 'detection.created'])
  const shown = await look(receiverId)
  assert.deepEqual([shown.waiting, shown.setAside.count, shown.failure], [0, 1, null])
  await remove(receiverId)
})

test('which answers are about what was sent, and which about the way', async () => {
  const { receiverId } = await make()
  await found()
  for (const [answer, failure] of [
    [400, null],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [408, 'refused'],
    [410, 'refused'],
    [429, 'refused'],
    [500, 'refused'],
  ] as const) {
    answers.status = answer
    assert.equal((await ask('POST', `/receivers/${receiverId}/resume`)).status, 204)
    assert.equal((await work()).length, 1)
    assert.deepEqual(
      [(await look(receiverId)).failure, (await look(receiverId)).setAside],
      [failure, null],
      String(answer),
    )
  }
  answers.status = 204
  await remove(receiverId)
})

test('a receiver is changed: where, of what and under which name, with what waits; its form and secret stay', async () => {
  const { receiverId, secret } = await make({ address: 'https://localhost:1/hook' })
  const one = await found()
  assert.deepEqual(await work(), [])
  assert.equal((await look(receiverId)).state, 'on')
  const same = { title: 'Valvomo', events: ['detection'], language: 'fi', hasNames: false, keepsQuiet: false }
  const change = (more: object = {}) => ask('PUT', `/receivers/${receiverId}`, { ...same, ...more })
  assert.equal((await change({ address: 'https://10.0.0.1/' })).code, 'receivers.own_network')
  assert.equal((await change({ address: 'http://example.com/' })).code, 'receivers.bad_address')
  assert.equal((await change({ certificate: 'x' })).code, 'receivers.bad_certificate')
  assert.equal((await change({ events: [] })).code, 'http.invalid_input')
  assert.equal((await ask('PUT', `/receivers/${randomUUID()}`, same)).code, 'receivers.not_found')
  assert.equal((await ask('PUT', `/receivers/${receiverId}`, same, otherId)).code, 'receivers.not_found')
  // Who signed in long ago is asked for the passkey: whoever has it sent elsewhere hears what happens here.
  const old = await portal.person('Vanha', { [companyId]: ['administrator'] })
  portal.clock.advance(3_600_000)
  const stale = await portal.ask('PUT', `/api/organizations/${companyId}/receivers/${receiverId}`, {
    cookie: old.cookie,
    body: same,
  })
  assert.equal(stale.code, 'sessions.passkey_wanted')
  const named = { title: 'Päivystys', hasNames: true, events: ['detection', 'policy-changed'], language: 'en' }
  assert.equal((await change({ ...named, address: `https://localhost:${port}/other` })).status, 204)
  assert.equal((await ask('POST', `/receivers/${receiverId}/test`)).status, 204)
  const [letter] = await work()
  assert.equal(JSON.parse(letter?.body ?? '').data.id, one.id)
  assert.match(letter?.body ?? '', /Aino-kannettava/)
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = letter?.headers ?? {}
  const sign = (by: string) =>
    `v1,${createHmac('sha256', Buffer.from(by.slice(6), 'base64'))
      .update(`${id}.${at}.${letter?.body}`)
      .digest('base64')}`
  assert.equal(signature, sign(String(secret)))
  const shown = await look(receiverId)
  assert.deepEqual(
    [shown.title, shown.host, shown.events, shown.language, shown.hasNames, shown.hasCertificate, shown.failure],
    ['Päivystys', `localhost:${port}`, ['detection', 'policy-changed'], 'en', true, true, null],
  )
  // Without its authority nobody trusts it any more.
  assert.equal((await change({ ...named, certificate: null })).status, 204)
  assert.equal((await ask('POST', `/receivers/${receiverId}/test`)).code, 'receivers.not_delivered')
  assert.equal((await change({ ...named, certificate: cert })).status, 204)
  assert.equal((await ask('POST', `/receivers/${receiverId}/test`)).status, 204)
  const { records } = (await ask('GET', '/audit?action=receivers.changed')).body
  assert.equal(records.length, 3)
  assert.doesNotMatch(JSON.stringify(records), /localhost|BEGIN/)
  await remove(receiverId)
})

test('a secret is replaced, told once, and what comes after is signed with it', async () => {
  const { receiverId, secret } = await make()
  const rotated = await ask('POST', `/receivers/${receiverId}/secret`)
  assert.equal(rotated.status, 200)
  assert.match(rotated.body.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.notEqual(rotated.body.secret, secret)
  await found()
  const [letter] = await work()
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = letter?.headers ?? {}
  const hmac = createHmac('sha256', Buffer.from(rotated.body.secret.slice(6), 'base64'))
  assert.equal(signature, `v1,${hmac.update(`${id}.${at}.${letter?.body}`).digest('base64')}`)
  assert.doesNotMatch(JSON.stringify((await ask('GET', '/receivers')).body), /whsec/)
  const { records } = (await ask('GET', '/audit?action=receivers.secret_rotated')).body
  assert.equal(records.length, 1)
  assert.doesNotMatch(JSON.stringify(records), /whsec/)
  assert.equal((await ask('POST', `/receivers/${receiverId}/secret`, undefined, otherId)).code, 'receivers.not_found')
  const unsigned = await make({ kind: 'syslog', address: `tls://localhost:6514` })
  assert.equal((await ask('POST', `/receivers/${unsigned.receiverId}/secret`)).code, 'receivers.never_signed')
  await Promise.all([remove(receiverId), remove(unsigned.receiverId)])
})
