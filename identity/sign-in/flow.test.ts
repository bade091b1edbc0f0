import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '#tests/browser'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService } from '#tests/service'

const identity = await startIdentity()
const service = await createService({
  issuer: identity.urls.identity,
  key: identity.portalKey,
  callback: new URL('/sign-in/callback', identity.urls.portal),
})

test('a person registers, comes back to the service, signs out and signs in again with the passkey', async () => {
  const browser = new Browser(identity.urls.identity)
  const first = await service.begin({ prompt: 'create', ui_locales: 'fi' })
  const page = await browser.go('GET', first.url)
  assert.equal(page.status, 200, browser.url.href)
  assert.match(page.body, /<html lang="fi">/)
  assert.match(page.body, /Luo tili/)

  const { authenticator, recoveryCodes } = await register(identity, browser, {
    name: 'Aino Korhonen',
    email: 'Aino@Korhonen.example',
  })
  assert.equal(recoveryCodes.length, 10)
  const codesPath = browser.url.pathname
  await browser.go('POST', codesPath, { form: {} })
  assert.equal(browser.url.host, identity.urls.portal.host)
  const tokens = await service.redeem(browser.url, first.checks)
  const claims = tokens.claims()!
  assert.equal(claims.name, 'Aino Korhonen')
  assert.equal(claims.email, 'aino@korhonen.example')
  assert.equal(claims.email_verified, true)
  assert.equal(claims.locale, 'fi')

  const second = await service.begin()
  const signOut = new URL(service.configuration.serverMetadata().end_session_endpoint!)
  signOut.searchParams.set('id_token_hint', tokens.id_token!)
  signOut.searchParams.set('post_logout_redirect_uri', identity.urls.portal.href)
  const question = await browser.go('GET', signOut)
  assert.match(question.body, /Kirjaudutaanko ulos\?|Sign out\?/)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question.body)?.[1]
  await browser.go('POST', '/oidc/sign-out/confirm', { form: { xsrf: xsrf!, logout: 'yes' } })
  assert.equal(browser.url.href, identity.urls.portal.href)

  const signInPage = await browser.go('GET', second.url)
  assert.match(signInPage.body, /autocomplete="username webauthn"/)
  await browser.go('GET', await signIn(browser, authenticator))
  const again = (await service.redeem(browser.url, second.checks)).claims()!
  assert.equal(again.sub, claims.sub)
})
