import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** What everybody who comes by it is called. The tables are searched for it afterwards. */
export const marker = 'Muisteltava'

/**
 * In place of an upstream: it says who somebody is as OpenID Connect says that one does, and costs as little as it can. It has no page; its code carries the nonce
 * of the journey. It runs with the load, so what it costs is not on the measured core.
 */
export async function startUpstream() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
  let people = 0
  const server = createServer((request, response) => {
    const answer = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', async () => {
      if (request.url === '/.well-known/openid-configuration') return answer(metadata)
      if (request.url === '/keys') return answer(keys)
      people += 1
      const name = `${marker} ${people}`
      const email = `${marker.toLowerCase()}${people}@upstream.example`
      const nonce = new URLSearchParams(body).get('code') ?? ''
      const token = await new SignJWT({ sub: `somebody-${people}`, nonce, name, email, email_verified: true })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience('vartio')
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey)
      answer({ access_token: 'x', token_type: 'bearer', id_token: token })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://upstream.localhost:${(server.address() as AddressInfo).port}`
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  }
  return {
    issuer,
    /** Where it sends the browser back to. */
    answer(sent: URL): string {
      const back = new URL(sent.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', sent.searchParams.get('nonce') ?? '')
      back.searchParams.set('state', sent.searchParams.get('state') ?? '')
      back.searchParams.set('iss', issuer)
      return back.pathname + back.search
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
