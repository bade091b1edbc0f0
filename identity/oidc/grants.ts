import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Person } from '#identity/people'
import { type Identified, type Item, namesOf, type Release } from '#identity/release'
import type { Service, Services } from '#identity/services'
import { agreedWith } from './client.ts'
import { errors, Provider } from './core.ts'
import { isHeldId } from './held-adapter.ts'

/** What a person answered on the page before a release. */
export type Consent = { readonly grantId: string; readonly remember?: boolean }

/** Before a subject that is known already, where the library wants a person: of a logout token, whose person may be gone by then. */
export const knownSubject = 'subject '

/** Kept in the session, beside what the library keeps there of a service. `items`: a digest of each (`digestsOf`). */
type Remembered = { remembered?: boolean; rememberedAt?: number; scope?: string; items?: string[] }
/** With the second argument the library makes the place; its types do not say so. */
type Authorizations = { authorizationFor(clientId: string, make: true): Remembered }

/**
 * A browser says so of every request it makes. A frame or a fetch gets nothing that nobody sees; what says nothing is no browser that has
 * our cookie inside another's page, since the cookie is Lax.
 */
const isTopLevel = (ctx: KoaContextWithOIDC) => ['', 'document'].includes(ctx.get('sec-fetch-dest'))

const scopesOf = (scope: unknown): ReadonlySet<string> => new Set(String(scope ?? 'openid').split(' '))

/** Who was looked up in this request (index.ts). */
const personIn = (ctx: KoaContextWithOIDC) => (ctx.oidc.entities.Account as { person?: Person } | undefined)?.person

/** what it got then, and nothing else. The scopes may be the same while the person has come to have more under one of them, or something else. */
const isStillSame = ({ items = [] }: Remembered, now: readonly string[]) => now.every((one) => items.includes(one))

/** `madeAt`: by our own clock (adapter.ts). */
type Code = { readonly accountId?: string | undefined; readonly scope?: string | undefined; readonly madeAt?: number }

/** The person has stopped the service after the code was made, and before it was redeemed: nothing is handed over any more (ID-48). */
function takeBack(ctx: KoaContextWithOIDC): void {
  const refused = new errors.InvalidGrant('what the code stands for was taken back')
  ctx.status = refused.statusCode
  ctx.body = { error: refused.error, error_description: refused.error_description }
  ctx.oidc.provider.emit('grant.error', ctx, refused)
}

