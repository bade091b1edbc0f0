import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import type { Clock } from '#base/clock'
import { hashToken } from '#base/ids'
import type { Database } from '#server/database'
import type { Service } from './index.ts'

/** As a service shows who it is at the token endpoint (RFC 7523 §2.2, RFC 6749 §2.3.1), for what it asks beside it. */
export type Shown = {
  readonly client_id?: string | undefined
  readonly client_secret?: string | undefined
  readonly client_assertion?: string | undefined
}

/** An assertion is good for a minute or so; one that would be for longer would have to be remembered for longer. */
const mostSeconds = 300
const toleranceSeconds = 10

/** Answers the service, or undefined for whatever was not right: which of it would help a guesser only. */
export function createAuthentication(
  { database, clock }: { database: Database; clock: Clock },
  services: {
    find(clientId: string): Promise<Service | undefined>
    isSecret(clientId: string, secret: string): Promise<boolean>
  },
) {
  async function byAssertion(assertion: string, audience: string): Promise<Service | undefined> {
    const service = await services.find(String(decodeJwt(assertion).iss ?? ''))
    if (service?.contract?.protocol.authentication !== 'private_key_jwt') return undefined
    const keys = service.keys.filter(({ use }) => use !== 'enc') as unknown as JSONWebKeySet['keys']
    const now = clock.now()
    const { payload } = await jwtVerify(assertion, createLocalJWKSet({ keys }), {
      algorithms: ['ES256', 'RS256', 'PS256'],
      issuer: service.clientId,
      subject: service.clientId,
      // Nothing that is good at the token endpoint is good here, and the other way round: each remembers its own.
      audience,
      requiredClaims: ['exp', 'jti'],
      currentDate: now,
      clockTolerance: toleranceSeconds,
    })
    const endsAt = new Date(((payload.exp ?? 0) + toleranceSeconds) * 1_000)
    if (typeof payload.jti !== 'string' || endsAt.getTime() > now.getTime() + (mostSeconds + toleranceSeconds) * 1_000)
      return undefined
    // The insert is the check: of two that come at once, in whichever processes, one is right.
    const { count } = await database.sql`
      insert into services.assertion (hash, expires_at)
      values (${hashToken(`${service.clientId} ${payload.jti}`)}, ${endsAt}) on conflict do nothing`
    return count === 1 ? service : undefined
  }

  async function bySecret(clientId: string, secret: string): Promise<Service | undefined> {
    const service = await services.find(clientId)
    const by = service?.contract?.protocol.authentication
    const hasSecret = by === 'client_secret_basic' || by === 'client_secret_post'
    return service && hasSecret && (await services.isSecret(clientId, secret)) ? service : undefined
  }

  return async (shown: Shown, audience: string): Promise<Service | undefined> => {
    const { client_id: clientId, client_secret: secret, client_assertion: assertion } = shown
    if (assertion !== undefined) {
      try {
        const service = secret === undefined ? await byAssertion(assertion, audience) : undefined
        return clientId === undefined || clientId === service?.clientId ? service : undefined
      } catch (error) {
        // Everything jose says has a code of its own; anything else, such as a database that is away, goes on.
        if (/^ERR_(JW|JOSE)/.test(String((error as { code?: unknown }).code))) return undefined
        throw error
      }
    }
    return clientId !== undefined && secret !== undefined ? bySecret(clientId, secret) : undefined
  }
}
