import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { People } from '#identity/people'
import type { Service, Services } from '#identity/services'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import type { Rights } from '#server/rights'
import type { Sealing } from '#server/sealed'
import type { linkList, Upstream, Use } from './api.ts'
import { createCompanies } from './companies.ts'
import { notOffered } from './errors.ts'
import { createIdentifiers } from './identifiers.ts'
import { createLinks } from './links.ts'
import { type Checks, createOpenIdConnect, type Proof } from './openid-connect.ts'
import { createRecords } from './records.ts'

export type { StatedIdentifier, Use } from './api.ts'
export { linkList } from './api.ts'
export { notFresh } from './errors.ts'
export type { ProvenIdentifier } from './identifiers.ts'
export type { Checks, Proof } from './openid-connect.ts'
export { routes } from './routes.ts'

/** As long as a passkey counts as fresh. */
const registerSeconds = 300

/** One way that a page offers. */
export type Way = { readonly upstreamId: string; readonly name: string }
/** What somebody goes to an upstream for. `own`: from their own pages, to link it, to have identifiers proved, or both. */
export type Errand = Use | 'own'
/** In place of an event, which there is none of: what the answer belongs to is found by the person's session. */
export const ownErrand = 'own'
export type Ways = Readonly<Record<Errand, readonly Way[]>>

export type Upstreams = ReturnType<typeof createUpstreams>

export function createUpstreams(
  platform: {
    database: Database
    clock: Clock
    sealed: Sealing
    urls: { identity: URL; portal: URL }
    rights: Pick<Rights, 'restrictedSince'>
    mail: Pick<Mail, 'send'>
  },
  {
    keys,
    people,
    services,
  }: {
    keys: Pick<Keys, 'seal' | 'open'>
    people: Pick<People, 'arrive' | 'find'>
    services: Pick<Services, 'findPerson' | 'findSubject'>
  },
) {
  const isDevelopment = /(^|\.)localhost$/.test(platform.urls.identity.hostname)
  const records = createRecords({ ...platform, keys, identity: platform.urls.identity, isDevelopment })
  const links = createLinks(platform)
  const identifiers = createIdentifiers(platform)
  const protocol = createOpenIdConnect(platform)
  const isRestricted = async (personId: string) =>
    (await platform.rights.restrictedSince(platform.database.sql, personId)) !== undefined
  const companies = createCompanies(
    { ...platform, isDevelopment },
    { keys, links, protocol, people, services, isRestricted },
  )

  /** One in test mode says nothing about real people: it is offered to services in test mode, and on the developer's own machine. */
  const isOpen = (state: string, service: Service) =>
    state === 'in-force' || (state === 'test' && (isDevelopment || service.contract?.state === 'test'))

  async function waysFor(service: Service): Promise<Ways> {
    const open = (await records.all()).filter(({ state }) => isOpen(state, service))
    const withUse = (use: Use) => open.filter(({ upstream }) => upstream.uses.includes(use))
    const { contract } = service
    // Programs of the house count the moment of a sign-in as that of a passkey, so they are come to by one. The account pages do not (their session tells).
    const hasAccount = contract ? contract.ways.includes('account') : service.clientId === 'account'
    const ways = {
      identify: withUse('identify').filter(({ upstreamId }) => contract?.ways.includes(upstreamId)),
      'sign-in': hasAccount ? withUse('sign-in') : [],
      // Whoever registers makes a passkey in the same event.
      register: hasAccount || service.isOwn ? withUse('register') : [],
      own: service.clientId === 'account' ? open.filter(({ upstream }) => isForOwn(upstream)) : [],
    }
    const shown = (some: typeof open) => some.map(({ upstreamId, upstream }) => ({ upstreamId, name: upstream.name }))
    const { identify, 'sign-in': signIn, register, own } = ways
    return { identify: shown(identify), 'sign-in': shown(signIn), register: shown(register), own: shown(own) }
  }

  async function offered(service: Service, upstreamId: string, use: Errand) {
    const ways = await waysFor(service)
    const known = ways[use].some((way) => way.upstreamId === upstreamId) ? await records.find(upstreamId) : undefined
    if (!known) throw notOffered()
    return known
  }

  const isForOwn = ({ uses, identifiers }: Upstream) => uses.includes('sign-in') || identifiers !== null

  /** Whatever a register says comes to an account: whoever has left their session there open is not to be taken for its holder. */
  const withinFor = ({ identifiers }: Upstream, use: Errand, within: number | undefined) =>
    identifiers === null || use === 'identify' ? within : Math.min(within ?? Number.POSITIVE_INFINITY, registerSeconds)

  const stateKind = 'upstream state'

  return {
    records,
    links,
    identifiers,
    /** Those of companies, which the portal alone asks for. */
    companies,
    waysFor,

    /** What a person sees of upstreams on their own pages. */
    async ofPerson(service: Service, personId: string): Promise<z.input<typeof linkList>> {
      const { own } = await waysFor(service)
      const linked = await links.list(personId)
      const types = new Map((await identifiers.types.list()).map(({ typeId, name }) => [typeId, name]))
      const known = new Map((await records.all()).map(({ upstreamId, upstream }) => [upstreamId, upstream]))
      return {
        links: linked,
        identifiers: await identifiers.list(personId),
        offered: own.map(({ upstreamId, name }) => ({
          upstreamId,
          upstream: name,
          signsIn: known.get(upstreamId)?.uses.includes('sign-in') ?? false,
          isLinked: linked.some((link) => link.upstreamId === upstreamId),
          proves: (known.get(upstreamId)?.identifiers?.claims ?? []).flatMap(({ typeId }) => types.get(typeId) ?? []),
        })),
      }
    },

    look: async (upstreamId: string) => {
      const known = await records.find(upstreamId)
      if (!known) throw notOffered()
      return protocol.look(known)
    },

    /** `within`: how many seconds ago the person may have proved it, where the service says so. `uid`: the event. In the state it travels sealed: whoever reads it could otherwise make themselves the cookie of the event. */
    async begin(
      service: Service,
      asked: { upstreamId: string; use: Errand; uid: string; language: string; within: number | undefined },
    ): Promise<{ url: URL; checks: Checks }> {
      const { upstreamId, use, uid, language, within } = asked
      const known = await offered(service, upstreamId, use)
      const state = keys
        .seal(stateKind, upstreamId, { uid, service: service.clientId, once: newToken() })
        .toString('base64url')
      return protocol.begin(known, { state, use, language, within: withinFor(known.upstream, use, within) })
    },

    /** Which event an answer belongs to, and of which service that is or was; only one that was sent to this very upstream. */
    eventOf: (upstreamId: string, state: string) =>
      keys.open(stateKind, upstreamId, Buffer.from(state, 'base64url')) as
        | { readonly uid: string; readonly service?: string }
        | undefined,

    async finish(
      service: Service,
      { upstreamId, use }: { upstreamId: string; use: Errand },
      answer: URLSearchParams,
      checks: Checks,
    ): Promise<Proof & { readonly upstream: string; readonly signsIn: boolean }> {
      const known = await offered(service, upstreamId, use)
      const { name, uses } = known.upstream
      return {
        ...(await protocol.finish(known, answer, checks)),
        upstream: name,
        signsIn: uses.includes('sign-in'),
      }
    },
  }
}
