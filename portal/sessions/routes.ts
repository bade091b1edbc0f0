import { z } from 'zod'
import { AppError } from '#base/errors'
import { by, personOf } from '#portal/audit'
import { type Route, type RouteRequest, redirect, route } from '#server/routes'
import { sessionAnswer, sessionEnded, sessionQuery, signedOut, signInProblem, signInQuery } from './api.ts'
import type { Sessions } from './index.ts'

/** What comes back from identity (RFC 6749 §4.1.2, RFC 9207). Its values go into hashes and to identity only. */
const callbackQuery = z
  .record(z.string().max(60), z.string().max(2_000))
  .refine((query) => Object.keys(query).length <= 12)

/** A person is on their way between two pages: whatever fails ends on a page that explains it, not on JSON. */
async function orProblem(run: () => Promise<string>) {
  try {
    return redirect(await run())
  } catch (error) {
    if (error instanceof AppError && error.status !== 500) return redirect(signInProblem(error.code))
    throw error
  }
}

export const routes = (
  sessions: Pick<Sessions, 'begin' | 'finish' | 'read' | 'signOut' | 'endWithIdentity'>,
): Route[] => [
  route({
    method: 'GET',
    path: '/sign-in/begin',
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'send a person to identity to sign in',
    query: signInQuery,
    perMinute: 60,
    run: (request) =>
      orProblem(() => {
        const { purpose, ui_locales, to } = request.query
        return sessions.begin({ purpose, language: ui_locales ?? request.language, returnTo: to }, browserOf(request))
      }),
  }),
  route({
    method: 'GET',
    path: '/sign-in/callback',
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'let in the person whom identity has released',
    query: callbackQuery,
    perMinute: 60,
    run: (request) => orProblem(() => sessions.finish(request.query, browserOf(request))),
  }),
  route({
    method: 'GET',
    path: '/api/session',
    permission: 'signed-in',
    purpose: 'account',
    does: 'tell the pages who is signed in and what they may do',
    query: sessionQuery,
    answer: sessionAnswer,
    isOfEverySession: true,
    run: ({ caller, query }) =>
      sessions.read(
        personOf(caller).personId,
        query.organization,
        caller.kind === 'person' ? caller.onlyIn : undefined,
      ),
  }),
  route({
    method: 'POST',
    path: '/sign-out',
    // Also for whoever's session has ended by itself: identity's may still run.
    permission: 'anyone',
    purpose: 'sign-in',
    does: 'end the session here, and send the person to end identity’s',
    answer: signedOut,
    run: async (request) => ({ next: await sessions.signOut(browserOf(request)) }),
  }),
  route({
    method: 'POST',
    path: '/calls/sessions/end',
    permission: 'program:identity',
    purpose: 'access',
    does: 'end the sessions of a person whose session at identity has ended',
    body: sessionEnded,
    run: (request) => sessions.endWithIdentity(request.body, by(request)),
  }),
]

function browserOf(request: Pick<RouteRequest, 'cookies' | 'ip' | 'userAgent' | 'setCookie' | 'clearCookie'>) {
  const { cookies, ip, userAgent, setCookie, clearCookie } = request
  return { cookies, ip, userAgent, setCookie, clearCookie }
}
