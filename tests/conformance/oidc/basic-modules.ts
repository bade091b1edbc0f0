import { createHash, randomBytes } from 'node:crypto'
import { authorize, checkAnswer, checkTokens, checkUserinfo, redeem, request, signIn, userinfo } from './client.ts'
import { assert, module, type Suite } from './suite.ts'

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const unsigned = (claims: object) =>
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

/** The modules of the Basic plan; the Form Post plan has the same, with answers by a form. */
export function defineBasic(suite: Suite): void {
  const { metadata } = suite
  const offers = (...scopes: string[]) => scopes.every((scope) => list(metadata.scopes_supported).includes(scope))

  module('oidcc-server', 'a code flow ends in a valid ID token, and userinfo is about the same subject', async () => {
    const { claims, accessToken } = await signIn(suite)
    checkUserinfo(await userinfo(suite, accessToken), claims.sub)
  })

  module('oidcc-response-type-missing', 'without response_type there is an error and no code', async () => {
    const browser = suite.newBrowser()
    const parameters = request(suite, suite.client, { response_type: undefined })
    const endpoint = new URL(`${metadata.authorization_endpoint}?${new URLSearchParams(parameters)}`)
    const page = await browser.go('GET', endpoint)
    const said = browser.url.searchParams.get('error') ?? /name="error" value="([^"]*)"/.exec(page.body)?.[1]
    assert.ok(['invalid_request', 'unsupported_response_type'].includes(said ?? ''), `${page.status} ${said}`)
    assert.equal(browser.url.searchParams.get('code'), null)
  })

  module('oidcc-idtoken-signature', 'the ID token is signed by the key of the set that it names', async () => {
    const { claims, idToken } = await signIn(suite)
    assert.ok(claims.sub)
    // A token that was changed does not pass the same check.
    const [head, , signature] = idToken.split('.')
    const other = Buffer.from(JSON.stringify({ ...claims, sub: 'other' })).toString('base64url')
    const { checkSignature } = await import('./client.ts')
    await assert.rejects(checkSignature(suite, `${head}.${other}.${signature}`))
  })

  module('oidcc-idtoken-unsigned', 'unsigned ID tokens are not offered, so none is given', async () => {
    assert.ok(!list(metadata.id_token_signing_alg_values_supported).includes('none'))
    await signIn(suite)
  })

  for (const [name, how] of [
    ['oidcc-userinfo-get', 'get'],
    ['oidcc-userinfo-post-header', 'post-header'],
    ['oidcc-userinfo-post-body', 'post-body'],
  ] as const)
    module(name, `userinfo answers to ${how}, and to no other token`, async () => {
      const { claims, accessToken } = await signIn(suite)
      checkUserinfo(await userinfo(suite, accessToken, how), claims.sub)
      const refused = await userinfo(suite, `${accessToken}x`, how)
      assert.equal(refused.status, 401)
      assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/)
    })

  module(
    'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    'a nonce is not needed, and none is made up',
    async () => {
      const { claims } = await signIn(suite, { nonce: undefined })
      assert.ok(!('nonce' in claims))
    },
  )

  const known: Record<string, (claims: Readonly<Record<string, unknown>>) => void> = {
    profile: ({ name, locale }) => assert.deepEqual([name, locale], ['Aino Korhonen', 'en']),
    email: ({ email, email_verified }) => assert.deepEqual([email, email_verified], ['aino@suite.example', true]),
  }
  const scopeModule = (name: string, ...scopes: string[]) =>
    module(
      name,
      `${scopes.join(' ')}: what is offered comes at userinfo; what is not is not offered and not given`,
      async () => {
        const { claims, accessToken, tokens } = await signIn(suite, { scope: ['openid', ...scopes].join(' ') })
        const given = checkUserinfo(await userinfo(suite, accessToken), claims.sub)
        const granted = String(tokens.body.scope ?? '').split(' ')
        for (const scope of scopes) {
          assert.equal(granted.includes(scope), offers(scope), `${scope} is in the granted scope`)
          if (offers(scope)) known[scope]?.(given)
        }
        const all = ['name', 'locale', 'email', 'email_verified', 'address', 'phone_number', 'phone_number_verified']
        const expected = [
          ...(scopes.includes('profile') ? ['name', 'locale'] : []),
          ...(scopes.includes('email') ? ['email', 'email_verified'] : []),
        ]
        assert.deepEqual(
          all.filter((claim) => claim in given).sort(),
          expected.sort(),
          'a claim of a scope nobody asked for',
        )
      },
    )
  scopeModule('oidcc-scope-profile', 'profile')
  scopeModule('oidcc-scope-email', 'email')
  // No address and no telephone number of anybody is held, so neither is offered; the suite then skips these two and the next.
  scopeModule('oidcc-scope-address', 'address')
  scopeModule('oidcc-scope-phone', 'phone')
  scopeModule('oidcc-scope-all', 'profile', 'email', 'address', 'phone')

  module('oidcc-alternate-happy-flow', 'the order of scopes and of parameters does not matter', async () => {
    const browser = suite.newBrowser()
    const parameters = Object.entries(request(suite, suite.client, { scope: 'email openid' })).reverse()
    const asked = await authorize(suite, browser, suite.client, Object.fromEntries(parameters))
    checkAnswer(suite, asked)
    const tokens = await redeem(suite, asked)
    const claims = await checkTokens(suite, asked, tokens)
    known.email!(checkUserinfo(await userinfo(suite, String(tokens.body.access_token)), claims.sub))
  })

  for (const display of ['page', 'popup'])
    module(`oidcc-display-${display}`, `display=${display} is no error`, async () => {
      await signIn(suite, { display })
    })

  module('oidcc-prompt-login', 'prompt=login asks for the passkey again, and the second time is told', async () => {
    const first = await signIn(suite)
    await suite.pass(2.1)
    const again = await signIn(suite, { prompt: 'login' }, first)
    assert.deepEqual([first.asked.logins, again.asked.logins], [1, 1])
    assert.ok(Number(again.claims.auth_time) > Number(first.claims.auth_time))
    assert.equal(again.claims.sub, first.claims.sub)
  })

  module(
    'oidcc-prompt-none-not-logged-in',
    'prompt=none with nobody signed in is login_required or the like, without a page',
    async () => {
      const asked = await authorize(suite, suite.newBrowser(), suite.client, { prompt: 'none' })
      assert.ok(['login_required', 'interaction_required'].includes(asked.answer.get('error') ?? ''))
      assert.deepEqual([asked.answer.get('code'), asked.answer.get('state')], [null, asked.parameters.state])
    },
  )

  module(
    'oidcc-prompt-none-logged-in',
    'prompt=none right after is answered without a page, for the same subject and time',
    async () => {
      const first = await signIn(suite)
      const again = await signIn(suite, { prompt: 'none' }, first)
      assert.deepEqual([again.asked.logins, again.asked.continues], [0, 0])
      assert.deepEqual([again.claims.sub, again.claims.auth_time], [first.claims.sub, first.claims.auth_time])
    },
  )

  module('oidcc-max-age-1', 'a sign-in older than max_age is made again, and auth_time says so', async () => {
    const first = await signIn(suite)
    await suite.pass(2.1)
    const again = await signIn(suite, { max_age: '1' }, first)
    assert.equal(again.asked.logins, 1)
    assert.ok(Number(again.claims.auth_time) > Number(first.claims.auth_time))
    assert.ok(Date.now() / 1_000 - Number(again.claims.auth_time) < 10)
  })

  module('oidcc-max-age-10000', 'a sign-in younger than max_age is enough, and auth_time stays', async () => {
    const first = await signIn(suite, { max_age: '15000' })
    await suite.pass(1)
    const again = await signIn(suite, { max_age: '10000' }, first)
    assert.equal(again.asked.logins, 0)
    assert.equal(typeof again.claims.auth_time, 'number')
    assert.deepEqual([again.claims.sub, again.claims.auth_time], [first.claims.sub, first.claims.auth_time])
  })

  module(
    'oidcc-ensure-request-with-unknown-parameter-succeeds',
    'a parameter nobody knows is passed over',
    async () => {
      await signIn(suite, { extra: 'foobar' })
    },
  )

  module('oidcc-id-token-hint', 'prompt=none with the ID token of before is answered without a page', async () => {
    const first = await signIn(suite)
    const again = await signIn(suite, { prompt: 'none', id_token_hint: first.idToken }, first)
    assert.deepEqual([again.asked.logins, again.asked.continues], [0, 0])
    assert.deepEqual([again.claims.sub, again.claims.auth_time], [first.claims.sub, first.claims.auth_time])
  })

  for (const [name, change] of [
    ['oidcc-login-hint', { login_hint: 'buffy@example.com' }],
    ['oidcc-ui-locales', { ui_locales: 'se' }],
    ['oidcc-claims-locales', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
  ] as const)
    module(name, 'a wish that cannot be met is no error', async () => {
      await signIn(suite, change)
    })

  for (const [name, seconds] of [
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30],
  ] as const)
    module(
      name,
      `a code that comes a second time, ${seconds} s later, is invalid_grant, and what came of it ends`,
      async () => {
        const { asked, accessToken } = await signIn(suite)
        await suite.pass(seconds)
        const again = await redeem(suite, asked)
        assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant'])
        assert.match(again.headers.get('content-type') ?? '', /^application\/json/)
        assert.match(String(again.body.error_description ?? ''), /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
        assert.equal((await userinfo(suite, accessToken)).status, 401)
      },
    )

  module(
    'oidcc-ensure-registered-redirect-uri',
    'an address that is not registered gets nothing, and the person a page',
    async () => {
      const browser = suite.newBrowser()
      const change = { redirect_uri: `${suite.client.callback}/${randomBytes(8).toString('hex')}` }
      const parameters = request(suite, suite.client, change)
      const page = await browser.ask('GET', `${metadata.authorization_endpoint}?${new URLSearchParams(parameters)}`)
      assert.deepEqual([page.status, page.headers.location], [400, undefined])
      assert.ok(!page.body.includes(change.redirect_uri))
    },
  )

  module('oidcc-ensure-post-request-succeeds', 'a request by POST is as good as by GET', async () => {
    await signIn(suite, {}, { method: 'POST' })
  })

  module(
    'oidcc-server-client-secret-post',
    'a client proves itself by its secret in the body, and by no other secret',
    async () => {
      const browser = suite.newBrowser()
      const asked = await authorize(suite, browser, suite.byPost)
      checkAnswer(suite, asked)
      for (const client_secret of [`${suite.byPost.secret}x`, suite.client.secret, undefined]) {
        const refused = await redeem(suite, asked, { client_secret })
        assert.deepEqual([refused.status, refused.body.error], [401, 'invalid_client'])
      }
      await checkTokens(suite, asked, await redeem(suite, asked))
    },
  )

  module(
    'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    'request_uri by value of the client is not supported, and says so',
    async () => {
      assert.ok(!list(metadata.request_object_signing_alg_values_supported).includes('none'))
      const asked = await authorize(suite, suite.newBrowser(), suite.client, {
        request_uri: 'https://suite.example/request.jwt',
      })
      assert.equal(asked.answer.get('error'), 'request_uri_not_supported')
    },
  )

  module(
    'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    'an unsigned request object is refused',
    async () => {
      const parameters = request(suite, suite.client)
      const asked = await authorize(suite, suite.newBrowser(), suite.client, {
        ...parameters,
        request: unsigned(parameters),
      })
      assert.ok(['request_not_supported', 'invalid_request_object'].includes(asked.answer.get('error') ?? ''))
    },
  )

  module(
    'oidcc-claims-essential',
    'a request with the claims parameter succeeds; it is not offered, so data comes by scope alone',
    async () => {
      assert.equal(metadata.claims_parameter_supported, false)
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      const { accessToken, claims: told } = await signIn(suite, { scope: 'openid profile', claims })
      assert.equal(checkUserinfo(await userinfo(suite, accessToken), told.sub).name, 'Aino Korhonen')
    },
  )

  module(
    'oidcc-ensure-request-object-with-redirect-uri',
    'where an address is in a request object and another beside it, the unregistered one never gets anything',
    async () => {
      const parameters = request(suite, suite.client)
      const beside = { ...parameters, redirect_uri: `${suite.client.callback}/other`, request: unsigned(parameters) }
      const browser = suite.newBrowser()
      const page = await browser.ask('GET', `${metadata.authorization_endpoint}?${new URLSearchParams(beside)}`)
      assert.deepEqual([page.status, page.headers.location], [400, undefined])
    },
  )

  module('oidcc-refresh-token', 'refresh tokens are not offered, none is given, and none is taken', async () => {
    assert.ok(!list(metadata.grant_types_supported).includes('refresh_token'))
    const { tokens, asked } = await signIn(suite, { scope: 'openid offline_access', prompt: 'consent' })
    assert.equal(tokens.body.refresh_token, undefined)
    const refused = await redeem(suite, asked, { grant_type: 'refresh_token', refresh_token: 'x', code: undefined })
    assert.deepEqual([refused.status, refused.body.error], [400, 'unsupported_grant_type'])
  })

  module(
    'oidcc-ensure-request-with-valid-pkce-succeeds',
    'a client that need not send PKCE may, and is then held to it',
    async () => {
      const verifier = randomBytes(32).toString('base64url')
      const code_challenge = createHash('sha256').update(verifier).digest('base64url')
      const ask = () =>
        authorize(suite, suite.newBrowser(), suite.client, { code_challenge, code_challenge_method: 'S256' })
      const asked = await ask()
      checkAnswer(suite, asked)
      await checkTokens(suite, asked, await redeem(suite, asked, { code_verifier: verifier }))
      for (const code_verifier of [undefined, randomBytes(32).toString('base64url')]) {
        const refused = await redeem(suite, await ask(), { code_verifier })
        assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant'])
      }
    },
  )
}
