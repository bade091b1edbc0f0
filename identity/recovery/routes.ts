import { z } from 'zod'
import { AppError } from '#base/errors'
import { nameDevice, type Oidc } from '#identity/oidc'
import { type Passkeys, registrationSchema } from '#identity/passkeys'
import type { People } from '#identity/people'
import type { Services } from '#identity/services'
import type { Database } from '#server/database'
import { html, type Reply, type Route, type RouteRequest, redirect, route } from '#server/routes'
import { recoveryBegin, recoveryBegun } from './api.ts'
import { helpEnded } from './errors.ts'
import type { createHelp } from './help.ts'
import { texts } from './texts.ts'
import { renderCode, renderDone, renderEnded, renderPasskey } from './views.ts'

export const recoveryCookie = 'vartio-recovery'

const params = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

export function createRoutes(
  platform: { database: Database; urls: { portal: URL } },
  uses: {
    help: ReturnType<typeof createHelp>
    people: Pick<People, 'find'>
    passkeys: Passkeys
    services: Pick<Services, 'personOf'>
    oidc: Pick<Oidc, 'sessions'>
  },
): readonly Route[] {
  const { database } = platform
  const { help, people, passkeys, services, oidc } = uses
  const home = platform.urls.portal.href

  const isEnded = (error: unknown) => error instanceof AppError && error.code === 'recovery.help_ended'

  /** A link that leads nowhere any more still leads on. */
  const orEnded = async (request: Pick<RouteRequest, 'language'>, run: () => Promise<Reply>): Promise<Reply> => {
    try {
      return await run()
    } catch (error) {
      if (isEnded(error)) return html(renderEnded(request.language, home), 410)
      throw error
    }
  }

  /** Back to the link, or a reload: a browser that has brought both halves goes on to what is missing. */
  const orOnward = async (
    request: Pick<RouteRequest, 'language' | 'cookies'> & { params: { token: string } },
    run: () => Promise<Reply>,
  ): Promise<Reply> =>
    orEnded(request, async () => {
      const cookie = request.cookies[recoveryCookie]
      if (cookie === undefined) return run()
      try {
        await help.find(cookie, request.params.token)
      } catch (error) {
        if (isEnded(error)) return run()
        throw error
      }
      return redirect('/recovery/passkey')
    })

  const held = (request: Pick<RouteRequest, 'cookies'>): string => {
    const value = request.cookies[recoveryCookie]
    if (value === undefined) throw helpEnded()
    return value
  }

  const whoIsHelped = async (request: Pick<RouteRequest, 'cookies'>) => {
    const { personId } = await help.find(held(request))
    const person = await people.find(personId)
    if (!person) throw helpEnded()
    return person
  }

  return [
    route({
      method: 'POST',
      path: '/calls/recovery/begin',
      permission: 'program:portal',
      purpose: 'account',
      does: 'begin the recovery that another administrator asks for',
      body: recoveryBegin,
      answer: recoveryBegun,
      run: async ({ body }) => {
        const { code, expiresAt } = await help.begin(await services.personOf('portal', body.subject), body.language)
        return { code, expiresAt: expiresAt.toISOString() }
      },
    }),
    route({
      method: 'GET',
      path: '/recovery/:token',
      permission: 'anyone',
      purpose: 'account',
      does: 'ask for the code that was given by voice',
      perMinute: 60,
      params,
      run: (request) =>
        orOnward(request, async () => {
          const { language } = await help.look(request.params.token)
          return html(renderCode(language, request.params.token, false))
        }),
    }),
    route({
      method: 'POST',
      path: '/recovery/:token',
      permission: 'anyone',
      purpose: 'account',
      does: 'take the code that was given by voice',
      perMinute: 20,
      form: true,
      params,
      body: z.object({ code: z.string().max(100).default('') }),
      run: (request) =>
        orOnward(request, async () => {
          const { token } = request.params
          const { language } = await help.look(token)
          try {
            request.setCookie(recoveryCookie, await help.open(token, request.body.code), { maxAgeSeconds: 3_600 })
          } catch (error) {
            if (error instanceof AppError && error.code === 'recovery.help_code_wrong')
              return html(renderCode(language, token, true), 400)
            throw error
          }
          return redirect('/recovery/passkey')
        }),
    }),
    route({
      method: 'GET',
      path: '/recovery/passkey',
      permission: 'anyone',
      purpose: 'account',
      does: 'ask for a new passkey',
      run: (request) => orEnded(request, async () => html(renderPasskey((await help.find(held(request))).language))),
    }),
    route({
      method: 'POST',
      path: '/recovery/passkey/begin',
      permission: 'anyone',
      purpose: 'account',
      does: 'begin to make a new passkey',
      perMinute: 30,
      body: z.object({}),
      answer: z.unknown(),
      run: async (request) => {
        const person = await whoIsHelped(request)
        return passkeys.beginRegistration(
          { kind: 'register', id: held(request) },
          { personId: person.personId, name: person.name, address: person.emails[0]?.address ?? person.name },
        )
      },
    }),
    route({
      method: 'POST',
      path: '/recovery/passkey/finish',
      permission: 'anyone',
      purpose: 'account',
      does: 'replace every passkey of the person by the new one',
      perMinute: 30,
      bodyLimitBytes: 32_768,
      body: registrationSchema,
      answer: z.object({ next: z.string() }),
      run: async (request) => {
        const person = await whoIsHelped(request)
        const passkey = await passkeys.finishRegistration({ kind: 'register', id: held(request) }, request.body)
        const name = nameDevice(request.userAgent) || texts[person.language].passkeyName
        await database.forPerson(person.personId, async (tx) => {
          await help.end(tx, held(request), person)
          await passkeys.add(tx, person.personId, passkey, name)
          // Whoever was in with a lost or stolen device is out from here on.
          await oidc.sessions.endAll(tx, person.personId)
        })
        request.clearCookie(recoveryCookie)
        return { next: '/recovery/done' }
      },
    }),
    route({
      method: 'GET',
      path: '/recovery/done',
      permission: 'anyone',
      purpose: 'account',
      does: 'tell that the person can sign in again',
      run: async ({ language }) => html(renderDone(language, home)),
    }),
  ]
}
