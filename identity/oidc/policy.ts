import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Identified } from '#identity/release'
import type { Service, Services } from '#identity/services'
import { interactionPolicy } from './core.ts'
import { isHeldId } from './held-adapter.ts'

const hasAgreed = (service: Service, way: string | undefined) =>
  way !== undefined && (service.contract?.ways.includes(way) ?? false)

/** When the person is asked for something before a service is answered, beyond what the protocol core asks for by itself. */
export function createPolicy(uses: {
  services: Pick<Services, 'find'>
  /** Who is here without an account, if that is who it is. */
  identified: (accountId: string) => Identified | undefined
  ownPages: string
  restrictedSince: (personId: string) => Promise<Date | undefined>
}) {
  const { services, identified, ownPages, restrictedSince } = uses
  const { Check, Prompt, base } = interactionPolicy
  const policy = base()
  // OpenID Connect "Initiating User Registration" 1.0: `prompt=create` asks for the page on which an account is made.
  policy.add(new Prompt({ name: 'create', requestable: true }), 0)

  /** Nobody is signed in to a program of the house without an account, and nobody to a service by a way that its contract does not name. */
  async function isAgreed(ctx: KoaContextWithOIDC): Promise<boolean> {
    const { session, client } = ctx.oidc
    const accountId = session?.accountId
    const service = accountId === undefined ? undefined : await services.find(String(client?.clientId))
    if (accountId === undefined || !service) return true
    if (isHeldId(accountId)) return hasAgreed(service, identified(accountId)?.upstreamId)
    // The portal counts the moment of a sign-in as that of a passkey; by an upstream there was none.
    if (service.isOwn) return service.clientId === ownPages || (session?.amr ?? []).length > 0
    return hasAgreed(service, 'account')
  }
  // In the words for nobody: a service that takes no accounts is not told that somebody has one (its error_description would say so).
  const otherWay = 'End-User authentication is required'
  policy
    .get('login')
    ?.checks.add(
      new Check(
        'way_not_agreed',
        otherWay,
        'login_required',
        async (ctx) => !(await isAgreed(ctx as KoaContextWithOIDC)),
      ),
    )

  // DSR-12: whose data is only stored goes to no service but the account pages, on which they unlock it.
  const isRestricted = new Check('data_restricted', 'the person has restricted the use of their data', async (ctx) => {
    const { session, client } = ctx.oidc
    const accountId = session?.accountId
    if (accountId === undefined || isHeldId(accountId) || client?.clientId === ownPages) return false
    return (await restrictedSince(accountId)) !== undefined
  })
  const login = policy.findIndex(({ name }) => name === 'login')
  policy.add(new Prompt({ name: 'restricted' }, isRestricted), login + 1)
  return policy
}
