import type { Groups } from '#identity/groups'
import { isHeldId, type Oidc } from '#identity/oidc'
import type { People } from '#identity/people'
import type { Identified, Item, Release } from '#identity/release'
import type { Upstreams } from '#identity/upstream'
import { html, type Reply } from '#server/routes'
import { eventEnded } from './errors.ts'
import type { Event } from './events.ts'
import type { Problem } from './upstream/through.ts'
import { renderContinue, renderSignIn } from './views.ts'

export type Showing = ReturnType<typeof createShowing>

/** The two pages that several steps lead to: by whom somebody says who they are, and what is released of them. */
export function createShowing(
  { urls }: { urls: { readonly portal: URL } },
  {
    people,
    release,
    upstreams,
    groups,
    oidc,
  }: {
    people: Pick<People, 'find'>
    release: Pick<Release, 'itemsOf' | 'itemsOfIdentified'>
    upstreams: Pick<Upstreams, 'waysFor'>
    groups: Pick<Groups, 'namesOf'>
    oidc: Pick<Oidc, 'held' | 'identifiedIn' | 'whereFrom'>
  },
) {
  const signedIn = async ({ accountId }: Event) =>
    accountId === undefined || isHeldId(accountId) ? undefined : people.find(accountId)

  /** Whoever of this event identified without an account: just now, or before, while their session is in this browser. */
  const identified = async ({ uid, accountId, provedAt, browser }: Event): Promise<Identified | undefined> => {
    if (!isHeldId(accountId)) return undefined
    if (provedAt) return oidc.identifiedIn(browser, uid, accountId)
    const held = await oidc.held(browser)
    return held?.accountId === accountId ? held.identified : undefined
  }

  /** Exactly what the service gets, of whoever it is. */
  const listOf = async (event: Event, held: Identified | undefined) => {
    const scopes = new Set(String(event.interaction.params.scope ?? '').split(' '))
    if (held) return release.itemsOfIdentified(event.service, held, scopes)
    const person = await signedIn(event)
    if (person) return release.itemsOf(event.service, person, scopes)
    throw eventEnded(await oidc.whereFrom(event.uid))
  }

  /** ID-48: what they are called, of which the service may ask. */
  const groupsIn = async (items: readonly Item[]) => {
    const groupIds = items.flatMap(({ groupId }) => groupId ?? [])
    return groupIds.length === 0 ? [] : groups.namesOf(groupIds)
  }

  /** Less those of which it has turned out that they cannot say what this service wants to know. */
  const waysOf = async (event: Event) => {
    const ways = await upstreams.waysFor(event.service)
    const can = ({ upstreamId }: { upstreamId: string }) =>
      event.notFresh.filter((one) => one === upstreamId).length < 2
    return { ...ways, identify: ways.identify.filter(can), 'sign-in': ways['sign-in'].filter(can) }
  }

  /**
   * The portal lets people of a company in by the company's own provider, and no other service does. Which companies those are is not known here: the link is
   * the same for everybody, carries nothing of this event, and ends nothing. Who was asked to register, or for the passkey once more, cannot do without it.
   */
  const workAddressOf = ({ service, interaction }: Event): string | undefined =>
    service.isOwn && service.clientId === 'portal' && !interaction.params.prompt
      ? new URL('/sign-in/work', urls.portal).href
      : undefined

  const signIn = async (event: Event, step: string, problem?: Problem): Promise<Reply> =>
    html(renderSignIn(event, step, { ...(await waysOf(event)), workAddress: workAddressOf(event) }, problem))

  return {
    signedIn,
    identified,
    signIn,

    async release(event: Event): Promise<Reply> {
      const held = await identified(event)
      // Who they are was in a cookie that is gone: they prove it again.
      if (event.provedAt && isHeldId(event.accountId) && !held) return signIn(event, '')
      const items = await listOf(event, held)
      return html(renderContinue(event, items, await groupsIn(items)))
    },
  }
}
