import { chooseLanguage, type Language } from '#base/languages'
import type { Interaction, Oidc } from '#identity/oidc'
import {
  eventCookie,
  heldEventCookie,
  heldSessionCookie,
  loginOf,
  type SessionCookies,
  sessionCookie,
} from '#identity/oidc'
import type { People } from '#identity/people'
import type { Identified } from '#identity/release'
import type { Service, Services } from '#identity/services'
import { HandedOn, type RouteRequest } from '#server/routes'
import type { createDrafts, Stage } from './drafts.ts'
import { eventEnded } from './errors.ts'

export type Asked = Pick<RouteRequest, 'cookies' | 'language' | 'ip' | 'userAgent'> & {
  readonly params: { readonly uid: string }
  readonly query?: { readonly lang?: Language | undefined; readonly service?: string | undefined } | undefined
}

/** One sign-in under way in one browser. */
export type Event = {
  readonly uid: string
  readonly interaction: Interaction
  readonly service: Service
  /** Who it is about: has proved it in this event, or was signed in before. */
  readonly accountId: string | undefined
  /** When they proved it, if it was in this event: what is left is to see what is released, and to continue. */
  readonly provedAt: Date | undefined
  readonly language: Language
  readonly stage: Stage | undefined
  readonly notFresh: readonly string[]
  /** Something was filled in, or chosen, and lies here until the event ends. */
  readonly hasDraft: boolean
  /** The session cookies of this browser, whoever's they are. */
  readonly browser: SessionCookies
  readonly path: (step?: string) => string
}

export type Events = ReturnType<typeof createEvents>

export function createEvents(uses: {
  oidc: Pick<
    Oidc,
    'findEvent' | 'keepLogin' | 'finishEvent' | 'finishConsent' | 'finishIdentified' | 'carryOn' | 'whereFrom'
  >
  services: Pick<Services, 'find'>
  people: Pick<People, 'arrive'>
  /** DSR-12. */
  isRestricted: (personId: string) => Promise<boolean>
  drafts: ReturnType<typeof createDrafts>
}) {
  const { oidc, services, people, drafts } = uses

  /** Whether the page of the release comes next. To programs of the house nothing is released; the protocol core asks of the others itself. */
  const isAskedHere = async ({ service: { contract } }: Event, personId: string) =>
    (contract?.ways.includes('account') ?? false) && !(await uses.isRestricted(personId))

  return {
    async load(request: Asked): Promise<Event> {
      const { uid } = request.params
      const browser: SessionCookies = {
        session: request.cookies[sessionCookie],
        held: request.cookies[heldSessionCookie],
        event: request.cookies[heldEventCookie],
      }
      const found = await oidc.findEvent(uid, request.cookies[eventCookie], browser, drafts.besides(uid))
      const interaction = found?.event
      const service = interaction && (await services.find(String(interaction.params.client_id)))
      if (!interaction || !service) throw eventEnded(await oidc.whereFrom(uid, request.query?.service))
      const kept = found.beside === null ? undefined : drafts.open(uid, found.beside)
      const draft = kept ?? {}
      const chosen = request.query?.lang
      const event: Event = {
        uid,
        interaction,
        service,
        ...whoOf(interaction),
        language: chosen ?? draft.language ?? languageOf(interaction.params.ui_locales, request.language),
        stage: draft.stage,
        notFresh: draft.notFresh ?? [],
        hasDraft: kept !== undefined || (chosen !== undefined && chosen !== draft.language),
        browser,
        path: (step = '') => `/sign-in/${uid}${step}`,
      }
      if (chosen && chosen !== draft.language) await drafts.write(uid, { ...draft, language: chosen })
      return event
    },

    /** The person has come to `stage`; what an earlier one held is forgotten. */
    async move(event: Event, stage: Stage | undefined): Promise<void> {
      await drafts.write(event.uid, { language: event.language, stage, notFresh: event.notFresh })
    },

    /** What the stage held is used now: true for the first who comes with it. */
    leaveStage: (event: Event): Promise<boolean> => drafts.forget(event.uid),

    /**
     * The same for somebody who has no account, with what their browser carries from then on. Where the page of the release comes next: the event as it is by
     * then; else where they go.
     */
    async finishIdentified(event: Event, identified: Identified, authenticatedAt: number | undefined) {
      const about = { identified, authenticatedAt, result: registersOf(event), show: event.path() }
      const { to, cookie } = await oidc.finishIdentified(event.interaction, about, event.browser)
      if (to !== undefined) return { to, cookie }
      const browser = { ...event.browser, event: cookie.value }
      const proved: Event = { ...event, ...whoOf(event.interaction), stage: undefined, hasDraft: false, browser }
      return { proved, cookie }
    },

    /** Where the person is by now. */
    at: releaseOf,

    /** They have seen what is released. */
    async finishConsent(event: Event, remember: boolean): Promise<HandedOn> {
      if (event.hasDraft) await drafts.forget(event.uid)
      await oidc.finishConsent(event.interaction, remember, event.browser)
      return new HandedOn(oidc.carryOn(event.interaction))
    },

    /**
     * Answers where the browser goes on to. `personId`: who has just proved who they are, and how (RFC 8176). `authenticatedAt`: when that was, where it
     * was not here; null where nobody knows.
     */
    async finish(
      event: Event,
      outcome: { personId: string; amr?: string[]; authenticatedAt?: number | null } | 'as-before' | 'cancelled',
    ): Promise<string> {
      if (typeof outcome === 'object') await people.arrive(outcome.personId, uses.isRestricted)
      const registers = registersOf(event)
      const result =
        outcome === 'cancelled'
          ? { error: 'access_denied', error_description: 'the person cancelled' }
          : outcome === 'as-before'
            ? registers
            : { ...registers, login: loginBy(outcome) }
      if (event.hasDraft) await drafts.forget(event.uid)
      if ('login' in result && (await isAskedHere(event, result.login.accountId))) {
        await oidc.keepLogin(event.interaction, result)
        return releaseOf(event)
      }
      return oidc.finishEvent(event.interaction, result, event.browser)
    },
  }
}

function whoOf(interaction: Interaction): Pick<Event, 'accountId' | 'provedAt'> {
  const login = loginOf(interaction)
  return {
    accountId: login?.accountId ?? interaction.session?.accountId,
    provedAt: login?.ts === undefined ? undefined : new Date(login.ts * 1_000),
  }
}

/** The event's first page, which is that of the release once the person has proved who they are. With it the service, as where they began. */
const releaseOf = ({ path, service }: Event) => path(`?service=${encodeURIComponent(service.clientId)}`)

const loginBy = ({ personId, ...how }: { personId: string; amr?: string[]; authenticatedAt?: number | null }) => ({
  accountId: personId,
  ...how,
})

/** What the protocol core waits for after `prompt=create`, whatever the person then did. */
export const registersOf = ({ interaction }: Event) =>
  String(interaction.params.prompt ?? '')
    .split(' ')
    .includes('create')
    ? { create: {} }
    : {}

function languageOf(locales: unknown, otherwise: Language): Language {
  return typeof locales === 'string' && locales !== ''
    ? chooseLanguage(locales.split(' ').slice(0, 5).join(','))
    : otherwise
}
