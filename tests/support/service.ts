import { request } from 'node:http'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import * as client from 'openid-client'

/** Node's fetch goes to 127.0.0.1 for *.localhost only through this: the address is ours, the name stays in Host. */
export const localFetch: client.CustomFetch = (address, options) =>
  new Promise((resolve, reject) => {
    const url = new URL(address)
    const headers = Object.fromEntries(new Headers(options.headers as Record<string, string>))
    const sent = request(
      {
        host: '127.0.0.1',
        port: url.port,
        method: options.method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve(
            new Response(chunks.length === 0 ? null : Buffer.concat(chunks), {
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
            }),
          ),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(options.body === undefined || options.body === null ? undefined : String(options.body))
  })

export type ClientKey = { privateKey: client.CryptoKey; publicJwk: JWK & { kty: string; kid: string } }

export async function makeClientKey(): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  return {
    privateKey,
    publicJwk: { ...jwk, kty: 'EC', kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' },
  }
}

/** A service as another house would write it: openid-client, discovery, PKCE, private_key_jwt. */
export async function createService(options: {
  issuer: URL
  key: ClientKey
  clientId?: string
  callback: URL
  /** How far the clock of the house is from this one's. */
  skewSeconds?: number
}) {
  const configuration = await client.discovery(
    options.issuer,
    options.clientId ?? 'portal',
    { [client.clockSkew]: options.skewSeconds ?? 0 },
    client.PrivateKeyJwt({ key: options.key.privateKey, kid: options.key.publicJwk.kid }),
    { execute: [client.allowInsecureRequests], [client.customFetch]: localFetch },
  )
  configuration[client.customFetch] = localFetch

  return {
    configuration,

    async begin(parameters: Record<string, string> = {}) {
      const verifier = client.randomPKCECodeVerifier()
      const checks = {
        pkceCodeVerifier: verifier,
        expectedState: client.randomState(),
        expectedNonce: client.randomNonce(),
      }
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: options.callback.href,
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: checks.expectedState,
        nonce: checks.expectedNonce,
        ...parameters,
      })
      return { url, checks }
    },

    redeem(answer: URL, checks: client.AuthorizationCodeGrantChecks) {
      return client.authorizationCodeGrant(configuration, answer, checks)
    },
  }
}
