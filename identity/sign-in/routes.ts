import { z } from 'zod'
import { AppError } from '#base/errors'
import { eventCookie, isHeldId, type Oidc } from '#identity/oidc'
import { renderLeaving } from '#identity/pages'
import { assertionSchema, type Passkeys, registrationSchema } from '#identity/passkeys'
import type { People } from '#identity/people'
import type { Recovery } from '#identity/recovery'
import type { Release } from '#identity/release'
import type { Upstreams } from '#identity/upstream'
import { html, type Reply, type Route, type RouteRequest, redirect, route } from '#server/routes'
import { eventEnded } from './errors.ts'
import type { Event, Events } from './events.ts'
import { byPasskey, type createRegistration } from './register.ts'
import type { Showing } from './show.ts'
import { problems } from './upstream/through.ts'
import {
  type Again,
  hasAccounts,
  renderCode,
  renderCodes,
  renderCreate,
  renderPasskey,
  renderRecovery,
  renderRestricted,
} from './views.ts'

const params = z.object({ uid: z.string().regex(/^[A-Za-z0-9_-]{20,64}$/) })
/** `service`: where the event's first page says it came from; read only once the event itself is gone. */
const query = z.object({ lang: z.enum(['fi', 'en']).optional(), service: z.string().max(100).optional() })
const typed = (most: number) => z.string().max(most).default('')
const nothing = z.object({})

type From = Pick<RouteRequest, 'ip' | 'userAgent' | 'languages'>

/**
 * Whoever has a sign-in under way may ask: its cookie says so, before anybody is signed in. A step that does not fit where the person is
 * (back, reload, another tab) leads to the one that does, never to a dead end.
 */
