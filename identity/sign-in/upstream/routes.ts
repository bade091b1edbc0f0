import { z } from 'zod'
import { AppError } from '#base/errors'
import { renderLeaving } from '#identity/pages'
import { assertionSchema, type Passkeys } from '#identity/passkeys'
import { html, type Route, redirect, route } from '#server/routes'
import { outOfOrder } from '../errors.ts'
import type { Events } from '../events.ts'
import { byPasskey } from '../register.ts'
import type { Problem, ThroughUpstream } from './through.ts'
import { renderLink, renderName } from './views.ts'

const uid = z.string().regex(/^[A-Za-z0-9_-]{20,64}$/)
const upstreamId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
const params = z.object({ uid })
const query = z.object({ lang: z.enum(['fi', 'en']).optional() })

/** What went wrong on the way there or back is told at the choice of ways, so that every way is open again. */
const leadBack: Readonly<Record<string, Problem>> = {
  'upstream.broken_off': 'cancelled',
  'upstream.unreachable': 'failed',
  'upstream.answer_refused': 'failed',
  'upstream.not_fresh': 'not-fresh',
  'upstream.not_offered': 'failed',
  'upstream.secret_missing': 'failed',
}

export function createUpstreamRoutes(uses: {
  events: Events
  through: ThroughUpstream
  passkeys: Pick<Passkeys, 'finishAssertion'>
}): readonly Route[] {
  const { events, through, passkeys } = uses

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
      query: z.object({
        state: z.string().max(400),
        code: z.string().max(4_096).optional(),
        iss: z.string().max(300).optional(),
        error: z.string().max(100).optional(),
      }),
      run: async (request) => {
        const { params, cookies, language, ip, userAgent } = request
        const event = await events.load({ params, cookies, language, ip, userAgent })
        const given = Object.entries(request.query).filter((pair) => pair[1] !== undefined)
        const answer = new URLSearchParams(given as [string, string][])
        const came = await orBack(event.path, () => through.finish(event, params.upstreamId, answer))
        if ('cookie' in came && came.cookie) {
          const { value, path, maxAgeSeconds } = came.cookie
          request.setCookie('vartio-held-event', value, { path, maxAgeSeconds })
        }
        return redirect(came.to)
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
        return event.stage?.name === 'name' ? html(renderName(event, event.stage)) : redirect(event.path())
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
          return html(renderName(event, stage, { typed: request.body, error }), error.status)
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
        return event.stage?.name === 'link' ? html(renderLink(event, event.stage)) : redirect(event.path())
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
  ]
}
