import { hash } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import * as client from 'openid-client'
import type { Clock } from '#base/clock'
import { type Address, readAddress, readName } from '#identity/people'
import type { Groups, StatedIdentifier, Upstream, Use } from './api.ts'
import { answerRefused, brokenOff, notFresh, secretMissing, unreachable } from './errors.ts'
import { createFetch } from './fetch.ts'

/** What is needed to speak to one upstream. Another protocol (SAML, the Finnish Trust Network) will have a file beside this one and answer the same. */
export type Known = {
  readonly upstreamId: string
  readonly changedAt: Date
  readonly upstream: Upstream
  readonly redirectUri: string
  readonly mayStayHere: boolean
  /** Of one that belongs to a company: in which of its claims groups are, and what it wants to be asked for before it states them. */
  readonly groups?: Groups | null
  secret(): string | undefined
  privateKey(): JWK
}

/** Of one journey there and back; kept where only the event's own browser leads to. */
export type Checks = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** Where the service wants the person to prove it anew: not longer ago than this, in seconds since 1970. */
  readonly notBefore?: number
}

/** Who somebody is, as the upstream has just said. Only what it says in this very answer. */
export type Proof = {
  /** Whose word it is and whom it means: no two people have the same. */
  readonly subject: string
  readonly name?: string
  readonly email?: Address
  /** When the person proved to it who they are, in seconds since 1970; not there where it does not say. */
  readonly authenticatedAt?: number
  /** What it is as a trusted register (ID-32). Empty where it is none, or has not proved somebody surely enough. */
  readonly identifiers: readonly StatedIdentifier[]
  /** Null: it says nothing of groups, which is not that there are none. */
  readonly groups: readonly string[] | null
}

/** Signed, and by a key that only the upstream has: neither `none` nor a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

const keepMilliseconds = 10 * 60_000
const waitSeconds = 6
/** By how much its clock may differ from ours. */
const skewSeconds = 60
/** An ID token of an identity has these three; more are no answer we asked for. */
const mostSubjectLength = 255
/** Printable, and in one piece; what has another form is left out. */
const identifierForm = /^[\x21-\x7e]{1,64}$/

