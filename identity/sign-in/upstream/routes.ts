import { z } from 'zod'
import { AppError } from '#base/errors'
import { renderLeaving } from '#identity/pages'
import { assertionSchema, type Passkeys } from '#identity/passkeys'
import type { Upstreams } from '#identity/upstream'
import { html, type Route, redirect, route } from '#server/routes'
import type { Proved } from '../drafts.ts'
import { outOfOrder } from '../errors.ts'
import type { Event, Events } from '../events.ts'
import { byPasskey } from '../register.ts'
import type { Showing } from '../show.ts'
import type { OwnErrands } from './own.ts'
import type { Problem, ThroughUpstream } from './through.ts'
import { renderLink, renderName } from './views.ts'

const uid = z.string().regex(/^[A-Za-z0-9_-]{20,64}$/)
const upstreamId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
const params = z.object({ uid })
const answer = z.object({
  state: z.string().max(400),
  code: z.string().max(4_096).optional(),
  iss: z.string().max(300).optional(),
  error: z.string().max(100).optional(),
})
const answerOf = (query: z.output<typeof answer>) =>
  new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined))
const query = z.object({ lang: z.enum(['fi', 'en']).optional() })

/** What went wrong on the way there or back is told at the choice of ways, so that every way is open again. */
const leadBack: Readonly<Record<string, Problem>> = {
  'upstream.broken_off': 'cancelled',
  'upstream.unreachable': 'failed',
  'upstream.answer_refused': 'failed',
  'upstream.not_offered': 'failed',
  'upstream.secret_missing': 'failed',
}

export function createUpstreamRoutes(uses: {
  events: Events
  showing: Pick<Showing, 'release'>
  through: ThroughUpstream
  own: OwnErrands
  passkeys: Pick<Passkeys, 'finishAssertion'>
  upstreams: Pick<Upstreams, 'identifiers' | 'eventOf'>
}): readonly Route[] {
  const { events, showing, through, own, passkeys, upstreams } = uses

  const provesOf = async ({ language }: Event, { upstream, identifiers }: Proved) =>
    (await upstreams.identifiers.describe(upstream, identifiers)).map(({ name }) => name[language])

  async function orBack<T>(path: (step: string) => string, run: () => Promise<T>): Promise<T | { to: string }> {
    try {
      return await run()
    } catch (error) {
      const problem = error instanceof AppError ? leadBack[error.code] : undefined
      if (problem === undefined) throw error
      return { to: path(`?problem=${problem}`) }
    }
  }

  return [
    route({
      method: 'POST',
      path: '/sign-in/:uid/upstream',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'sign-in',
      does: 'lead to the upstream that the person chose',
      perMinute: 30,
      body: z.object({ upstream: upstreamId, use: z.enum(['identify', 'sign-in', 'register']) }),
      run: async (request) => {
        const event = await events.load(request)
        const { upstream, use } = request.body
        const gone = await orBack(event.path, async () => ({ url: await through.begin(event, upstream, use) }))
        // A form's answer may not redirect to another site; a page in between does.
        return 'to' in gone ? redirect(gone.to) : html(renderLeaving(event.language, gone.url))
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/upstream/:upstreamId',
      permission: 'anyone',
      params: params.extend({ upstreamId }),
      purpose: 'sign-in',
      does: 'take the answer of an upstream',
      perMinute: 60,
      query: answer,
      run: async (request) => {
        const { params, cookies, language, ip, userAgent } = request
        const service = upstreams.eventOf(params.upstreamId, request.query.state)?.service
        const event = await events.load({ params, query: { service }, cookies, language, ip, userAgent })
        const came = await orBack(event.path, () => through.finish(event, params.upstreamId, answerOf(request.query)))
        if ('cookie' in came && came.cookie) {
          const { value, path, maxAgeSeconds } = came.cookie
          request.setCookie('vartio-held-event', value, { path, maxAgeSeconds })
        }
        // Shown here, not led to: the code in the address is used up, and whoever loads it again, or comes back to it, is led to where they are by then.
        return 'to' in came ? redirect(came.to) : showing.release(came.proved)
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/name',
      permission: 'anyone',
      params,
      query,
      purpose: 'account',
      does: 'ask whoever registers by an upstream for their name',
      run: async (request) => {
        const event = await events.load(request)
        const { stage } = event
        if (stage?.name !== 'name') return redirect(event.path())
        return html(renderName(event, stage, await provesOf(event, stage.proved)))
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/name',
      permission: 'anyone',
      form: true,
      params,
      purpose: 'account',
      does: 'take the name of whoever registers by an upstream',
      perMinute: 30,
      body: z.object({ name: z.string().max(400).default('') }),
      run: async (request) => {
        const event = await events.load(request)
        const { stage } = event
        if (stage?.name !== 'name') return redirect(event.path())
        try {
          await through.takeName(event, request.body.name)
        } catch (error) {
          if (!(error instanceof AppError) || !error.fields) throw error
          const proves = await provesOf(event, stage.proved)
          return html(renderName(event, stage, proves, { typed: request.body, error }), error.status)
        }
        return redirect(event.path('/passkey'))
      },
    }),
    route({
      method: 'GET',
      path: '/sign-in/:uid/link',
      permission: 'anyone',
      params,
      query,
      purpose: 'sign-in',
      does: 'ask whoever came by an upstream that no account is linked to for the passkey of theirs',
      run: async (request) => {
        const event = await events.load(request)
        const { stage } = event
        if (stage?.name !== 'link') return redirect(event.path())
        return html(renderLink(event, stage, await provesOf(event, stage.proved)))
      },
    }),
    route({
      method: 'POST',
      path: '/sign-in/:uid/link/finish',
      permission: 'anyone',
      params,
      purpose: 'sign-in',
      does: 'take the passkey of the account that the upstream is linked to',
      perMinute: 60,
      body: assertionSchema,
      answer: z.object({ next: z.string() }),
      // An address of its own: a passkey that was used on the page of signing in links nothing.
      run: async (request) => {
        const event = await events.load(request)
        if (event.stage?.name !== 'link') throw outOfOrder()
        const { personId } = await passkeys.finishAssertion({ kind: 'sign-in', id: event.uid }, request.body)
        await through.link(event, personId)
        return { next: await events.finish(event, { personId, amr: byPasskey }) }
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/upstreams/:upstreamId/begin',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'lead a person to an upstream, to link it or to have it prove who they are',
      perMinute: 20,
      params: z.object({ upstreamId }),
      body: z.object({}),
      answer: z.object({ next: z.string() }),
      run: async ({ caller, params, language }) => ({ next: await own.begin(caller, params.upstreamId, language) }),
    }),
    route({
      method: 'GET',
      path: '/account/upstream/:upstreamId/answer',
      permission: 'signed-in',
      purpose: 'account',
      does: 'take what an upstream says of the person who went there from their own pages',
      perMinute: 60,
      params: z.object({ upstreamId }),
      query: answer,
      run: async ({ caller, params, query }) => {
        const came = await own.finish(caller, params.upstreamId, answerOf(query))
        return redirect(`/account/upstreams?came=${came}`)
      },
    }),
  ]
}
