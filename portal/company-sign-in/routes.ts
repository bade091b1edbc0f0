import { AppError } from '#base/errors'
import { by, personOf } from '#portal/audit'
import { giverOf } from '#portal/people'
import { signInProblem } from '#portal/sessions/api'
import { type Route, type RouteRequest, redirect, route } from '#server/routes'
import {
  address,
  callbackQuery,
  domainList,
  domainPath,
  found,
  gone,
  led,
  newDomain,
  newSetting,
  organizationPath,
  own,
  setting,
  tried,
} from './api.ts'
import type { CompanySignIn } from './index.ts'

const path = '/api/organizations/:organizationId/company-sign-in'
const domainsPath = `${path}/domains`

/** A person is between two pages: what fails ends on a page that explains it. */
async function orProblem(run: () => Promise<string>) {
  try {
    return redirect(await run())
  } catch (error) {
    if (error instanceof AppError && error.status !== 500) return redirect(signInProblem(error.code))
    throw error
  }
}

export const routes = (verbs: CompanySignIn): Route[] => [
  route({
    method: 'GET',
    path: '/company-sign-in/:organizationId/begin',
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'send a person to the provider of their company to sign in',
    params: organizationPath,
    perMinute: 60,
    run: (request) => orProblem(() => verbs.begin(request.params.organizationId, request.language, browserOf(request))),
  }),
  route({
    method: 'GET',
    path: '/company-sign-in/:organizationId/callback',
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'take what the provider of a company says of whoever comes back from it',
    params: organizationPath,
    query: callbackQuery,
    perMinute: 60,
    run: (request) => orProblem(() => verbs.finish(request.params.organizationId, request.query, browserOf(request))),
  }),
  route({
    method: 'GET',
    path,
    permission: 'company-sign-in.manage',
    purpose: 'access',
    does: 'show by which provider of its own the organisation lets its people in, and which groups give which role',
    params: organizationPath,
    answer: setting,
    run: ({ params }) => verbs.read(params.organizationId),
  }),
  route({
    method: 'PUT',
    path,
    permission: 'company-sign-in.manage',
    fresh: true,
    purpose: 'access',
    does: 'say by which provider the organisation lets its people in, and which groups give which role',
    params: organizationPath,
    body: newSetting,
    run: (request) => verbs.change(request.params.organizationId, request.body, by(request), giverOf(request.caller)),
  }),
  route({
    method: 'DELETE',
    path,
    permission: 'company-sign-in.manage',
    fresh: true,
    purpose: 'access',
    does: 'remove the organisation’s own provider and every connection to it',
    params: organizationPath,
    run: (request) => verbs.remove(request.params.organizationId, by(request)),
  }),
  route({
    method: 'POST',
    path: `${path}/look`,
    permission: 'company-sign-in.manage',
    purpose: 'access',
    does: 'ask the provider where its doors are, to see that it answers',
    perMinute: 20,
    params: organizationPath,
    answer: found,
    run: ({ params }) => verbs.look(params.organizationId),
  }),
  route({
    method: 'POST',
    path: `${path}/try`,
    permission: 'company-sign-in.manage',
    purpose: 'access',
    does: 'send an administrator to the provider to see what it says of them',
    perMinute: 20,
    params: organizationPath,
    answer: gone,
    run: async (request) => ({
      next: await verbs.beginTry(
        request.params.organizationId,
        personOf(request.caller).personId,
        request.language,
        browserOf(request),
      ),
    }),
  }),
  route({
    method: 'POST',
    path: `${path}/tried`,
    permission: 'company-sign-in.manage',
    purpose: 'access',
    does: 'show what the provider has said of an administrator who tried it, and keep nothing',
    perMinute: 20,
    params: organizationPath,
    body: callbackQuery,
    answer: tried,
    run: (request) =>
      verbs.finishTry(
        request.params.organizationId,
        personOf(request.caller).personId,
        request.body,
        browserOf(request),
      ),
  }),
  route({
    method: 'GET',
    path: `${path}/own`,
    permission: 'overview.read',
    purpose: 'account',
    does: 'tell a member whether people of the organisation come in by its own provider',
    params: organizationPath,
    answer: own,
    run: ({ params }) => verbs.own(params.organizationId),
  }),
  route({
    method: 'POST',
    path: `${path}/connect`,
    permission: 'overview.read',
    fresh: true,
    purpose: 'account',
    does: 'send a member to the provider, to connect it to their account',
    perMinute: 20,
    params: organizationPath,
    answer: gone,
    run: async (request) => ({
      next: await verbs.beginConnect(
        request.params.organizationId,
        personOf(request.caller).personId,
        request.language,
        browserOf(request),
      ),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/company-sign-in/lead',
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'lead whoever types a work address to the provider of the company whose domain it is; of no address is it told whether somebody has it',
    // Whoever tries domain after domain learns which companies sign in so, and no faster than this.
    perMinute: 20,
    body: address,
    answer: led,
    run: ({ body }) => verbs.lead(body.email),
  }),
  route({
    method: 'GET',
    path: domainsPath,
    permission: 'company-sign-in.manage',
    purpose: 'access',
    does: 'show the mail domains of the organisation, and by which record each is proved',
    params: organizationPath,
    answer: domainList,
    run: ({ params }) => verbs.domains.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: domainsPath,
    permission: 'company-sign-in.manage',
    purpose: 'access',
    does: 'name a mail domain of the organisation, which leads nowhere until it is proved',
    params: organizationPath,
    body: newDomain,
    run: (request) => verbs.domains.add(request.params.organizationId, request.body.domain, by(request)),
  }),
  route({
    method: 'POST',
    path: `${domainsPath}/:domain/prove`,
    permission: 'company-sign-in.manage',
    fresh: true,
    purpose: 'access',
    does: 'ask the name servers of a domain for the value that proves it, so that addresses in it lead to the provider',
    perMinute: 20,
    params: domainPath,
    run: (request) => verbs.domains.prove(request.params.organizationId, request.params.domain, by(request)),
  }),
  route({
    method: 'DELETE',
    path: `${domainsPath}/:domain`,
    permission: 'company-sign-in.manage',
    fresh: true,
    purpose: 'access',
    does: 'remove a mail domain, whose addresses lead nowhere then',
    params: domainPath,
    run: (request) => verbs.domains.remove(request.params.organizationId, request.params.domain, by(request)),
  }),
]

function browserOf(request: Pick<RouteRequest, 'cookies' | 'ip' | 'userAgent' | 'setCookie' | 'clearCookie'>) {
  const { cookies, ip, userAgent, setCookie, clearCookie } = request
  return { cookies, ip, userAgent, setCookie, clearCookie }
}
