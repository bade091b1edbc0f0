import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId, newToken } from '#base/ids'
import type { Route } from '#server/routes'
import { hold, nameOf, type Try } from './hold.ts'
import { createIdentityScene } from './scene-of-identity.ts'

const identity = await createIdentityScene()
const { routes } = identity.http

/** Numbers of nothing that exists: whoever is let in changes nothing. */
const parameters: Readonly<Record<string, () => string>> = {
  uid: newToken,
  token: newToken,
  passkeyId: newId,
  sessionId: newId,
  requestId: newId,
  linkId: newId,
  identifierId: newId,
  clientId: () => 'nobody',
  upstreamId: () => 'nobody',
  groupId: newId,
  personId: newId,
}

type AskOptions = { cookie?: string; program?: string }

let asked = 0

async function ask(route: Route, options: AskOptions) {
  const url = route.path.replace(/:([a-zA-Z]+)/g, (_all, name: string) => {
    const value = parameters[name]
    assert.ok(value, `${nameOf(route)}: say in tests/refusals how :${name} is filled`)
    return value()
  })
  asked += 1
  const isRead = route.method === 'GET'
  const body = '{}'
  const isForProgram = route.permission.startsWith('program:') && options.program !== undefined
  const answer = await identity.http.app.inject({
    method: route.method,
    url,
    remoteAddress: `10.1.${(asked >> 8) & 255}.${asked & 255}`,
    headers: {
      accept: 'application/json',
      ...(options.cookie ? { cookie: options.cookie } : {}),
      ...(isRead || options.program
        ? {}
        : { 'content-type': route.form ? 'application/x-www-form-urlencoded' : 'application/json' }),
      ...(options.program ? identity.sign(options.program, url, body) : {}),
      ...(isForProgram ? {} : { host: identity.urls.identity.host }),
    },
    ...(isRead ? {} : { payload: route.form && !options.program ? '' : body }),
  })
  const isJson = String(answer.headers['content-type'] ?? '').includes('json') && answer.body !== ''
  return { status: answer.statusCode, code: isJson ? (answer.json().code as string | undefined) : undefined }
}

const tries: Try<AskOptions>[] = [
  { who: 'nobody', asker: { kind: 'nobody' }, with: async () => ({}) },
  {
    who: 'a made-up session',
    asker: { kind: 'nobody' },
    with: async () => ({ cookie: `vartio-session=${newToken()}` }),
  },
  {
    who: 'a session of the portal',
    asker: { kind: 'nobody' },
    with: async () => ({ cookie: `vartio-portal=${newToken()}` }),
  },
  {
    who: 'a person who is signed in',
    asker: { kind: 'person', own: [] },
    with: async () => ({ cookie: await identity.cookie() }),
  },
  {
    who: 'the program portal',
    asker: { kind: 'program', program: 'portal' },
    with: async () => ({ program: 'portal' }),
  },
  {
    who: 'the program identity',
    asker: { kind: 'program', program: 'identity' },
    with: async () => ({ program: 'identity' }),
  },
  {
    who: 'the program privacy',
    asker: { kind: 'program', program: 'privacy' },
    with: async () => ({ program: 'privacy' }),
  },
  { who: 'a program that nobody knows', asker: { kind: 'nobody' }, with: async () => ({ program: 'nobody-knows' }) },
]

test('ID-84 ID-87 every route × everybody', () =>
  hold({ routes, admin: identity.admin, notLooked: ['calls.nonce'], ask }, tries))

test('routes of the account are a person’s own: none of them is open, none needs a role', () => {
  for (const route of routes.filter(({ path }) => path.startsWith('/account/api/')))
    assert.equal(route.permission, 'signed-in', nameOf(route))
})

test('open to anyone are pages of signing in, what they look like, and what shows itself who asks: the inbox by its key, a service by its own', () => {
  for (const route of routes.filter(({ permission }) => permission === 'anyone'))
    assert.match(
      route.path,
      /^(\/|\/account\/signed-in|\/sign-in|\/sign-in\/:uid(\/.*)?|\/pages\/.*|\/notice|\/pledges|\/contact|\/inbox(\/open)?|\/recovery(\/.*)?|\/upstream\/:upstreamId\/callback|\/groups\/query)$/,
      nameOf(route),
    )
})
