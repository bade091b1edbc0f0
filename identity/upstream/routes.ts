import { z } from 'zod'
import { type Route, redirect, route } from '#server/routes'
import {
  changed,
  companyBegin,
  companyBegun,
  companyCame,
  companyFinish,
  companyFound,
  companyKept,
  found,
  identifierType,
  named,
  namedType,
  ofCompany,
  secretSet,
  stateSet,
  upstreamId,
  upstreamList,
} from './api.ts'
import { upstreamNotFound } from './errors.ts'
import { ownErrand, type Upstreams } from './index.ts'

/** As much of an answer as is passed on. Each comes once (RFC 6749 §3.1): twice the same name is no text and is refused. */
const answer = z.object({
  state: z.string().regex(/^[A-Za-z0-9_-]{40,400}$/),
  code: z.string().max(4_096).optional(),
  iss: z.string().max(300).optional(),
  error: z.string().max(100).optional(),
})

export const routes = ({ records, identifiers, companies, eventOf, look }: Upstreams): readonly Route[] => [
  route({
    method: 'GET',
    path: '/upstream/:upstreamId/callback',
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'lead the answer of an upstream to the event it belongs to',
    params: z.object({ upstreamId }),
    query: answer,
    run: async ({ params, query }) => {
      const uid = eventOf(params.upstreamId, query.state)?.uid
      if (uid === undefined) throw upstreamNotFound()
      // The event's cookie is sent to its own address only; there the answer is looked at.
      const given = Object.entries(query).filter(([, value]) => value !== undefined)
      const rest = new URLSearchParams(given as [string, string][])
      const { upstreamId } = params
      return redirect(
        uid === ownErrand
          ? `/account/upstream/${upstreamId}/answer?${rest}`
          : `/sign-in/${uid}/upstream/${upstreamId}?${rest}`,
      )
    },
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/list',
    permission: 'program:portal',
    purpose: 'service',
    does: 'lists the upstreams, and the types of identifiers that they may state',
    answer: upstreamList,
    run: async () => ({ ...(await records.list()), identifierTypes: await identifiers.types.list() }),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/identifier-type/make',
    permission: 'program:portal',
    purpose: 'service',
    does: 'names a type of identifiers and its register',
    body: identifierType,
    run: ({ body }) => identifiers.types.make(body),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/identifier-type/remove',
    permission: 'program:portal',
    purpose: 'service',
    does: 'removes a type of identifiers that nobody has and no upstream states',
    body: namedType,
    run: ({ body }) => identifiers.types.remove(body.typeId),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/make',
    permission: 'program:portal',
    purpose: 'service',
    does: 'makes an upstream, in test mode',
    body: changed,
    run: ({ body }) => records.make(body.upstreamId, body.upstream),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/change',
    permission: 'program:portal',
    purpose: 'service',
    does: 'changes what was agreed with an upstream',
    body: changed,
    run: ({ body }) => records.change(body.upstreamId, body.upstream),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/secret',
    permission: 'program:portal',
    purpose: 'service',
    does: 'keeps the secret by which an upstream knows us',
    body: secretSet,
    run: ({ body }) => records.setSecret(body.upstreamId, body.secret),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/state',
    permission: 'program:portal',
    purpose: 'service',
    does: 'brings an upstream into force, into test mode, or switches it off',
    body: stateSet,
    run: ({ body }) => records.setState(body.upstreamId, body.state),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/look',
    permission: 'program:portal',
    purpose: 'service',
    does: 'asks an upstream where its doors are, to see that it answers',
    perMinute: 30,
    body: named,
    answer: found,
    run: ({ body }) => look(body.upstreamId),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/remove',
    permission: 'program:portal',
    purpose: 'service',
    does: 'removes an upstream and every link to it',
    body: named,
    run: ({ body }) => records.remove(body.upstreamId),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/company/find',
    permission: 'program:portal',
    purpose: 'service',
    does: 'tells how the people of a company come in by its own provider',
    body: ofCompany,
    answer: companyFound,
    run: ({ body }) => companies.find(body.organizationId),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/company/keep',
    permission: 'program:portal',
    purpose: 'service',
    does: 'keeps what a company’s own provider is',
    body: companyKept,
    run: ({ body }) => companies.keep(body),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/company/remove',
    permission: 'program:portal',
    purpose: 'service',
    does: 'removes a company’s own provider and every connection to it',
    body: ofCompany,
    run: ({ body }) => companies.remove(body.organizationId),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/company/look',
    permission: 'program:portal',
    purpose: 'service',
    does: 'asks a company’s own provider where its doors are',
    perMinute: 60,
    body: ofCompany,
    answer: found,
    run: ({ body }) => companies.look(body.organizationId),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/company/begin',
    permission: 'program:portal',
    purpose: 'sign-in',
    does: 'makes the way to a company’s own provider',
    perMinute: 600,
    body: companyBegin,
    answer: companyBegun,
    run: ({ body }) => companies.begin(body),
  }),
  route({
    method: 'POST',
    path: '/calls/upstream/company/finish',
    permission: 'program:portal',
    purpose: 'sign-in',
    does: 'tells the portal whom a company’s own provider means, of those who have connected it',
    perMinute: 600,
    body: companyFinish,
    answer: companyCame,
    run: ({ body }) => companies.finish(body),
  }),
]
