import { z } from 'zod'
import { nameDevice, type Oidc, sessionCookie } from '#identity/oidc'
import { renderNotSignedIn } from '#identity/pages'
import { assertionSchema, type Passkeys, registrationSchema } from '#identity/passkeys'
import { type People, readName, readPicture } from '#identity/people'
import type { Recovery } from '#identity/recovery'
import type { Release } from '#identity/release'
import type { Services } from '#identity/services'
import { notSignedIn } from '#identity/sign-in'
import { linkList, type Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import { type Caller, html, type Route, redirect, route } from '#server/routes'
import type { createAddressBook } from './addresses.ts'
import {
  addressCode,
  addressNamed,
  addressProved,
  own,
  ownChange,
  passkeyList,
  recoveryCodes,
  serviceList,
  sessionList,
  signedOut,
  stopped,
} from './api.ts'
import { serviceNotFound } from './errors.ts'

const nothing = z.object({})
/** Below `/account`, so that it leads nowhere else whoever has written it: a link to a group is opened by people who are not signed in yet. */
const ownPage = z.string().regex(/^\/[\w/-]{0,100}$/)
const passkeyParams = z.object({ passkeyId: z.uuid() })

/** As release/items.ts names them. About which groups a service may ask is no data that went there. */
function readItems(texts: readonly string[]) {
  const items = texts.map((text) => text.split(' ')).filter(([kind]) => kind !== 'group')
  return items.map(([kind, type = null]) => ({ kind: kind as 'name', type }))
}

type Signed = Extract<Caller, { kind: 'person' }>

/** A person's own things, and nobody else's: every function takes the person from the session, never from the request. */
export function createRoutes(
  platform: { database: Database },
  uses: {
    people: Pick<People, 'find' | 'change'>
    addressBook: ReturnType<typeof createAddressBook>
    passkeys: Passkeys
    recovery: Recovery
    services: Pick<Services, 'find' | 'contracts'>
    release: Pick<Release, 'list' | 'stop'>
    upstreams: Pick<Upstreams, 'companies' | 'identifiers' | 'ofPerson'>
    oidc: Pick<Oidc, 'sessions'>
    /** Where signing in to these pages begins, and where a browser goes that has signed out. */
    addresses: { signIn: string; signedOut: string; portal: string }
  },
): readonly Route[] {
  const { database } = platform
  const { people, addressBook, passkeys, recovery, services, release, upstreams, oidc, addresses } = uses

  const who = (caller: Caller): Signed => {
    if (caller.kind !== 'person') throw notSignedIn()
    return caller
  }
  const personOf = async (caller: Signed) => {
    const person = await people.find(caller.personId)
    if (!person) throw notSignedIn()
    return person
  }
  const nameService = async (clientId: string) => (await services.find(clientId))?.name ?? clientId

  return [
    route({
      method: 'GET',
      path: '/sign-in',
      permission: 'anyone',
      purpose: 'sign-in',
      does: 'send the browser to sign in',
      query: z.object({ to: z.literal('account').optional(), page: ownPage.optional() }),
      run: async ({ query: { page = '' } }) =>
        redirect(page === '' ? addresses.signIn : `${addresses.signIn}&${new URLSearchParams({ state: page })}`),
    }),
    route({
      method: 'GET',
      path: '/',
      permission: 'anyone',
      purpose: 'account',
      does: 'lead to the person’s own pages',
      run: async () => redirect('/account/'),
    }),
    route({
      method: 'GET',
      path: '/account/signed-in',
      permission: 'anyone',
      purpose: 'sign-in',
      does: 'take the person back to their own pages after signing in',
      query: z.object({ state: ownPage.optional().catch(undefined), error: z.string().max(100).optional() }),
      // Takes what the protocol says out of the address. Whether somebody is signed in is looked at by the pages, which would only ask again who did not want to.
      run: async ({ query: { state = '/', error }, language }) =>
        error === 'access_denied' ? html(renderNotSignedIn(language, addresses.signIn)) : redirect(`/account${state}`),
    }),
    route({
      method: 'GET',
      path: '/account/api/own',
      permission: 'signed-in',
      purpose: 'account',
      does: 'show a person what identity holds of them',
      answer: own,
      run: async ({ caller }) => {
        const person = await personOf(who(caller))
        const codes = await recovery.codes.state(person.personId)
        return {
          name: person.name,
          picture: person.picture,
          emails: person.emails.map(({ address, isPrimary, verifiedAt }) => ({
            email: address,
            isPrimary,
            verifiedAt: verifiedAt.toISOString(),
          })),
          language: person.language,
          theme: person.theme,
          portalUrl: addresses.portal,
          life: {
            lastEventAt: person.life.lastEventAt.toISOString(),
            expiresAt: person.life.expiresAt.toISOString(),
            erasedAt: person.life.erasedAt.toISOString(),
          },
          recoveryCodes: { left: codes.left, madeAt: codes.madeAt?.toISOString() ?? null },
        }
      },
    }),
    route({
      method: 'PUT',
      path: '/account/api/own',
      permission: 'signed-in',
      purpose: 'account',
      does: 'let a person change their own details',
      body: ownChange,
      run: async ({ caller, body }) => {
        await people.change(who(caller).personId, {
          ...body,
          name: body.name === undefined ? undefined : readName(body.name),
          picture: body.picture === undefined ? undefined : readPicture(body.picture),
        })
        return undefined
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/addresses/begin',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'send a code to another address of a person',
      perMinute: 30,
      body: addressNamed,
      answer: addressCode,
      run: async ({ caller, body, ip }) => addressBook.sendCode(await personOf(who(caller)), body.email, ip),
    }),
    route({
      method: 'POST',
      path: '/account/api/addresses',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'take the code: the address is in the account from then on',
      perMinute: 30,
      body: addressProved,
      run: async ({ caller, body }) => addressBook.add(await personOf(who(caller)), body),
    }),
    route({
      method: 'POST',
      path: '/account/api/addresses/primary',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'make an address the one that services and mail get',
      perMinute: 30,
      body: addressNamed,
      run: async ({ caller, body }) => addressBook.makePrimary(await personOf(who(caller)), body.email),
    }),
    route({
      method: 'POST',
      path: '/account/api/addresses/remove',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'take an address out of the account',
      perMinute: 30,
      body: addressNamed,
      run: async ({ caller, body }) => addressBook.remove(await personOf(who(caller)), body.email),
    }),
    route({
      method: 'GET',
      path: '/account/api/passkeys',
      permission: 'signed-in',
      purpose: 'account',
      does: 'show a person their passkeys',
      answer: passkeyList,
      run: async ({ caller }) => ({
        passkeys: (await passkeys.list(who(caller).personId)).map((passkey) => ({
          passkeyId: passkey.passkeyId,
          name: passkey.name,
          madeAt: passkey.createdAt.toISOString(),
          usedAt: passkey.lastUsedAt?.toISOString() ?? null,
          isSynced: passkey.isBackedUp,
        })),
      }),
    }),
    route({
      method: 'POST',
      path: '/account/api/passkeys/begin',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'begin to make another passkey',
      perMinute: 30,
      body: nothing,
      answer: z.unknown(),
      run: async ({ caller }) => {
        const signed = who(caller)
        const person = await personOf(signed)
        return passkeys.beginRegistration(
          { kind: 'add', id: signed.sessionId },
          { personId: person.personId, name: person.name, address: person.emails[0]?.address ?? person.name },
        )
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/passkeys/finish',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'keep another passkey',
      perMinute: 30,
      bodyLimitBytes: 32_768,
      body: z.object({ credential: registrationSchema }),
      run: async ({ caller, body, userAgent, language }) => {
        const signed = who(caller)
        const person = await personOf(signed)
        const passkey = await passkeys.finishRegistration({ kind: 'add', id: signed.sessionId }, body.credential)
        const name = nameDevice(userAgent) || (language === 'fi' ? 'Pääsyavain' : 'Passkey')
        await database.forPerson(signed.personId, async (tx) => {
          await passkeys.add(tx, signed.personId, passkey, name)
          await passkeys.announce(tx, person, 'added')
        })
        return undefined
      },
    }),
    route({
      method: 'PUT',
      path: '/account/api/passkeys/:passkeyId',
      permission: 'signed-in',
      purpose: 'account',
      does: 'name a passkey',
      params: passkeyParams,
      body: z.object({ name: z.string().trim().min(1).max(60) }),
      run: async ({ caller, params, body }) => {
        await passkeys.rename(who(caller).personId, params.passkeyId, readName(body.name))
        return undefined
      },
    }),
    route({
      method: 'DELETE',
      path: '/account/api/passkeys/:passkeyId',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'remove a passkey',
      params: passkeyParams,
      run: async ({ caller, params }) => {
        const signed = who(caller)
        const person = await personOf(signed)
        await database.forPerson(signed.personId, async (tx) => {
          await passkeys.remove(tx, signed.personId, params.passkeyId)
          await passkeys.announce(tx, person, 'removed')
        })
        return undefined
      },
    }),
    route({
      method: 'GET',
      path: '/account/api/upstreams',
      permission: 'signed-in',
      purpose: 'account',
      does: 'show a person the upstreams that let somebody into their account, and what registers have proved of them',
      answer: linkList,
      run: async ({ caller }) => {
        const ownPages = await services.find('account')
        if (!ownPages) throw new Error('the account pages are no service')
        return upstreams.ofPerson(ownPages, who(caller).personId)
      },
    }),
    route({
      method: 'DELETE',
      path: '/account/api/upstreams/:linkId',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'let an upstream into the account no longer',
      params: z.object({ linkId: z.uuid() }),
      run: async ({ caller, params }) => {
        // A passkey was used a moment ago, and the last one stays: whatever is unlinked, there is a way in.
        await upstreams.companies.removeLink(who(caller).personId, params.linkId)
        return undefined
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/upstreams/may-remove',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'ask for the passkey before a removal that the person can still undo',
      body: nothing,
      answer: nothing,
      run: async () => ({}),
    }),
    route({
      method: 'DELETE',
      path: '/account/api/identifiers/:identifierId',
      permission: 'signed-in',
      purpose: 'account',
      does: 'remove what a register has proved of a person',
      params: z.object({ identifierId: z.uuid() }),
      run: async ({ caller, params }) => {
        await upstreams.identifiers.remove(who(caller).personId, params.identifierId)
        return undefined
      },
    }),
    route({
      method: 'GET',
      path: '/account/api/services',
      permission: 'signed-in',
      purpose: 'account',
      does: 'show a person to which services they released what',
      answer: serviceList,
      run: async ({ caller }) => {
        const rows = await release.list(who(caller).personId)
        const listed = rows.map(async ({ items, earlier, firstAt, lastAt, groupsAskedAt, stoppedAt, clientId }) => {
          const facts = await services.contracts.facts(clientId)
          if (!facts) return []
          const times = {
            firstAt: firstAt.toISOString(),
            lastAt: lastAt.toISOString(),
            groupsAskedAt: groupsAskedAt?.toISOString() ?? null,
            stoppedAt: stoppedAt?.toISOString() ?? null,
          }
          return [{ clientId, ...facts, ...times, items: readItems(items), earlier: readItems(earlier) }]
        })
        const types = (await upstreams.identifiers.types.list()).map(({ typeId, name }) => [typeId, name])
        return { services: (await Promise.all(listed)).flat(), types: Object.fromEntries(types) }
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/services/:clientId/stop',
      permission: 'signed-in',
      purpose: 'account',
      does: 'forget that a person chose not to be asked about a service, sign them out there, and let it ask for no groups',
      params: z.object({ clientId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) }),
      body: nothing,
      answer: stopped,
      run: async ({ caller, params }) => {
        const { personId } = who(caller)
        if (!(await release.stop(personId, params.clientId))) throw serviceNotFound()
        return { signedOut: await oidc.sessions.leaveEverywhere(params.clientId, personId) }
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/recovery-codes',
      permission: 'signed-in',
      fresh: true,
      purpose: 'account',
      does: 'make new recovery codes',
      perMinute: 10,
      body: nothing,
      answer: recoveryCodes,
      run: async ({ caller }) => ({ codes: await recovery.codes.renew(await personOf(who(caller))) }),
    }),
    route({
      method: 'GET',
      path: '/account/api/sessions',
      permission: 'signed-in',
      purpose: 'account',
      does: 'show a person where they are signed in',
      answer: sessionList,
      run: async ({ caller }) => {
        const signed = who(caller)
        const list = await oidc.sessions.list(signed.personId)
        return {
          sessions: await Promise.all(
            list.map(async (session) => ({
              sessionId: session.sessionId,
              isCurrent: session.sessionId === signed.sessionId,
              device: session.device,
              services: await Promise.all(session.services.map(nameService)),
              beganAt: session.beganAt.toISOString(),
              endsAt: session.endsAt.toISOString(),
            })),
          ),
        }
      },
    }),
    route({
      method: 'DELETE',
      path: '/account/api/sessions/:sessionId',
      permission: 'signed-in',
      purpose: 'account',
      does: 'end one session of the person',
      params: z.object({ sessionId: z.uuid() }),
      run: async ({ caller, params }) => {
        await oidc.sessions.end(who(caller).personId, params.sessionId)
        return undefined
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/sign-out-everywhere',
      permission: 'signed-in',
      purpose: 'account',
      does: 'end every session of the person',
      body: nothing,
      answer: signedOut,
      run: async ({ caller, clearCookie }) => {
        const { personId } = who(caller)
        await database.transaction((tx) => oidc.sessions.endAll(tx, personId))
        clearCookie(sessionCookie)
        return { next: addresses.signedOut }
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/sign-out',
      permission: 'signed-in',
      purpose: 'sign-in',
      does: 'end this session',
      body: nothing,
      answer: signedOut,
      run: async ({ caller, clearCookie }) => {
        const { personId, sessionId } = who(caller)
        await oidc.sessions.end(personId, sessionId)
        clearCookie(sessionCookie)
        return { next: addresses.signedOut }
      },
    }),
    route({
      method: 'POST',
      path: '/account/api/confirm/begin',
      permission: 'signed-in',
      purpose: 'sign-in',
      does: 'ask for the passkey again before a sensitive change',
      perMinute: 30,
      body: nothing,
      answer: z.unknown(),
      run: async ({ caller }) => passkeys.beginAssertion({ kind: 'confirm', id: who(caller).sessionId }),
    }),
    route({
      method: 'POST',
      path: '/account/api/confirm/finish',
      permission: 'signed-in',
      purpose: 'sign-in',
      does: 'take the passkey that was asked for again',
      perMinute: 30,
      body: z.object({ credential: assertionSchema }),
      run: async ({ caller, body }) => {
        const { personId, sessionId } = who(caller)
        await passkeys.finishAssertion({ kind: 'confirm', id: sessionId }, body.credential, personId)
        await oidc.sessions.confirm(sessionId)
        return undefined
      },
    }),
  ]
}