export function createOpenIdConnect({ clock }: { clock: Clock }) {
  const seconds = () => Math.floor(clock.now().getTime() / 1_000)
  const kept = new Map<string, { changedAt: number; until: number; configuration: Promise<client.Configuration> }>()

  async function discover(known: Known): Promise<client.Configuration> {
    const { upstream } = known
    const fetch = createFetch(known)
    const configuration = await client
      .discovery(new URL(upstream.issuer), upstream.clientId, {}, await authenticationOf(known), {
        algorithm: 'oidc',
        timeout: waitSeconds,
        [client.customFetch]: fetch,
        // Whether it may be plain is for the wall to say: it lets nothing plain out of this machine.
        execute: [client.enableNonRepudiationChecks, ...(known.mayStayHere ? [client.allowInsecureRequests] : [])],
      })
      .catch((error: unknown) => {
        throw unreachable(error)
      })
    // From here on fetch.ts alone says how long an answer may take: a signal of the library's own goes off for everybody, seconds after the answer.
    configuration.timeout = undefined
    // The library compares it as an address; we byte by byte, since that is how ID tokens name it.
    const metadata = configuration.serverMetadata()
    if (metadata.issuer !== upstream.issuer) throw unreachable(new Error('it calls itself something else'))
    for (const address of [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri]) {
      const url = URL.parse(String(address))
      const isPlain = url?.protocol === 'http:' && known.mayStayHere
      if (url?.protocol !== 'https:' && !isPlain) throw unreachable(new Error('an address of it cannot be used'))
    }
    return configuration
  }

  function configurationOf(known: Known): Promise<client.Configuration> {
    const now = clock.now().getTime()
    const before = kept.get(known.upstreamId)
    if (before && before.changedAt === known.changedAt.getTime() && before.until > now) return before.configuration
    const configuration = discover(known)
    const entry = { changedAt: known.changedAt.getTime(), until: now + keepMilliseconds, configuration }
    kept.set(known.upstreamId, entry)
    // What failed is asked again the next time; nobody shall wait ten minutes for a server that was away for one.
    configuration.catch(() => kept.get(known.upstreamId) === entry && kept.delete(known.upstreamId))
    return configuration
  }

  return {
    /** Where it says its doors are, for whoever sets it up. Never from memory. */
    async look(known: Known) {
      const metadata = (await discover(known)).serverMetadata()
      return {
        issuer: metadata.issuer,
        authorization: String(metadata.authorization_endpoint),
        token: String(metadata.token_endpoint),
        keys: String(metadata.jwks_uri),
      }
    },

    /** Where the browser goes, and what its answer will be held to. */
    async begin(
      known: Known,
      options: { state: string; use: Use | 'own'; language: string; within: number | undefined },
    ): Promise<{ url: URL; checks: Checks }> {
      const configuration = await configurationOf(known)
      const { claims, identifiers } = known.upstream
      const { within, use } = options
      // What is not needed is not asked for: whoever registers or signs in is known by the address (PT-19), and writes their name here.
      const isAddressEnough = claims.email !== null && (use === 'register' || use === 'sign-in')
      const checks = {
        state: options.state,
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        ...(within === undefined ? {} : { notBefore: seconds() - within }),
      }
      const scopes = ['openid', claims.name !== null && !isAddressEnough && 'profile', claims.email !== null && 'email']
      const asked = [
        ...new Set([
          ...scopes.filter(Boolean),
          ...(identifiers?.scopes ?? []),
          ...(known.groups?.scope ? [known.groups.scope] : []),
        ]),
      ]
      const levels = identifiers?.levels ?? []
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: known.redirectUri,
        response_type: 'code',
        scope: asked.join(' '),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: hash('sha256', checks.verifier, 'base64url'),
        code_challenge_method: 'S256',
        ui_locales: options.language,
        // With max_age it has to say when it was (OpenID Connect Core §3.1.2.1); `prompt=login` alone would have to be believed.
        ...(within === undefined ? {} : { max_age: String(within) }),
        ...(within === 0 ? { prompt: 'login' } : {}),
        // Some say it only where it is asked for by name (§5.5.1); who knows no such parameter takes no notice.
        ...(within === undefined ? {} : { claims: JSON.stringify({ id_token: { auth_time: { essential: true } } }) }),
        ...(levels.length > 0 ? { acr_values: levels.join(' ') } : {}),
      })
      return { url, checks }
    },

    /** `answer`: what came back by the browser, so anybody may have made it. */
    async finish(known: Known, answer: URLSearchParams, checks: Checks): Promise<Proof> {
      const configuration = await configurationOf(known)
      const url = new URL(known.redirectUri)
      url.search = answer.toString()
      const tokens = await client
        .authorizationCodeGrant(configuration, url, {
          pkceCodeVerifier: checks.verifier,
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          idTokenExpected: true,
        })
        .catch((error: unknown) => {
          if (error instanceof client.AuthorizationResponseError) throw brokenOff()
          throw isAway(error) ? unreachable(error) : answerRefused(error)
        })
      const claims = tokens.claims()
      const header = headerOf(tokens.id_token)
      if (!claims || !algorithms.includes(String(header.alg))) throw answerRefused()
      // The library lets several audiences pass where `azp` is ours, and does not look at it where there is one: an answer that was asked for by
      // another, or that others may use as well, proves nothing to us.
      if (Array.isArray(claims.aud) && claims.aud.length > 1) throw answerRefused()
      if (claims.azp !== undefined && claims.azp !== known.upstream.clientId) throw answerRefused()
      if (claims.sub.length > mostSubjectLength || !/^[\x21-\x7e ]+$/.test(claims.sub)) throw answerRefused()
      const { auth_time: said } = claims
      const authenticatedAt = typeof said === 'number' && Number.isSafeInteger(said) && said >= 0 ? said : undefined
      // We pass it on, so it is to be true: nobody has proved anything in time to come.
      if (authenticatedAt !== undefined && authenticatedAt > seconds() + skewSeconds) throw answerRefused()
      // §3.1.3.7 (13): that it was asked says nothing; an upstream may take no notice and let in whoever sits there.
      if (checks.notBefore !== undefined && (authenticatedAt ?? 0) < checks.notBefore - skewSeconds) throw notFresh()
      return {
        subject: `${claims.iss} ${claims.sub}`,
        ...itemsOf(known.upstream, claims),
        ...(authenticatedAt === undefined ? {} : { authenticatedAt: Math.min(authenticatedAt, seconds()) }),
        identifiers: identifiersOf(known.upstream, claims),
        groups: groupsOf(known.groups?.claim, claims),
      }
    },
  }
}

