import Provider, { type KoaContextWithOIDC } from 'oidc-provider'
import { newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Person } from '#identity/people'
import { listItems, type Release } from '#identity/release'
import type { Service, Services } from '#identity/services'
import { agreedWith } from './client.ts'
import { isHeldId } from './held-adapter.ts'

/** What a person answered on the page before a release. */
export type Consent = { readonly grantId: string; readonly remember?: boolean }

/** Before a subject that is known already, where the library wants a person: of a logout token, whose person may be gone by then. */
export const knownSubject = 'subject '

/** Kept in the session, beside what the library keeps there of a service. */
type Remembered = { remembered?: boolean; scope?: string }
/** With the second argument the library makes the place; its types do not say so. */
type Authorizations = { authorizationFor(clientId: string, make: true): Remembered }

/**
 * A browser says so of every request it makes. A frame or a fetch gets nothing that nobody sees; what says nothing is no browser that has
 * our cookie inside another's page, since the cookie is Lax.
 */
const isTopLevel = (ctx: KoaContextWithOIDC) => ['', 'document'].includes(ctx.get('sec-fetch-dest'))

/** What was released to whom, under which name, and when it was handed over. */
export function createGrants({
  keys,
  services,
  release,
}: {
  keys: Pick<Keys, 'mac'>
  services: Pick<Services, 'find' | 'subjectOf'>
  release: Pick<Release, 'record' | 'keepDelivered'>
}) {
  /** Made in the very request that needs it, so that none is kept; what was remembered lies in the session, which the person has. */
  async function loadHeld(ctx: KoaContextWithOIDC, accountId: string, service: Service) {
    const { session, result, params, provider } = ctx.oidc
    if (service.isOwn || !session) return undefined
    const memory = (session as unknown as Authorizations).authorizationFor(service.clientId, true)
    const consent = result?.consent as Consent | undefined
    if (consent) {
      memory.remembered = consent.remember ?? false
      memory.scope = String(params?.scope ?? 'openid')
    } else if (!memory.remembered || memory.scope === undefined || !isTopLevel(ctx)) return undefined
    // A fresh number each time, and with it a fresh subject.
    const about = { accountId, clientId: service.clientId, jti: consent?.grantId ?? newToken() }
    const grant = new provider.Grant(about as ConstructorParameters<typeof provider.Grant>[0])
    grant.addOIDCScope(memory.scope)
    await grant.save()
    return grant
  }

  async function keepDelivered(ctx: KoaContextWithOIDC, personId: string, scopes: ReadonlySet<string>): Promise<void> {
    const { clientId } = ctx.oidc.client!
    const service = await services.find(clientId)
    if (service?.contract?.subject !== 'pairwise') return
    // Who was looked up in this request for the token that is handed over.
    const { person } = (ctx.oidc.entities.Account ?? {}) as { person?: Person }
    if (person?.personId !== personId) return
    const items = listItems(service, person, scopes).map(({ name }) => name)
    await release.keepDelivered(personId, clientId, items)
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
      if (consent) {
        memory.remembered = consent.remember === true
        return provider.Grant.find(consent.grantId)
      }
      // Remembering is per service, within the session, chosen by the person. More data than then is asked for anew: the library compares.
      if (!memory.remembered || before === undefined || !isTopLevel(ctx)) return undefined
      return provider.Grant.find(before)
    },

    /** ID-13, ID-14: before the answer goes out, so that no hand-over, and no code for somebody who was not asked, is without its entry. */
    async record(
      ctx: KoaContextWithOIDC,
      origin: { readonly ip: string | undefined; readonly isAnswered: boolean },
      sessions: { idOf(uid: string): Promise<string | undefined> },
    ): Promise<void> {
      const contractId = agreedWith(ctx.oidc?.client)?.contractId
      if (contractId === undefined || ctx.status >= 400) return
      const { AuthorizationCode: code, Grant: grant } = ctx.oidc.entities
      // Without an account a session has no row, and so no number.
      const idOf = async (uid: string | undefined, accountId: string | undefined) =>
        uid === undefined || isHeldId(accountId) ? undefined : sessions.idOf(uid)
      if (ctx.oidc.route === 'token' && code)
        await release.record({
          event: String(code.grantId),
          sessionId: await idOf(code.sessionUid, code.accountId),
          contractId,
          what: 'handed-over',
        })
      // Where it knows the person again. A service that only identifies leaves nothing behind (ID-71).
      if (ctx.oidc.route === 'token' && code?.accountId && !isHeldId(code.accountId))
        await keepDelivered(ctx, code.accountId, new Set(String(code.scope ?? '').split(' ')))
      // Without a page in between, which would have written what the person decided on it.
      if (ctx.oidc.route === 'authorization' && origin.isAnswered && grant)
        await release.record({
          event: grant.jti,
          sessionId: await idOf(ctx.oidc.session?.uid, ctx.oidc.session?.accountId),
          contractId,
          what: 'remembered',
          ...(origin.ip === undefined ? {} : { from: { ip: origin.ip, userAgent: ctx.get('user-agent') } }),
        })
    },
  }
}