/** What was released to whom, under which name, and when it was handed over. */
export function createGrants({
  keys,
  services,
  release,
  clock,
  identified,
}: {
  clock: Clock
  keys: Pick<Keys, 'mac'>
  services: Pick<Services, 'find' | 'subjectOf'>
  release: Pick<Release, 'record' | 'handOver' | 'itemsOf' | 'itemsOfIdentified' | 'isStoppedSince'>
  /** Who is here without an account, if that is who it is. */
  identified: (accountId: string) => Identified | undefined
}) {
  /**
   * What a service gets, to tell later whether it is still the same, and no value of it: keyed, so that nobody guesses an address from it, and with the
   * number of the session, in which it lies and with which it goes. Nine bytes are enough to tell, and a browser carries them.
   */
  const digestsOf = ({ uid }: { uid: string }, clientId: string, items: readonly Item[]) =>
    namesOf(items).map((name, at) =>
      keys
        .mac('remembered', uid, clientId, name, JSON.stringify(items[at]?.claims))
        .subarray(0, 9)
        .toString('base64url'),
    )

  /** Made in the very request that needs it, so that none is kept; what was remembered lies in the session, which the person has. */
  async function loadHeld(ctx: KoaContextWithOIDC, accountId: string, service: Service) {
    const { session, result, params, provider } = ctx.oidc
    if (service.isOwn || !session) return undefined
    const memory = (session as unknown as Authorizations).authorizationFor(service.clientId, true)
    const consent = result?.consent as Consent | undefined
    const scope = consent ? String(params?.scope ?? 'openid') : memory.scope
    const who = identified(accountId)
    const released = who ? await release.itemsOfIdentified(service, who, scopesOf(scope)) : []
    const items = digestsOf(session, service.clientId, released)
    if (consent) Object.assign(memory, { remembered: consent.remember ?? false, scope, items })
    else if (!memory.remembered || scope === undefined || !isTopLevel(ctx)) return undefined
    else if (!isStillSame(memory, items)) return undefined
    // A fresh number each time, and with it a fresh subject.
    const about = { accountId, clientId: service.clientId, jti: consent?.grantId ?? newToken() }
    const grant = new provider.Grant(about as ConstructorParameters<typeof provider.Grant>[0])
    grant.addOIDCScope(scope ?? 'openid')
    await grant.save()
    return grant
  }

  /** To a service that knows the person again: who it is, and what it gets. Of one that only identifies nothing stays (ID-71). */
  async function deliveryOf(ctx: KoaContextWithOIDC, code: Code) {
    const { clientId } = ctx.oidc.client!
    const { accountId: personId = '', scope, madeAt = 0 } = code
    const service = await services.find(clientId)
    // Who was looked up in this request for the token that is handed over.
    const person = personIn(ctx)
    if (service?.contract?.subject !== 'pairwise' || person?.personId !== personId) return undefined
    const items = namesOf(await release.itemsOf(service, person, scopesOf(scope)))
    return { personId, clientId, items, codeMadeAt: new Date(madeAt) }
  }

  return {
    /** Pairwise; or, where the contract is for identification only, of this one event: worked out of its grant, so that nothing is kept. */
    async subjectOf(
      given: KoaContextWithOIDC | undefined,
      personId: string,
      client: { clientId: string },
    ): Promise<string> {
      if (personId.startsWith(knownSubject)) return personId.slice(knownSubject.length)
      const service = await services.find(client.clientId)
      // Who has no account is somebody else each time, whatever the contract says (ID-27).
      if (service?.contract?.subject !== 'event' && !isHeldId(personId))
        return services.subjectOf(client.clientId, personId)
      // Of a logout token the library does not say in which request it is made.
      const ctx = given ?? (Provider.ctx as KoaContextWithOIDC)
      const grantId = ctx.oidc.entities.Grant?.jti ?? ctx.oidc.session?.grantIdFor(client.clientId)
      return grantId === undefined
        ? newToken()
        : keys.mac('subject of event', client.clientId, grantId).toString('base64url')
    },

    /** A service of the house: the person is at home there and releases nothing to anybody else. For others what was continued in this very event. */
    async load(ctx: KoaContextWithOIDC) {
      const { client, session, result, params, provider } = ctx.oidc
      if (!client || !session?.accountId) return undefined
      const service = await services.find(client.clientId)
      if (!service) return undefined
      const before = session.grantIdFor(client.clientId)
      if (isHeldId(session.accountId)) return loadHeld(ctx, session.accountId, service)
      if (service.isOwn) {
        const known = before === undefined ? undefined : await provider.Grant.find(before)
        if (known) return known
        const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
        grant.addOIDCScope(String(params?.scope ?? 'openid'))
        await grant.save()
        return grant
      }
      const memory = (session as unknown as Authorizations).authorizationFor(client.clientId, true)
      const consent = result?.consent as Consent | undefined
      const itemsNow = async () => {
        const person = personIn(ctx)
        const items = person ? await release.itemsOf(service, person, scopesOf(params?.scope)) : []
        return digestsOf(session, client.clientId, items)
      }
      if (consent) {
        memory.remembered = consent.remember === true
        if (memory.remembered) Object.assign(memory, { items: await itemsNow(), rememberedAt: clock.now().getTime() })
        // Made here and not where the person continued: of one event that is carried on twice, one comes so far.
        const about = { accountId: session.accountId, clientId: client.clientId, jti: consent.grantId }
        const grant = new provider.Grant(about as ConstructorParameters<typeof provider.Grant>[0])
        grant.addOIDCScope(String(params?.scope ?? 'openid'))
        await grant.save()
        return grant
      }
      // Remembering is per service, within the session, chosen by the person. For more scopes the library asks anew.
      if (!memory.remembered || before === undefined || !isTopLevel(ctx)) return undefined
      if (!isStillSame(memory, await itemsNow())) return undefined
      const since = new Date(memory.rememberedAt ?? 0)
      if (await release.isStoppedSince(String(session.accountId), client.clientId, since)) return undefined
      return provider.Grant.find(before)
    },

    /** ID-13, ID-14: before the answer goes out, so that no hand-over, and no code for somebody who was not asked, is without its entry. */
    async record(
      ctx: KoaContextWithOIDC,
      origin: { readonly ip: string | undefined; readonly isAnswered: boolean },
      sessionIdOf: (uid: string) => Promise<string | undefined>,
    ): Promise<void> {
      const contractId = agreedWith(ctx.oidc?.client)?.contractId
      if (contractId === undefined || ctx.status >= 400) return
      const { AuthorizationCode: code, Grant: grant } = ctx.oidc.entities
      // Without an account a session has no row.
      const idOf = async (uid: string | undefined, accountId: string | undefined) => {
        if (isHeldId(accountId)) return { sessionId: undefined, heldUid: uid }
        return { sessionId: uid === undefined ? undefined : await sessionIdOf(uid) }
      }
      if (ctx.oidc.route === 'token' && code) {
        const session = await idOf(code.sessionUid, code.accountId)
        const handedOver = { event: String(code.grantId), ...session, contractId, what: 'handed-over' } as const
        const delivery = await deliveryOf(ctx, code)
        if (!delivery) await release.record(handedOver)
        else if (!(await release.handOver(handedOver, delivery))) takeBack(ctx)
      }
      // What the person has just answered, or once and for this session.
      if (['authorization', 'resume'].includes(ctx.oidc.route) && origin.isAnswered && grant)
        await release.record({
          event: grant.jti,
          ...(await idOf(ctx.oidc.session?.uid, ctx.oidc.session?.accountId)),
          contractId,
          what: ctx.oidc.result?.consent ? 'continued' : 'remembered',
          ...(origin.ip === undefined
            ? {}
            : { from: { ip: origin.ip, userAgent: ctx.get('user-agent'), languages: ctx.get('accept-language') } }),
        })
    },
  }
}