async function authenticationOf(known: Known): Promise<client.ClientAuth> {
  const { authentication } = known.upstream
  if (authentication === 'private_key_jwt') {
    const jwk = known.privateKey()
    return client.PrivateKeyJwt({ key: (await importJWK(jwk, 'ES256')) as CryptoKey, kid: String(jwk.kid) })
  }
  const secret = known.secret()
  if (secret === undefined) throw secretMissing()
  return authentication === 'client_secret_basic' ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
}

/** What it says, in the one form in which it is kept. What has another form is left out: it is not made up, and not cut. */
function itemsOf(
  { claims: names }: Upstream,
  claims: Readonly<Record<string, unknown>>,
): { name?: string; email?: Address } {
  const text = (name: string | null) => {
    const value = name === null ? undefined : claims[name]
    return typeof value === 'string' && value.length <= 400 ? value : undefined
  }
  const read = <Value>(value: string | undefined, take: (value: string) => Value): Value | undefined => {
    try {
      return value === undefined ? undefined : take(value)
    } catch {
      return undefined
    }
  }
  const name = read(text(names.name), readName)
  // ID-24: an address that nobody has verified is none.
  const isVerified =
    names.emailVerified !== null && [true, 'true', 1, '1'].includes(claims[names.emailVerified] as never)
  const email = isVerified ? read(text(names.email), readAddress) : undefined
  return { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) }
}

/** ID-34: none without the level that was agreed on; whatever the upstream calls a sign-in of less, it has not proved who somebody is. */
function identifiersOf({ identifiers }: Upstream, claims: Readonly<Record<string, unknown>>): StatedIdentifier[] {
  if (!identifiers) return []
  const { levels } = identifiers
  if (levels.length > 0 && !levels.includes(String(claims.acr ?? ''))) return []
  return identifiers.claims.flatMap(({ typeId, claim }) => {
    const value = claims[claim]
    return typeof value === 'string' && identifierForm.test(value) ? [{ typeId, value }] : []
  })
}

/** More than these, or longer ones, are not read: nobody has decided anything about them. */
function groupsOf(claim: string | undefined, claims: Readonly<Record<string, unknown>>): string[] | null {
  const value = claim === undefined ? undefined : claims[claim]
  const all = typeof value === 'string' ? [value] : value
  if (!Array.isArray(all)) return null
  return all.slice(0, 1_000).filter((one) => typeof one === 'string' && one.length <= 256)
}

function headerOf(token: string | undefined): { alg?: unknown } {
  return JSON.parse(Buffer.from((token ?? '').split('.')[0] ?? '', 'base64url').toString('utf8') || '{}')
}

/** It did not answer; everything else is an answer that is not as it should be. */
function isAway(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return true
    if ('code' in cause && /^E[A-Z]+$/.test(String(cause.code))) return true
  }
  return false
}
