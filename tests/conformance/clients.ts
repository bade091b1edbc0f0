import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { missing, startApache } from './clients/apache.ts'
import { aino, freePort, letIn, startHouse } from './clients/house.ts'
import { startPage } from './clients/page.ts'

// Services by others, in languages and libraries that have nothing in common with ours, as real processes; and a person in a real browser.

const house = await startHouse()
const { page, context, issuer } = house
const folder = mkdtempSync(join(tmpdir(), 'vartio-clients-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Apache runs where it is installed; in CI it is. */
const skip = process.env.CI === undefined && missing().length > 0 ? `${missing().join(', ')} is not installed` : false

const shown = async (at: Page, id: string) => ((await at.locator(`#${id}`).textContent()) ?? '').trim()
const seePerson = async (at: Page) => {
  await at.locator('#SUB').waitFor()
  assert.deepEqual([await shown(at, 'NAME'), await shown(at, 'EMAIL')], [aino.name, aino.email])
  return shown(at, 'SUB')
}

/** Identity asks whether they mean it. */
const signOut = (at: Page) => at.locator('main button.main').first().click()

function makePair(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const [privateFile, publicFile] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  writeFileSync(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  return { privateFile, publicFile, jwk: { kty: 'RSA', kid: name, n, e } as const }
}

const apache = (port: number, clientId: string, more: Readonly<Record<string, string>>) =>
  startApache(port, {
    OIDCProviderMetadataURL: `${issuer}/.well-known/openid-configuration`,
    OIDCRedirectURI: `http://127.0.0.1:${port}/private/callback`,
    OIDCCryptoPassphrase: 'of-this-test-alone',
    OIDCClientID: clientId,
    OIDCScope: '"openid profile email"',
    // Cookies know no ports, and these all run on one host.
    OIDCCookie: `session_${clientId}`,
    OIDCStateCookiePrefix: `state_${clientId}_`,
    ...more,
  })

test('Apache with mod_auth_openidc, with a secret and PKCE, lets the person in and signs them out', {
  skip,
}, async () => {
  const port = await freePort()
  const home = `http://127.0.0.1:${port}/index.html`
  await house.enter('apache', 'in-force', {
    redirectUris: [`http://127.0.0.1:${port}/private/callback`],
    postLogoutRedirectUris: [home],
    protocol: { authentication: 'client_secret_basic', signing: 'RS256', userinfo: 'plain' },
  })
  await apache(port, 'apache', {
    OIDCClientSecret: await house.makeSecret('apache'),
    OIDCProviderTokenEndpointAuth: 'client_secret_basic',
    OIDCPKCEMethod: 'S256',
    OIDCIDTokenSignedResponseAlg: 'RS256',
  })
  const place = `http://127.0.0.1:${port}/private/index.shtml`
  await page.goto(place)
  await letIn(page)
  assert.match(await seePerson(page), /^\S{16,}$/)
  await page.goto(`http://127.0.0.1:${port}/private/callback?logout=${encodeURIComponent(home)}`)
  await signOut(page)
  await page.waitForURL(home)
  await page.goto(place)
  // The page puts the service into its address: what goes on from here would be in the way of the next test.
  await page.waitForURL(/\/sign-in\/.*service=/)
})

test('Apache with signed requests, an encrypted ID token and private_key_jwt lets the person in', {
  skip,
}, async () => {
  const port = await freePort()
  const [signing, opening] = [makePair('signing'), makePair('opening')]
  await house.enter('apache-by-keys', 'in-force', {
    redirectUris: [`http://127.0.0.1:${port}/private/callback`],
    keys: [
      { ...signing.jwk, use: 'sig', alg: 'RS256' },
      { ...opening.jwk, use: 'enc', alg: 'RSA-OAEP' },
    ],
    protocol: {
      authentication: 'private_key_jwt',
      signing: 'RS256',
      signedRequests: true,
      encryption: { algorithm: 'RSA-OAEP', content: 'A256GCM' },
    },
  })
  await apache(port, 'apache-by-keys', {
    OIDCPKCEMethod: 'S256',
    OIDCIDTokenSignedResponseAlg: 'RS256',
    OIDCIDTokenEncryptedResponseAlg: 'RSA-OAEP',
    OIDCIDTokenEncryptedResponseEnc: 'A256GCM',
    OIDCPublicKeyFiles: `"signing#${signing.publicFile}" "opening#${opening.publicFile}"`,
    OIDCPrivateKeyFiles: `"signing#${signing.privateFile}" "opening#${opening.privateFile}"`,
    // Refused before the keys are known.
    OIDCProviderTokenEndpointAuth: 'private_key_jwt',
    OIDCRequestObject: `'${JSON.stringify({
      copy_from_request: [
        'response_type',
        'client_id',
        'redirect_uri',
        'scope',
        'state',
        'nonce',
        'code_challenge',
        'code_challenge_method',
      ],
      static: { aud: issuer },
      crypto: { sign_alg: 'RS256' },
      request_object_type: 'request',
      ttl: 30,
    })}'`,
  })
  const [asked] = await Promise.all([
    page.waitForRequest((request) => request.url().startsWith(`${issuer}/oidc/auth?`)),
    // It leads on by a script in the page.
    page.goto(`http://127.0.0.1:${port}/private/index.shtml`, { waitUntil: 'commit' }),
  ])
  assert.ok(new URL(asked.url()).searchParams.has('request'), `the request was not signed: ${asked.url()}`)
  await letIn(page)
  await seePerson(page)
})

test('Apache is told over the back channel that the person has signed out elsewhere', { skip }, async () => {
  const [port, otherPort] = [await freePort(), await freePort()]
  const names = ['told', 'other'] as const
  for (const [index, name] of names.entries()) {
    const at = [port, otherPort][index] as number
    const callback = `http://127.0.0.1:${at}/private/callback`
    // Only a contract in test mode may be told on this very machine, and is told of a person who is made up.
    await house.enter(`apache-${name}`, 'test', {
      redirectUris: [callback],
      postLogoutRedirectUris: [`http://127.0.0.1:${at}/index.html`],
      protocol: {
        authentication: 'client_secret_basic',
        signing: 'RS256',
        backChannelLogout: name === 'told' ? `${callback}?logout=backchannel` : null,
      },
    })
    await apache(at, `apache-${name}`, {
      OIDCClientSecret: await house.makeSecret(`apache-${name}`),
      OIDCProviderTokenEndpointAuth: 'client_secret_basic',
      OIDCPKCEMethod: 'S256',
      OIDCIDTokenSignedResponseAlg: 'RS256',
    })
    await page.goto(`http://127.0.0.1:${at}/private/index.shtml`)
    await letIn(page)
    await page.locator('#SUB').waitFor()
  }
  await page.goto(`http://127.0.0.1:${port}/private/index.shtml`)
  await page.locator('#SUB').waitFor()
  const home = `http://127.0.0.1:${otherPort}/index.html`
  await page.goto(`http://127.0.0.1:${otherPort}/private/callback?logout=${encodeURIComponent(home)}`)
  await signOut(page)
  await page.waitForURL(home)
  await page.goto(`http://127.0.0.1:${port}/private/index.shtml`)
  await page.waitForURL('**/sign-in/*')
})

test('passport-openidconnect, whose contract says that it sends no PKCE, lets the person in', async () => {
  const port = await freePort()
  await house.enter('passport', 'in-force', {
    redirectUris: [`http://127.0.0.1:${port}/callback`],
    protocol: { authentication: 'client_secret_post', pkce: 'not-sent', userinfo: 'plain' },
  })
  const service = fork(join(import.meta.dirname, 'clients', 'passport.ts'))
  after(() => service.kill('SIGKILL'))
  service.send({ issuer, port, clientId: 'passport', clientSecret: await house.makeSecret('passport') })
  await once(service, 'message')
  await page.goto(`http://127.0.0.1:${port}/sign-in`)
  await letIn(page)
  await seePerson(page)
  // Another browser's answer: the state is not of this one.
  await page.goto(`http://127.0.0.1:${port}/sign-in`)
  const stolen = new URL(page.url()).href
  await context.clearCookies({ domain: '127.0.0.1' })
  await page.goto(stolen)
  await letIn(page)
  await page.locator('#FAILED').waitFor()
})

test('a page without a secret, with oidc-client-ts, lets the person in and signs them out; no other origin asks in its name', async () => {
  const [port, otherPort] = [await freePort(), await freePort()]
  await house.enter('page', 'in-force', {
    redirectUris: [`http://127.0.0.1:${port}/`],
    postLogoutRedirectUris: [`http://127.0.0.1:${port}/`],
    protocol: { authentication: 'none', userinfo: 'plain' },
  })
  await startPage(port, issuer, 'page')
  await startPage(otherPort, issuer, 'page')
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.click('#in')
  await letIn(page)
  await page.locator('#TOLD', { hasText: 'in' }).waitFor()
  await seePerson(page)
  const asks = (at: number) =>
    page.goto(`http://127.0.0.1:${at}/`).then(() =>
      page.evaluate(async (address) => {
        const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'x', client_id: 'page' })
        return fetch(address, { method: 'POST', body }).then(
          ({ status }) => status,
          () => 'kept from it',
        )
      }, `${issuer}/oidc/token`),
    )
  assert.equal(await asks(port), 400)
  assert.equal(await asks(otherPort), 'kept from it')
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.click('#out')
  await signOut(page)
  await page.waitForURL(`http://127.0.0.1:${port}/**`)
})
