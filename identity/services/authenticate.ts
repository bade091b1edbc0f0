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

/** Who it is; or why not, for whoever writes the service alone: in an answer it would help a guesser only. `called`: what it is called that it said it was. */
type Proved =
  | { readonly service: Service }
  | { readonly service?: undefined; readonly called: string | undefined; readonly why: string }

const not = (service: Service | undefined, why: string): Proved => ({ called: service?.clientId, why })
const otherWay = 'the contract of the service names another way of proving itself'

/** Everything jose says has a code of its own; anything else, such as a database that is away, goes on. */
function tellOfJose(error: unknown, service?: Service): Proved {
  if (/^ERR_(JW|JOSE)/.test(String((error as { code?: unknown }).code))) return not(service, (error as Error).message)
  throw error
}

/** Answers the service, or what was not right. */
export function createAuthentication(
  { database, clock }: { database: Database; clock: Clock },
  services: {
    find(clientId: string): Promise<Service | undefined>
    isSecret(clientId: string, secret: string): Promise<boolean>
  },
) {
  async function byAssertion(assertion: string, audience: string, clientId: string | undefined): Promise<Proved> {
    const service = await services.find(String(decodeJwt(assertion).iss ?? ''))
    if (!service) return not(service, '')
    if (clientId !== undefined && clientId !== service.clientId)
      return not(service, 'client_id is not the issuer of the assertion')
    if (service.contract?.protocol.authentication !== 'private_key_jwt') return not(service, otherWay)
    const keys = service.keys.filter(({ use }) => use !== 'enc') as unknown as JSONWebKeySet['keys']
    const now = clock.now()
    const verified = await jwtVerify(assertion, createLocalJWKSet({ keys }), {
      algorithms: ['ES256', 'RS256', 'PS256'],
      issuer: service.clientId,
      subject: service.clientId,
      // Nothing that is good at the token endpoint is good here, and the other way round: each remembers its own.
      audience,
      requiredClaims: ['exp', 'jti'],
      currentDate: now,
      clockTolerance: toleranceSeconds,
    }).catch((error: unknown) => tellOfJose(error, service))
    if (!('payload' in verified)) return verified
    const { payload } = verified
    const endsAt = new Date(((payload.exp ?? 0) + toleranceSeconds) * 1_000)
    if (typeof payload.jti !== 'string') return not(service, '"jti" is no text')
    if (endsAt.getTime() > now.getTime() + (mostSeconds + toleranceSeconds) * 1_000)
      return not(service, `"exp" is more than ${mostSeconds} seconds from now`)
    // The insert is the check: of two that come at once, in whichever processes, one is right.
    const { count } = await database.sql`
      insert into services.assertion (hash, expires_at)
      values (${hashToken(`${service.clientId} ${payload.jti}`)}, ${endsAt}) on conflict do nothing`
    return count === 1 ? { service } : not(service, 'the assertion was used before')
  }

  async function bySecret(service: Service | undefined, secret: string | undefined): Promise<Proved> {
    if (!service || secret === undefined) return not(service, 'neither an assertion nor a secret was sent')
    const by = service.contract?.protocol.authentication
    if (by !== 'client_secret_basic' && by !== 'client_secret_post') return not(service, otherWay)
    return (await services.isSecret(service.clientId, secret)) ? { service } : not(service, 'the secret is another one')
  }

  return async (shown: Shown, audience: string): Promise<Proved> => {
    const { client_id: clientId, client_secret: secret, client_assertion: assertion } = shown
    if (assertion !== undefined && secret === undefined)
      return byAssertion(assertion, audience, clientId).catch((error: unknown) => tellOfJose(error))
    const service = clientId === undefined ? undefined : await services.find(clientId)
    return assertion === undefined ? bySecret(service, secret) : not(service, 'an assertion and a secret were sent')
  }
}
