import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUpstreamScene } from '#tests/upstream-scene'
import { companyUpstream, upstream as schema, type Upstream } from './api.ts'

// What the presets of the form fill in (web/portal/upstreams/upstream-values.ts), held to what those providers say of an address.

const { upstream, leave, newBrowser, enter, identity } = await createUpstreamScene()
const google: Upstream['claims'] = { name: 'name', email: 'email', emailVerified: 'email_verified' }
const microsoft: Upstream['claims'] = { name: 'name', email: 'email', emailVerified: 'xms_edov' }
const directory = 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0'

const come = async (upstreamId: string, claims: Upstream['claims']) => {
  await identity.upstreams.records.make(upstreamId, upstream.record({ name: upstreamId, claims }))
  const service = await enter(`at-${upstreamId}`, { ways: [upstreamId] })
  return async (said: Record<string, unknown>) => {
    upstream.state.person = { sub: 'person-1', name: 'Aino Upstream', email: 'aino@upstream.example', ...said }
    const browser = newBrowser()
    const { sent } = await leave(browser, { service, upstream: upstreamId })
    const { body } = await browser.go('GET', upstream.answer(sent))
    assert.match(body, /Aino Upstream/)
    return body.includes('aino@upstream.example')
  }
}

test('ID-24 of a directory of Microsoft an address counts only where it says that it owns the domain: anybody there writes one', async () => {
  const hasAddress = await come('microsoft', microsoft)
  for (const said of [true, 'true', 1, '1']) assert.ok(await hasAddress({ xms_edov: said }), String(said))
  for (const said of [false, 'false', 0, '0', '', null, undefined])
    assert.ok(!(await hasAddress({ xms_edov: said, email_verified: true })), String(said))
})

test('ID-24 of Google an address counts where it says that it is verified, and nowhere else', async () => {
  const hasAddress = await come('google', google)
  assert.ok(await hasAddress({ email_verified: true }))
  for (const said of [false, undefined]) assert.ok(!(await hasAddress({ email_verified: said, xms_edov: true })))
})

test('a preset is of its provider alone: Google of Google, Microsoft of one directory and not of every one in the world', () => {
  const company = { clientId: 'x', authentication: 'client_secret_post' as const, groups: null }
  const takes = (preset: Upstream['preset'], issuer: string) => {
    const claims = preset === 'microsoft' ? microsoft : google
    const one = schema.safeParse(upstream.record({ preset, issuer, claims })).success
    assert.equal(companyUpstream.safeParse({ ...company, preset, issuer }).success, one, issuer)
    return one
  }
  assert.ok(takes('google', 'https://accounts.google.com'))
  for (const issuer of ['https://accounts.google.com.evil.example', 'https://accounts.google.com/x', directory])
    assert.ok(!takes('google', issuer), issuer)
  assert.ok(takes('microsoft', directory))
  for (const tenant of ['common', 'organizations', 'consumers', '9188040d', `${directory.split('/')[3]}/x`])
    assert.ok(!takes('microsoft', `https://login.microsoftonline.com/${tenant}/v2.0`), tenant)
  assert.ok(!takes('microsoft', directory.replace('microsoftonline.com', 'evil.example')))
  assert.ok(!takes('microsoft', 'https://accounts.google.com'))
  // Whoever takes no address for verified registers nobody by it.
  const unproved = { ...microsoft, emailVerified: null }
  assert.ok(!schema.safeParse(upstream.record({ preset: 'microsoft', issuer: directory, claims: unproved })).success)
})
