import type { webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import * as client from 'openid-client'
import { Agent, buildConnector, fetch as fetchThrough } from 'undici'
import { AppError } from '#base/errors'
import type { Language } from '#base/languages'
import { identityUnavailable, signInCancelled, signInFailed } from './errors.ts'

/** The portal is an ordinary service of identity, under this name. */
const clientId = 'portal'

export const sessionSeconds = 8 * 60 * 60

export type Reach = {
  /** Where people reach identity: its issuer. */
  readonly issuer: URL
  /** Where people come back to. */
  readonly redirectUri: URL
  /** Identity's port on this machine; undefined: ask its public name, which leads through the proxy. */
  readonly port: number | undefined
  /** Our own certificate, when Vartio itself ends TLS. */
  readonly certificate: string | undefined
  /** The folder with client-key.json, the private key (ES256) that the portal proves itself with. */
  readonly folder: string
}

export type Claims = {
  readonly subject: string
  readonly signedInAt: Date
  readonly name: string | undefined
  readonly email: string | undefined
  readonly isEmailVerified: boolean
  readonly language: Language
}

/**
 * OpenID Connect Core 1.0, code flow, with PKCE (RFC 7636), state, nonce and private_key_jwt (RFC 7523). Discovery is asked for when it is first
 * needed: identity may start after us.
 */
export function createIdentity(reach: Reach) {
  let discovered: Promise<client.Configuration> | undefined

  const configuration = (): Promise<client.Configuration> => {
    discovered ??= discover(reach).catch((cause: unknown) => {
      // The next sign-in tries again.
      discovered = undefined
      throw identityUnavailable(cause)
    })
    return discovered
  }

  return {
    async authorizationUrl(ask: {
      state: string
      nonce: string
      codeVerifier: string
      language: Language
      prompt?: 'create' | 'login' | undefined
      loginHint?: string | undefined
    }): Promise<string> {
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: reach.redirectUri.href,
        response_type: 'code',
        scope: 'openid email profile',
        state: ask.state,
        nonce: ask.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(ask.codeVerifier),
        code_challenge_method: 'S256',
        // Makes identity say when the person proved who they are (auth_time), and refuse what lies too far back.
        max_age: String(sessionSeconds),
        ui_locales: ask.language,
        ...(ask.prompt ? { prompt: ask.prompt } : {}),
        ...(ask.loginHint ? { login_hint: ask.loginHint } : {}),
      })
      return url.href
    },

    async redeem(
      query: Readonly<Record<string, string>>,
      expected: { state: string; nonce: string; codeVerifier: string },
    ) {
      const settings = await configuration()
      const came = new URL(reach.redirectUri)
      for (const [name, value] of Object.entries(query)) came.searchParams.set(name, value)
      try {
        const tokens = await client.authorizationCodeGrant(settings, came, {
          expectedState: expected.state,
          expectedNonce: expected.nonce,
          pkceCodeVerifier: expected.codeVerifier,
          maxAge: sessionSeconds,
          idTokenExpected: true,
        })
        return readClaims(tokens.claims())
      } catch (error) {
        throw explain(error)
      }
    },

    /** OpenID Connect RP-Initiated Logout 1.0 §2. Identity asks the person before it ends its own session. */
    async signOutUrl(to: URL): Promise<string> {
      const url = client.buildEndSessionUrl(await configuration(), { post_logout_redirect_uri: to.href })
      return url.href
    },
  }
}

export type Identity = ReturnType<typeof createIdentity>

async function discover(reach: Reach): Promise<client.Configuration> {
  const jwk = JSON.parse(readFileSync(join(reach.folder, 'client-key.json'), 'utf8')) as webcrypto.JsonWebKey & {
    kid?: string
  }
  const { kid, ...bare } = jwk
  const key = await crypto.subtle.importKey('jwk', bare, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const connector = buildConnector({
    timeout: 5_000,
    ...(reach.certificate ? { ca: [...rootCertificates, reach.certificate] } : {}),
  })
  const agent = new Agent({
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
    // Programs of one machine reach each other by address: Node resolves no name under .localhost, and a public name may not lead back here.
    connect: (options, callback) => {
      const { port } = reach
      connector(
        port === undefined
          ? options
          : {
              ...options,
              hostname: '127.0.0.1',
              port: String(port),
              servername: options.servername ?? reach.issuer.hostname,
            },
        callback,
      )
    },
  })
  const insecure = reach.issuer.protocol === 'http:'
  return client.discovery(
    reach.issuer,
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt(kid ? { key, kid } : { key }),
    {
      // Plain HTTP only where the public address itself is plain, and that the platform allows on loopback alone.
      ...(insecure ? { execute: [client.allowInsecureRequests] } : {}),
      timeout: 10,
      [client.customFetch]: (url, options) =>
        fetchThrough(url, { ...(options as object), dispatcher: agent }) as unknown as Promise<Response>,
    },
  )
}

function readClaims(claims: client.IDToken | undefined): Claims {
  const signedInAt = claims?.auth_time
  if (!claims || typeof signedInAt !== 'number') throw signInFailed(new Error('the ID token names no time of sign-in'))
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined)
  return {
    subject: claims.sub,
    signedInAt: new Date(signedInAt * 1_000),
    name: text(claims.name),
    email: text(claims.email),
    isEmailVerified: claims.email_verified === true,
    language: claims.locale === 'en' ? 'en' : 'fi',
  }
}

function explain(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof client.AuthorizationResponseError)
    return error.error === 'access_denied' ? signInCancelled() : signInFailed(error)
  const cause = (error as { cause?: { code?: string } }).cause
  if (error instanceof TypeError || cause?.code?.startsWith('ECONN')) return identityUnavailable(error)
  return signInFailed(error)
}
