import { z } from 'zod'
import type { People } from '#identity/people'
import { notSignedIn } from '#identity/sign-in'
import { type Caller, Reply, type Route, route } from '#server/routes'
import { asked, extendedBody, finishedBody, forgetAsked, forgetBody, held, ownRequests } from './api.ts'
import type { OwnData } from './index.ts'

const nothing = z.object({})

/** A person's own data, and nobody else's: every function takes the person from the session, never from the request. */
export const routes = (
  ownData: Omit<OwnData, 'routes'>,
  { people }: { people: Pick<People, 'find'> },
): readonly Route[] => {
  const who = (caller: Caller) => {
    if (caller.kind !== 'person') throw notSignedIn()
    return caller
  }
  const personOf = async (caller: Caller) => {
    const signed = who(caller)
    const person = await people.find(signed.personId)
    if (!person) throw notSignedIn()
    return person
  }
  return [
    route({
      method: 'GET',
      path: '/account/api/own-data/held',
      permission: 'signed-in',
      purpose: 'rights',
      does: 'shows a person what each program holds of them',
      perMinute: 60,
      answer: held,
      run: ({ caller }) => ownData.held(who(caller).personId),
    }),
    route({
      method: 'GET',
      path: '/account/api/own-data/requests',
      permission: 'signed-in',
      purpose: 'rights',
      does: 'shows a person how far what they have asked for has come',
      answer: ownRequests,
      run: ({ caller }) => ownData.list(who(caller).personId),
    }),
    route({
      method: 'POST',
      path: '/account/api/own-data/copy',
      permission: 'signed-in',
      fresh: true,
      purpose: 'rights',
      does: 'asks for a copy of everything that is held',
      perMinute: 6,
      body: nothing,
      answer: asked,
      run: async ({ caller }) => ownData.ask(await personOf(caller), 'export'),
    }),
    route({
      method: 'POST',
      path: '/account/api/own-data/may-download',
      permission: 'signed-in',
      fresh: true,
      purpose: 'rights',
      does: 'tells whether the passkey was used just now, so that a download that follows is not refused',
      body: nothing,
      answer: nothing,
      run: async ({ caller }) => {
        await personOf(caller)
        return {}
      },
    }),
    route({
      method: 'GET',
      path: '/account/api/own-data/copy/:requestId',
      permission: 'signed-in',
      fresh: true,
      purpose: 'rights',
      does: 'hands a person the copy of everything that is held of them',
      perMinute: 6,
      params: z.object({ requestId: z.uuid() }),
      run: async ({ caller, params }) => {
        const person = await personOf(caller)
        const archive = await ownData.download(person, params.requestId)
        const headers = {
          'content-type': 'application/zip',
          'content-disposition': 'attachment; filename="vartio-own-data.zip"',
        }
        return new Reply(200, headers, archive)
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/own-data/forget',
      permission: 'signed-in',
      fresh: true,
      purpose: 'rights',
      does: 'begins to delete the account and everything that hangs on it',
      perMinute: 6,
      body: forgetBody,
      answer: forgetAsked,
      run: async ({ caller, body }) => ownData.forget(await personOf(caller), body.typed),
    }),
    ...(['restrict', 'lift'] as const).map((kind) =>
      route({
        method: 'POST',
        path: `/account/api/own-data/${kind}`,
        permission: 'signed-in',
        fresh: true,
        purpose: 'rights',
        does:
          kind === 'restrict'
            ? 'has what is held of a person stored and not used'
            : 'lets what is held of a person be used again',
        perMinute: 6,
        body: nothing,
        answer: asked,
        run: async ({ caller }) => ownData.ask(await personOf(caller), kind),
      }),
    ),
    route({
      method: 'POST',
      path: '/calls/own-data/extended',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'hears that a request takes longer than a month, and tells the person why',
      body: extendedBody,
      answer: nothing,
      run: async ({ body }) => {
        await ownData.extended(body)
        return {}
      },
    }),
    route({
      method: 'POST',
      path: '/calls/own-data/finished',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'hears that a request is over, and writes to the person',
      body: finishedBody,
      answer: nothing,
      run: async ({ body }) => {
        await ownData.finished(body)
        return {}
      },
    }),
  ]
}
