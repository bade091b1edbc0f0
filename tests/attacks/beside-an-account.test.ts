import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Browser } from '#tests/browser'
import { register, signIn } from '#tests/identity'
import { createUpstreamScene } from '#tests/upstream-scene'

// Two sessions in one browser: of an account, and of whoever identified without it. What each service may know of the other is nothing.

const scene = await createUpstreamScene()
const { upstream, library, newBrowser, admin } = scene
upstream.state.person = {
  sub: 'arkisto-1',
  name: 'Aino Upstream',
  email: 'aino@upstream.example',
  email_verified: true,
}

/** To the page that says what the service gets. */
const identifyAt = (browser: Browser, service: typeof library) => scene.identify(browser, { service })
/** Somebody with an account, signed in. */
async function arrive(name: string, email: string) {
  const browser = newBrowser()
  await browser.go('GET', (await library.begin({ prompt: 'create' })).url)
  const { authenticator } = await register(scene, browser, { name, email })
  await browser.go('POST', browser.url, { form: {} })
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  return { browser, authenticator }
}
const isIn = async (browser: Browser) => (await browser.ask('GET', '/account/api/own', { json: {} })).status === 200
/** What a service is answered without a word to the person. */
const silent = async (browser: Browser, service: typeof library) => {
  const { url, checks } = await service.begin({ prompt: 'none' })
  await browser.go('GET', url)
  return { answer: browser.url, checks, error: browser.url.searchParams.get('error') }
}

test('whoever identifies without their account, where only that is taken, keeps their session, and the service learns nothing of it', async () => {
  const archive = await scene.enter('archive', { ways: ['teko'] })
  const { browser: holder, authenticator } = await arrive('Tilin Haltija', 'haltija@paja.example')
  const account = () => holder.cookie('vartio-session')
  const before = account()
  const stranger = newBrowser()
  // Not even that somebody here has an account: word for word what it is told of nobody.
  const [known, nobody] = [await silent(holder, archive), await silent(stranger, archive)]
  for (const { answer } of [known, nobody]) answer.searchParams.delete('state')
  assert.equal(known.answer.href, nobody.answer.href)

  await identifyAt(holder, archive)
  await holder.go('POST', `${holder.event}/cancel`, { form: {} })
  assert.equal(holder.url.searchParams.get('error'), 'access_denied')
  const { page, checks } = await identifyAt(holder, archive)
  assert.match(page.body, /Aino Upstream/)
  assert.ok(!page.body.includes('Tilin Haltija') && !page.body.includes('haltija@paja.example'))
  assert.ok(await isIn(holder), 'on the way')
  await holder.go('POST', `${holder.event}/continue`, { form: { remember: 'yes' } })
  const claims = (await archive.redeem(holder.url, checks)).claims()!
  assert.deepEqual([claims.name, claims.email], ['Aino Upstream', 'aino@upstream.example'])
  assert.ok(await isIn(holder))
  assert.equal(account(), before)
  // The log that the service’s contract rests on does not tell whose session it was in the same browser.
  const [logged] = await admin<{ logged: number; linked: number; cancelled: number }[]>`
    select count(*)::int as logged, count(s.session_id)::int as linked, count(*) filter (where l.what = 'cancelled')::int as cancelled
    from release.log l left join oidc.session s on s.session_id = l.session_id
    where l.contract_id = (select contract_id from services.contract where client_id = 'archive')`
  assert.deepEqual([logged!.linked, logged!.cancelled], [0, 1])
  assert.ok(logged!.logged > 1)
  // Nor is it among what is kept with the account.
  assert.equal((await admin`select 1 from oidc.session where 'archive' = any(services)`).count, 0)

  // Both go on beside each other, each for its services.
  const again = await silent(holder, archive)
  assert.equal((await archive.redeem(again.answer, again.checks)).claims()!.email, 'aino@upstream.example')
  const page2 = await holder.go('GET', (await library.begin()).url)
  assert.match(page2.body, /haltija@paja.example/)
  assert.ok(!page2.body.includes('aino@upstream.example'))
  assert.ok(await isIn(holder))

  // Who signs out where no account is taken, is out altogether; kept cookies open neither.
  const kept = Object.assign(newBrowser(), { cookies: [...holder.cookies] })
  const question = await holder.go('GET', '/oidc/sign-out?client_id=archive')
  const [, action] = /action="([^"]+)"/.exec(question.body)!
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)![1]!
  await holder.go('POST', action!, { form: { xsrf, logout: 'yes' } })
  for (const browser of [holder, kept]) {
    assert.ok(!(await isIn(browser)))
    assert.equal((await silent(browser, archive)).error, 'login_required')
  }
  assert.deepEqual(
    holder.cookies.filter(({ name }) => /session/.test(name)),
    [],
  )

  // Signing in by passkey begins anew for everybody in this browser, as it always does.
  await identifyAt(holder, archive)
  await holder.go('POST', `${holder.event}/continue`, { form: { remember: 'yes' } })
  await holder.go('GET', (await library.begin({ prompt: 'login' })).url)
  await holder.go('GET', await signIn(holder, authenticator))
  await holder.go('POST', `${holder.event}/continue`, { form: {} })
  assert.ok(await isIn(holder))
  assert.equal((await silent(holder, archive)).error, 'login_required')
})

test('whoever signs out of one service that takes no accounts stays signed in to their account', async () => {
  const museum = await scene.enter('museum', { ways: ['teko'] })
  const { browser } = await arrive('Museo Kävijä', 'museo@paja.example')
  await identifyAt(browser, museum)
  await browser.go('POST', `${browser.event}/continue`, { form: { remember: 'yes' } })
  const question = await browser.go('GET', '/oidc/sign-out?client_id=museum')
  const [, action] = /action="([^"]+)"/.exec(question.body)!
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)![1]!
  await browser.go('POST', action!, { form: { xsrf } })
  assert.equal((await silent(browser, museum)).error, 'consent_required')
  assert.ok(await isIn(browser))
})
