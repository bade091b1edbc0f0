import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService } from '#tests/service'
import { until } from '#tests/until'

const identity = await startIdentity()
const told: unknown[] = []
let isPortalAway = false
Object.assign(identity.platform.calls, {
  call: async (program: string, path: string, body: unknown) => {
    if (isPortalAway) throw new Error('the portal is away')
    told.push([program, path, body])
  },
})
await identity.platform.messages.start()
const service = await createService({
  issuer: identity.urls.identity,
  key: identity.portalKey,
  callback: new URL('/sign-in/callback', identity.urls.portal),
})

/** Signed in at the portal; answers what the portal knows of the session. */
async function signedInAtPortal(prompt?: { prompt: string }) {
  const browser = new Browser(identity.urls.identity)
  const { url, checks } = await service.begin({ max_age: '28800', ...prompt })
  await browser.go('GET', url)
  return {
    browser,
    redeem: async () => {
      const { sub, auth_time } = (await service.redeem(browser.url, checks)).claims()!
      return { subject: sub, signedInAt: auth_time }
    },
  }
}

test('ID-30 whoever signs out everywhere is out at the portal as well, also when it was away at that moment', async (t) => {
  t.after(() => identity.platform.messages.stop())
  const first = await signedInAtPortal({ prompt: 'create' })
  const { authenticator } = await register(identity, first.browser, { name: 'Eeva', email: 'eeva@sessions.example' })
  await first.browser.go('POST', first.browser.url, { form: {} })
  const known = await first.redeem()
  const second = await signedInAtPortal()
  await second.browser.go('GET', await signIn(second.browser, authenticator))
  const alsoKnown = await second.redeem()

  // Only at identity: the portal has no session of this one.
  const third = new Browser(identity.urls.identity)
  await third.go('GET', '/sign-in?to=account')
  await third.go('GET', await signIn(third, authenticator))
  isPortalAway = true
  assert.equal((await third.ask('POST', '/account/api/sign-out-everywhere', { json: {} })).status, 200)
  await until(() => identity.lines.some((line) => line.includes('a message was not handled')))
  assert.deepEqual(told, [])
  isPortalAway = false
  await until(() => told.length === 2)
  const sorted = (ends: unknown[]) => ends.map((end) => JSON.stringify(end)).sort()
  assert.deepEqual(sorted(told), sorted([known, alsoKnown].map((body) => ['portal', '/calls/sessions/end', body])))
})
