import type Provider from 'oidc-provider'
import type { InteractionResults } from 'oidc-provider'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Identified } from '#identity/release'
import type { Consent } from './grants.ts'
import type { Piece } from './held-adapter.ts'
import { type Answered, type createHeldAdapter, isHeldId, newHeldId, type SessionCookies } from './held-adapter.ts'
import type { Sessions } from './sessions.ts'

export type Interaction = InstanceType<Provider['Interaction']>
type Login = NonNullable<InteractionResults['login']>
type Session = InstanceType<Provider['Session']>
/** A session as it lies here (library.ts). */
type Kept = Session & { authenticatedAt?: number | null; past(age: unknown): boolean }

/** Who has proved in this very event who they are. Their session begins when they continue, so that whoever breaks off has none. */
export const loginOf = ({ result }: Interaction): Login | undefined =>
  result && !('error' in result) ? (result.login as Login | undefined) : undefined

/** The person's part of an event: who they are, what they release, and where the browser goes on. */
export function createFinishing({
  clock,
  held,
  sessions,
  provider,
}: {
  clock: Clock
  held: Pick<ReturnType<typeof createHeldAdapter>, 'open' | 'endByUid' | 'seal' | 'openEvent' | 'findEvent'>
  sessions: Pick<Sessions, 'endByUid'>
  provider: () => Provider
}) {
  // Our own clock says when: it never runs backwards, and a session's end is counted from it.
  const seconds = () => Math.floor(clock.now().getTime() / 1_000)

  /** The session of an account that this browser has: whoever signed in there, at the pages of this event or in another tab. */
  const ofBrowser = async ({ session }: SessionCookies) => {
    const current = session === undefined ? undefined : ((await provider().Session.find(session)) as Kept | undefined)
    return current?.accountId && !isHeldId(current.accountId) ? current : undefined
  }

  async function endBefore(event: Interaction, browser: SessionCookies, accountId: string, current: Kept | undefined) {
    // The session of an account stays where somebody identifies without it: nobody is signed in to that account by this.
    if (!isHeldId(accountId)) {
      // Only somebody with an account has a row to end.
      const before = event.session?.accountId && !isHeldId(event.session.accountId) ? event.session.uid : undefined
      for (const uid of new Set([current?.uid, before])) if (uid) await sessions.endByUid(uid)
    }
    await endHeld(browser)
    delete event.session
  }

  async function endHeld(browser: SessionCookies): Promise<void> {
    const before = await held.open(browser)
    if (before) await held.endByUid(before.uid)
  }

  /** Another tab may have identified the same person a moment ago: then it is the same session, with its own end, and both tabs come home. */
  async function sameBefore(event: Interaction, who: () => string | undefined, browser: SessionCookies) {
    const isAskedAnew = event.prompt.reasons.some((reason) => reason !== 'no_session' && reason !== 'way_not_agreed')
    const before = isAskedAnew ? undefined : await held.open(browser)
    return before && before.identified.who === who() ? { accountId: before.accountId, ts: before.loginTs } : undefined
  }

  /**
   * The same of somebody with an account. The session stays as it is, with what was proved in it, its end and what other services have of it; its cookie is
   * another from here on, so that whoever knew the one of before has nothing. Whoever was asked anew, or has proved more by now, begins anew.
   */
  function isSameAccount(event: Interaction, login: Login, current: Kept | undefined): current is Kept {
    if (current?.accountId !== login.accountId) return false
    const isEnough = (reason: string) =>
      ['no_session', 'way_not_agreed', 'create_prompt'].includes(reason) ||
      (reason === 'max_age' && !current.past(event.params.max_age))
    return event.prompt.reasons.every(isEnough) && (login.amr ?? []).every((proof) => current.amr?.includes(proof))
  }

  /** Who is signed in from now on: as they were in another tab, or anew. */
  async function begin(event: Interaction, login: Login, browser: SessionCookies): Promise<Login> {
    const current = isHeldId(login.accountId) ? undefined : await ofBrowser(browser)
    if (!isSameAccount(event, login, current)) {
      await endBefore(event, browser, login.accountId, current)
      return login
    }
    await endHeld(browser)
    delete event.session
    const { loginTs, amr, authenticatedAt } = current
    return {
      accountId: login.accountId,
      ...(loginTs === undefined ? {} : { ts: loginTs }),
      ...(amr ? { amr } : {}),
      ...(authenticatedAt === undefined ? {} : { authenticatedAt }),
    }
  }

  async function persist(event: Interaction, result: InteractionResults): Promise<void> {
    event.result = { ...event.lastSubmission, ...result }
    await event.persist()
  }

  async function goOn(event: Interaction, result: InteractionResults, browser: SessionCookies): Promise<string> {
    const login = result.login && (await begin(event, result.login, browser))
    await persist(event, { ...result, ...(login ? { login } : {}) })
    return event.returnTo
  }

  return {
    /**
     * The event (ID-31) that this browser has under way: its address alone is not enough, the cookie must say the same. `beside`: what the same
     * statement finds of another area, one sealed value.
     */
    async findEvent(uid: string, cookie: string | undefined, browser: SessionCookies, beside: Piece) {
      if (cookie !== uid) return undefined
      const found = await held.findEvent(uid, beside)
      const event = (await found?.run(() => provider().Interaction.find(uid))) as Interaction | undefined
      // Who has identified without an account in it is in their browser, and not here.
      const carried = event && !event.result ? held.openEvent(browser, uid) : undefined
      if (event && carried) event.result = carried.result
      return found && event && { event, beside: found.beside }
    },

    /** The person has proved who they are, and is asked next what they release: in this event. */
    keepLogin: (event: Interaction, result: InteractionResults & { login: Login }): Promise<void> =>
      persist(event, { ...result, login: { ...result.login, ts: seconds() } }),

    /**
     * Ends the person's part of an event and answers where the browser goes on. `browser` is its session cookies: somebody who signs in
     * anew begins a new session, so that eight hours are counted from this sign-in and another person's session in this browser ends.
     */
    async finishEvent(event: Interaction, result: InteractionResults, browser: SessionCookies): Promise<string> {
      if ('error' in result) {
        event.result = result
        await event.persist()
        return event.returnTo
      }
      const login = result.login && { ...result.login, ts: seconds() }
      return goOn(event, { ...result, ...(login ? { login } : {}) }, browser)
    },

    /** The same where the person has seen what is released, and continued. The event goes on in this very request (`carryOn`), so nothing is written. */
    async finishConsent(event: Interaction, remember: boolean, browser: SessionCookies): Promise<void> {
      const consent: Consent = { grantId: newToken(), remember }
      const login = loginOf(event)
      const registers = event.result?.create ? { create: {} } : {}
      const same = login && (await sameBefore(event, () => held.openEvent(browser, event.uid)?.identified.who, browser))
      if (same) delete event.session
      const begun = login && (same ? { ...login, ...same } : await begin(event, login, browser))
      // Without a login they had a session before this event.
      event.result = {
        ...event.lastSubmission,
        ...(begun ? { ...registers, login: begun } : {}),
        consent,
      }
    },

    /**
     * Somebody has identified without an account. Answers what their browser carries from then on, and nobody else does: to the pages of the event (`show`), where
     * they see what is released; or, where they have been here before, to the address at which the event goes on (`to`).
     */
    async finishIdentified(
      event: Interaction,
      {
        identified,
        authenticatedAt = null,
        result,
        show,
      }: {
        identified: Identified
        authenticatedAt: number | null | undefined
        result: InteractionResults
        show: string
      },
      browser: SessionCookies,
    ) {
      const same = await sameBefore(event, () => identified.who, browser)
      const who = same ?? { accountId: newHeldId(), ts: seconds() }
      const answered: Answered = { ...result, login: { ...who, authenticatedAt, remember: false } }
      if (same) delete event.session
      // What is here already of this event, somebody else's answer above all, would stand before what the browser brings.
      if (same || event.result) await persist(event, answered)
      event.result = answered
      const to = same && event.returnTo
      const path = to === undefined ? show : new URL(to).pathname
      return { to, cookie: held.seal(event.uid, { result: answered, identified }, path) }
    },
  }
}