export function createRoutes(uses: {
  events: Events
  showing: Showing
  registration: ReturnType<typeof createRegistration>
  people: Pick<People, 'noteEvent' | 'isNoted'>
  passkeys: Passkeys
  recovery: Recovery
  release: Pick<Release, 'record'>
  upstreams: Pick<Upstreams, 'waysFor'>
  oidc: Pick<Oidc, 'ledTo' | 'sessions' | 'whereFrom' | 'held'>
}): readonly Route[] {
  const { events, showing, registration, people, passkeys, recovery, release, upstreams, oidc } = uses
  const { signedIn, identified } = showing
  /** Of somebody with an account. Whoever identifies without theirs is not to be told by its session, in the technical log either. */
  const sessionOf = async (event: Event) => {
    const isAboutAccount = hasAccounts(event) && !isHeldId(event.accountId)
    const cookie = isAboutAccount ? event.browser.session : undefined
    return cookie === undefined ? undefined : oidc.sessions.findByCookie(cookie)
  }

  /** Of somebody without one, whose session of before it is. */
  const heldUidOf = async ({ accountId, browser }: Event) => {
    const held = isHeldId(accountId) ? await oidc.held(browser) : undefined
    return held?.accountId === accountId ? held?.uid : undefined
  }

  /** Of services of others: what the technical log is about is an identification under a contract. */
  const noteCancelled = async (event: Event, from: From) => {
    const { contract } = event.service
    if (!contract) return
    await release.record({
      event: event.uid,
      sessionId: (await sessionOf(event))?.sessionId,
      heldUid: await heldUidOf(event),
      contractId: contract.contractId,
      what: 'cancelled',
      from: { ip: from.ip, userAgent: from.userAgent, languages: from.languages },
    })
  }

  /** Who it was, without an account, goes no further with this address. */
  const forgetAt = (event: Event, { setCookie }: Pick<RouteRequest, 'setCookie'>) => {
    if (event.browser.event !== undefined) setCookie('vartio-held-event', '', { path: event.path(), maxAgeSeconds: 0 })
  }

  /** A form's answer never redirects to another site; a page in between does. */
  const leave = (event: Event, to: string): Reply => html(renderLeaving(event.language, to))

  /** Shows the page again with what is wrong; anything but the person's own mistake goes on to the platform. */
  const orAgain = async (
    run: () => Promise<Reply>,
    show: (error: AppError) => Promise<string> | string,
  ): Promise<Reply> => {
    try {
      return await run()
    } catch (error) {
      if (error instanceof AppError && (error.fields || error.status === 429))
        return html(await show(error), error.status)
      throw error
    }
  }

  const showCreate = async (event: Event, again?: Again) =>
    renderCreate(event, await signedIn(event), await upstreams.waysFor(event.service), again)

  return [
    route({
      method: 'GET',
      path: '/sign-in/:uid',
      permission: 'anyone',
      params,
      query: query.extend({ problem: z.enum(problems).optional() }),
      purpose: 'sign-in',
      does: 'show where the person is in their sign-in',
      run: async (request) => {
        const event = await events.load(request)
        const { stage, interaction } = event
        const { problem } = request.query
        if (problem !== undefined) return showing.signIn(event, '', problem)
        if (stage?.name === 'codes') return redirect(event.path('/codes'))
        if (stage?.name === 'recovered') return redirect(event.path('/passkey'))
        if (event.provedAt) return showing.release(event)
        if (interaction.prompt.name === 'create' && hasAccounts(event)) return redirect(event.path('/create'))
        if (interaction.prompt.name === 'restricted') return html(renderRestricted(event))
        return interaction.prompt.name === 'consent' ? showing.release(event) : showing.signIn(event, '')
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/use-passkey',
      permission: 'anyone',
      params,
      query,
      purpose: 'sign-in',
      does: 'ask for the passkey',
      run: async (request) => showing.signIn(await events.load(request), '/use-passkey'),
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/use-passkey/begin',
      permission: 'anyone',
      params,
      purpose: 'sign-in',
      does: 'begin to use a passkey',
      perMinute: 60,
      body: nothing,
      answer: z.unknown(),
      run: async (request) => passkeys.beginAssertion({ kind: 'sign-in', id: (await events.load(request)).uid }),
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/use-passkey/finish',
      permission: 'anyone',
      params,
      purpose: 'sign-in',
      does: 'take the passkey that was used',
      perMinute: 60,
      body: assertionSchema,
      answer: z.object({ next: z.string() }),
      run: async (request) => {
        const event = await events.load(request)
        const { personId } = await passkeys.finishAssertion({ kind: 'sign-in', id: event.uid }, request.body)
        return { next: await events.finish(event, { personId, amr: byPasskey }) }
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/create',
      permission: 'anyone',
      params,
      query,
      purpose: 'account',
      does: 'ask who wants to register',
      run: async (request) => html(await showCreate(await events.load(request))),
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/create',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'account',
      does: 'send a code to the address of whoever registers',
      perMinute: 30,
      body: z.object({ name: typed(400), email: typed(400) }),
      run: async (request) => {
        const event = await events.load(request)
        return orAgain(
          async () => {
            await registration.sendCode(event, request.body, request.ip)
            return redirect(event.path('/code'))
          },
          (error) => showCreate(event, { typed: request.body, error }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/as-before',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'sign-in',
      does: 'go on as the person who is signed in already',
      body: nothing,
      run: async (request) => {
        const event = await events.load(request)
        if (!event.interaction.session) return redirect(event.path())
        return leave(event, await events.finish(event, 'as-before'))
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/code',
      permission: 'anyone',
      params,
      purpose: 'account',
      does: 'ask for the code that was sent',
      query: query.extend({ again: z.literal('1').optional() }),
      run: async (request) => {
        const event = await events.load(request)
        if (event.stage?.name !== 'code') return redirect(event.path(event.stage?.name === 'passkey' ? '/passkey' : ''))
        return html(renderCode(event, event.stage.address, { sentAgain: request.query.again === '1' }))
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/code',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'account',
      does: 'take the code: the address is proved',
      perMinute: 30,
      body: z.object({ code: typed(100) }),
      run: async (request) => {
        const event = await events.load(request)
        const { stage } = event
        if (stage?.name !== 'code') return redirect(event.path(stage?.name === 'passkey' ? '/passkey' : ''))
        return orAgain(
          async () => {
            await registration.verifyCode(event, request.body.code)
            return redirect(event.path('/passkey'))
          },
          (error) => renderCode(event, stage.address, { error }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/code/again',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'account',
      does: 'send another code',
      perMinute: 10,
      body: nothing,
      run: async (request) => {
        const event = await events.load(request)
        const { stage } = event
        if (stage?.name !== 'code') return redirect(event.path())
        return orAgain(
          async () => {
            await registration.sendCodeAgain(event, request.ip)
            return redirect(event.path('/code?again=1'))
          },
          (error) => renderCode(event, stage.address, { error }),
        )
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/passkey',
      permission: 'anyone',
      params,
      query,
      purpose: 'account',
      does: 'ask whoever registers to make a passkey',
      run: async (request) => {
        const event = await events.load(request)
        const isHere = event.stage?.name === 'passkey' || event.stage?.name === 'recovered'
        return isHere ? html(renderPasskey(event)) : redirect(event.path())
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/passkey/begin',
      permission: 'anyone',
      params,
      purpose: 'account',
      does: 'begin to make a passkey',
      perMinute: 30,
      body: nothing,
      answer: z.unknown(),
      run: async (request) => registration.beginPasskey(await events.load(request)),
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/passkey/finish',
      permission: 'anyone',
      params,
      purpose: 'account',
      does: 'make the account with its passkey',
      perMinute: 30,
      bodyLimitBytes: 32_768,
      body: registrationSchema,
      answer: z.object({ next: z.string() }),
      run: async (request) => ({
        next: await registration.finishPasskey(await events.load(request), request.body, request.userAgent),
      }),
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/passkey/later',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'sign-in',
      does: 'go on without a passkey for now',
      body: nothing,
      run: async (request) => {
        const event = await events.load(request)
        if (event.stage?.name !== 'recovered') return redirect(event.path())
        return leave(event, await events.finish(event, { personId: event.stage.personId, amr: ['otp'] }))
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/codes',
      permission: 'anyone',
      params,
      query,
      purpose: 'account',
      does: 'show the recovery codes once',
      run: async (request) => {
        const event = await events.load(request)
        return event.stage?.name === 'codes'
          ? html(renderCodes(event, event.stage.recoveryCodes))
          : redirect(event.path())
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/codes',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'account',
      does: 'go on once the recovery codes are kept',
      body: nothing,
      run: async (request) => {
        const event = await events.load(request)
        if (event.stage?.name !== 'codes') return redirect(event.path())
        return leave(event, await events.finish(event, { personId: event.stage.personId, amr: byPasskey }))
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/recovery',
      permission: 'anyone',
      params,
      query,
      purpose: 'account',
      does: 'ask for a recovery code',
      run: async (request) => html(renderRecovery(await events.load(request))),
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/recovery',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'account',
      does: 'let a person in with a recovery code',
      perMinute: 10,
      body: z.object({ email: typed(400), code: typed(100) }),
      run: async (request) => {
        const event = await events.load(request)
        return orAgain(
          async () => {
            const personId = await recovery.codes.use(request.body.email, request.body.code)
            await events.move(event, { name: 'recovered', personId })
            return redirect(event.path('/passkey'))
          },
          (error) => renderRecovery(event, { typed: request.body, error }),
        )
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/continue',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'sign-in',
      does: 'release what the person has seen to the service',
      body: z.object({ remember: z.literal('yes').optional() }),
      run: async (request) => {
        const before = oidc.ledTo(request.params.uid, request.cookies[eventCookie])
        if (before !== undefined) return html(renderLeaving(request.language, before))
        const event = await events.load(request)
        const { accountId, provedAt } = event
        if (accountId === undefined || (!provedAt && event.interaction.prompt.name !== 'consent'))
          return redirect(event.path())
        if (isHeldId(accountId) && !(await identified(event))) throw eventEnded(await oidc.whereFrom(event.uid))
        // Signing in was an event of the account, and within the minute there is no second.
        if (!isHeldId(accountId) && !people.isNoted(provedAt ?? (await sessionOf(event))?.beganAt))
          await people.noteEvent(accountId)
        forgetAt(event, request)
        return events.finishConsent(event, request.body.remember === 'yes')
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/cancel',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'sign-in',
      does: 'break the sign-in off',
      body: nothing,
      run: async (request) => {
        const event = await events.load(request)
        await noteCancelled(event, request)
        forgetAt(event, request)
        return leave(event, await events.finish(event, 'cancelled'))
      },
    }),
  ]
}
