import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Upstream } from '#identity/upstream/api'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
type Token = { claims: JWTPayload; header: { alg: string; kid?: string } }

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** What an upstream would be that is not ours: it does as OpenID Connect says until a test makes it do otherwise. */
export async function createTestUpstream(host = 'upstream.localhost', now = () => new Date()) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
  const asked: { path: string; body: string; authorization: string | undefined }[] = []
  const state = {
    /** In place of what it answers at a path. */
    instead: new Map<string, Answer>(),
    metadata: {} as Record<string, unknown>,
    person: {
      sub: 'person-1',
      name: 'Aino Upstream',
      email: 'aino@upstream.example',
      email_verified: true,
    } as JWTPayload,
    nonce: '',
    /** What it says of when the person proved it: where it is asked, that they just did (OpenID Connect Core §3.1.2.1). */
    authTime: undefined as number | undefined,
    /** Changes the ID token before it is signed, or makes another in its place. */
    change: (token: Token): Token | string | Promise<string> => token,
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', async () => {
      asked.push({ path, body, authorization: request.headers.authorization })
      const instead = state.instead.get(path)
      if (instead) return instead(request, response)
      if (path === '/.well-known/openid-configuration') return json(response, { ...metadata(), ...state.metadata })
      if (path === '/keys') return json(response, keys)
      if (path !== '/token') return json(response, {}, 404)
      const seconds = Math.floor(Date.now() / 1_000)
      const token = await state.change({
        claims: {
          iss: issuer,
          aud: 'vartio',
          iat: seconds,
          exp: seconds + 60,
          nonce: state.nonce,
          auth_time: state.authTime,
          ...state.person,
        },
        header: { alg: 'ES256', kid: 'one' },
      })
      const idToken =
        typeof token === 'string'
          ? token
          : await new SignJWT(token.claims).setProtectedHeader(token.header).sign(privateKey)
      json(response, { access_token: 'x', token_type: 'bearer', id_token: idToken })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const issuer = `http://${host}:${port}`
  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  })
  return {
    issuer,
    port,
    state,
    asked,
    /** As the provider's staff would write it down. */
    record: (change: Partial<Upstream> = {}): Upstream => ({
      name: 'Tekolähde',
      preset: 'generic',
      issuer,
      clientId: 'vartio',
      authentication: 'private_key_jwt',
      uses: ['identify', 'sign-in', 'register'],
      claims: { name: 'name', email: 'email', emailVerified: 'email_verified' },
      identifiers: null,
      ...change,
    }),
    /** Where it would send the browser back to, once the person has said yes there. */
    answer(sent: URL, change: Record<string, string | undefined> = {}): URL {
      state.nonce = sent.searchParams.get('nonce') ?? ''
      state.authTime = sent.searchParams.has('max_age') ? Math.floor(now().getTime() / 1_000) : undefined
      const back = new URL(sent.searchParams.get('redirect_uri') ?? '')
      const given = { code: 'a-code', state: sent.searchParams.get('state') ?? '', iss: issuer, ...change }
      for (const [name, value] of Object.entries(given)) if (value !== undefined) back.searchParams.set(name, value)
      return back
    },
  }
}
