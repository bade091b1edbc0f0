import { z } from 'zod'
import type { Clock } from '#base/clock'
import { equalBytes, hashToken, newToken } from '#base/ids'
import type { Language } from '#base/languages'
import { companyBegun, companyCame, companyFound, found } from '#identity/upstream/api'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import { type Giver, isOwnRole, type People, refuseAbove } from '#portal/people'
import type { Role } from '#portal/people/api'
import type { Browser, Sessions } from '#portal/sessions'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Mail } from '#server/mail'
import type { Rights } from '#server/rights'
import type { Route } from '#server/routes'
import { type callbackQuery, type NewSetting, ranks, type setting, type tried } from './api.ts'
import { createDomains } from './domains.ts'
import { expired, membersOnly, noGroups, noRole, notMember, notSetUp } from './errors.ts'
import { createLookUp } from './look-up.ts'
import { routes } from './routes.ts'

type Answer = z.output<typeof callbackQuery>
type Errand = 'sign-in' | 'connect' | 'try'
type Attempt = { organization_id: string; errand: Errand; person_check: Buffer | null; checks: string }
type Mapping = NewSetting['mapping']

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly calls: Pick<Calls, 'call'>
  readonly urls: { readonly portal: URL }
  readonly rights: Pick<Rights, 'restrictedAmong'>
  readonly jobs: Pick<Jobs, 'define'>
  readonly mail: Pick<Mail, 'send'>
  /** Name servers to ask in place of the machine's own. */
  readonly nameServers: string
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<
    People,
    | 'findBySubject'
    | 'subjectOf'
    | 'enter'
    | 'membershipsOf'
    | 'changeRoles'
    | 'remove'
    | 'heldOf'
    | 'roleNames'
    | 'addRoleUse'
    | 'whoMay'
    | 'whereTo'
  >
  readonly sessions: Pick<Sessions, 'admit' | 'give' | 'byPasskey'>
}

export type CompanySignIn = ReturnType<typeof createVerbs>

/** The same as of a sign-in by passkey: it ties the browser to what it began. */
const attemptCookie = 'vartio-sign-in'
const attemptSeconds = 60 * 60
/** As many as a person may have. */
const mostOwn = 10
const tokenShape = /^[A-Za-z0-9_-]{43}$/
const checkOf = (state: string, personId: string) => hashToken(`${state} ${personId}`)

export type Given = { readonly roles: readonly Role[]; readonly ownRoles: readonly string[] }

/** Of the three roles the highest that somebody's groups give, and all own ones. */
export function rolesOf(mapping: Mapping, groups: readonly string[]): Given {
  const given = mapping.filter(({ group }) => groups.includes(group)).map(({ role }) => role)
  const highest = ranks.find((role) => given.includes(role))
  return { roles: highest ? [highest] : [], ownRoles: [...new Set(given.filter(isOwnRole))].slice(0, mostOwn) }
}

export function createCompanySignIn(needs: Needs, uses: Uses) {
  const verbs = createVerbs(needs, uses)
  return { ...verbs, routes: routes(verbs) as readonly Route[] }
}

function createVerbs(needs: Needs, uses: Uses) {
  const {
    database,
    clock,
    calls: { call },
    urls,
    rights,
  } = needs
  const domains = createDomains({ ...needs, lookUp: createLookUp(needs.nameServers) }, uses)
  const { audit, organizations, people, sessions } = uses
  // It asks the company's provider, which may take its time.
  const ask = <Schema extends z.ZodType>(path: string, body: unknown, answer: Schema, isIdempotent = true) =>
    call('identity', `/calls/upstream/company/${path}`, body, answer, { isIdempotent, timeoutMilliseconds: 12_000 })

  const record = (
    tx: Sql,
    organizationId: string,
    step: 'changed' | 'removed' | 'connected',
    by: By,
    details: Record<string, string | number | boolean> = {},
  ) =>
    audit.record(tx, {
      organizationId,
      action: `company_sign_in.${step}`,
      target: { kind: 'organization', id: organizationId },
      details,
      ...by,
    })

  const readMapping = async (tx: Sql, organizationId: string): Promise<Mapping> => {
    const [row] = await tx<{ mapping: Mapping }[]>`
      select mapping from company_sign_in.setting where organization_id = ${organizationId}`
    return row?.mapping ?? []
  }

  people.addRoleUse(async (tx, { organizationId, roleId, instead }) => {
    const mapping = await readMapping(tx, organizationId)
    if (!mapping.some(({ role }) => role === roleId)) return
    const next = mapping.map((one) => (one.role === roleId ? { ...one, role: instead } : one))
    await tx`update company_sign_in.setting set mapping = ${tx.json(next)} where organization_id = ${organizationId}`
  })

  async function leave(
    organizationId: string,
    errand: Errand,
    browser: Browser,
    { language, personId }: { language: Language; personId?: string },
  ): Promise<string> {
    const begun = await ask('begin', { organizationId, language, isTry: errand === 'try' }, companyBegun, false)
    const known = browser.cookies[attemptCookie]
    const browserToken = known && tokenShape.test(known) ? known : newToken()
    await database.sql`
      insert into company_sign_in.attempt (state_hash, browser_hash, organization_id, errand, person_check, checks, expires_at)
      values (${hashToken(begun.state)}, ${hashToken(browserToken)}, ${organizationId}, ${errand},
        ${personId === undefined ? null : checkOf(begun.state, personId)}, ${begun.checks},
        ${new Date(clock.now().getTime() + attemptSeconds * 1_000)})`
    browser.setCookie(attemptCookie, browserToken, { maxAgeSeconds: attemptSeconds })
    return begun.url
  }

  /** What was sent out from this browser; once. */
  async function take(organizationId: string, answer: Answer, browser: Browser): Promise<Attempt> {
    const browserToken = browser.cookies[attemptCookie]
    if (!tokenShape.test(answer.state) || !browserToken) throw expired()
    const [attempt] = await database.sql<Attempt[]>`
      delete from company_sign_in.attempt
      where state_hash = ${hashToken(answer.state)} and browser_hash = ${hashToken(browserToken)}
        and organization_id = ${organizationId} and expires_at > ${clock.now()}
      returning organization_id, errand, person_check, checks`
    if (!attempt) throw expired()
    return attempt
  }

  const finish = (attempt: Attempt, answer: Answer, subject?: string) =>
    ask(
      'finish',
      { organizationId: attempt.organization_id, answer, checks: attempt.checks, errand: attempt.errand, subject },
      companyCame,
      false,
    )

  const rolesIn = (organizationId: string, personId: string): Promise<Given | undefined> =>
    database.forPerson(personId, async (tx) =>
      (await people.membershipsOf(tx)).find((one) => one.organizationId === organizationId),
    )

  /**
   * What the person may do is what their groups say now, and holds however they come in. The last administrator stays one: a slip in the mapping, or
   * whoever has the provider in their hands, locks nobody out. An administrator made the mapping, and gives no more than administrators may.
   */
  async function applyRoles(organizationId: string, personId: string, given: Given, by: By) {
    const unlessLast = (error: unknown) => {
      if ((error as { code?: string }).code !== 'people.last_administrator') throw error
      return true
    }
    if (given.roles.length + given.ownRoles.length === 0) {
      const isLast = await people.remove(organizationId, personId, by).then(() => false, unlessLast)
      if (!isLast) throw noRole()
    } else await people.changeRoles(organizationId, personId, given, by).catch(unlessLast)
  }

  async function signIn(attempt: Attempt, answer: Answer, browser: Browser): Promise<string> {
    const organizationId = attempt.organization_id
    const { subject, groups } = await finish(attempt, answer)
    const personId =
      subject === null ? undefined : await database.transaction((tx) => people.findBySubject(tx, subject))
    const held = personId === undefined ? undefined : await rolesIn(organizationId, personId)
    if (personId === undefined || held === undefined) throw notMember()
    const { company } = await ask('find', { organizationId }, companyFound)
    if (company?.groups) {
      if (groups === null) throw noGroups()
      const mapping = await database.inOrganization(organizationId, (tx) => readMapping(tx, organizationId))
      const from = { ip: browser.ip, userAgent: browser.userAgent }
      const by = { actor: { kind: 'program', name: 'company-sign-in' }, from } as const
      await applyRoles(organizationId, personId, rolesOf(mapping, groups), by)
    }
    const session = await database.inOrganization(organizationId, async (tx) => {
      if ((await rights.restrictedAmong(tx, [personId])).has(personId)) throw notMember()
      return sessions.admit(tx, { personId, organizationId }, browser)
    })
    sessions.give(session, browser)
    return '/'
  }

  return {
    domains,

    /**
     * The same answer to an address nobody has, to one in a domain that nobody has proved, and to one of a company whose provider is off. Who has an account is
     * looked at nowhere (enumeration), and the provider asks everybody alike.
     */
    async lead(email: string): Promise<{ next: string | null }> {
      const organizationId = await domains.ledBy(email)
      const isOn = organizationId !== undefined && (await ask('find', { organizationId }, companyFound)).isOn
      return { next: isOn ? `/company-sign-in/${organizationId}/begin` : null }
    },

    async read(organizationId: string): Promise<z.input<typeof setting>> {
      const kept = await ask('find', { organizationId }, companyFound)
      const mapping = await database.inOrganization(organizationId, (tx) => readMapping(tx, organizationId))
      return { ...kept, mapping, signInUrl: new URL(`/company-sign-in/${organizationId}/begin`, urls.portal).href }
    },

    /** Recorded before identity is asked; if it refuses, neither stays. */
    change: (organizationId: string, { mapping, ...kept }: NewSetting, by: By, giver?: Giver): Promise<void> =>
      database.inOrganization(organizationId, async (tx) => {
        const named = [...new Set(mapping.map(({ role }) => role))]
        const own = named.filter(isOwnRole)
        refuseAbove(
          giver,
          await people.heldOf(tx, organizationId, named.filter((role) => !isOwnRole(role)) as Role[], own),
        )
        const name = (await organizations.describe(tx, [organizationId])).get(organizationId)?.name ?? ''
        await tx`
          insert into company_sign_in.setting (organization_id, mapping, changed_at)
          values (${organizationId}, ${tx.json(mapping)}, ${clock.now()})
          on conflict (organization_id) do update set mapping = excluded.mapping, changed_at = excluded.changed_at`
        await record(tx, organizationId, 'changed', by, { isOn: kept.isOn, groups: mapping.length })
        await ask('keep', { organizationId, name: name.slice(0, 60), ...kept }, z.undefined())
      }),

    remove: (organizationId: string, by: By): Promise<void> =>
      database.inOrganization(organizationId, async (tx) => {
        await tx`delete from company_sign_in.setting where organization_id = ${organizationId}`
        await record(tx, organizationId, 'removed', by)
        await ask('remove', { organizationId }, z.undefined())
      }),

    /** Of a company that is removed: what identity keeps of its provider, with every connection to it. */
    forget: (organizationId: string) => ask('remove', { organizationId }, z.undefined()),

    look: (organizationId: string) => ask('look', { organizationId }, found, false),

    own: async (organizationId: string) => ({ isOn: (await ask('find', { organizationId }, companyFound)).isOn }),

    beginTry: (organizationId: string, personId: string, language: Language, browser: Browser) =>
      leave(organizationId, 'try', browser, { language, personId }),

    /** What would come of it; nothing is kept. */
    async finishTry(
      organizationId: string,
      personId: string,
      answer: Answer,
      browser: Browser,
    ): Promise<z.input<typeof tried>> {
      const attempt = await take(organizationId, answer, browser)
      const isTheirs = attempt.person_check && equalBytes(attempt.person_check, checkOf(answer.state, personId))
      if (attempt.errand !== 'try' || !isTheirs) throw expired()
      const { name, email, groups } = await finish(attempt, answer)
      const mapping = await database.inOrganization(organizationId, (tx) => readMapping(tx, organizationId))
      const given = rolesOf(mapping, groups ?? [])
      const names = await people.roleNames(database.sql, given.ownRoles)
      return {
        name,
        email,
        groups,
        role: given.roles[0] ?? null,
        ownRoles: given.ownRoles.map((roleId) => ({ roleId, name: names.get(roleId) ?? '' })),
      }
    },

    /** Of a member, with their passkey of a moment ago. */
    async beginConnect(
      organizationId: string,
      personId: string,
      language: Language,
      browser: Browser,
    ): Promise<string> {
      if ((await rolesIn(organizationId, personId)) === undefined) throw membersOnly()
      return leave(organizationId, 'connect', browser, { language, personId })
    },

    /** The company's own link. Whether there is such a company, or it has a provider, is answered with the same words. */
    begin: (organizationId: string, language: Language, browser: Browser): Promise<string> =>
      leave(organizationId, 'sign-in', browser, { language }).catch((error: unknown) => {
        throw (error as { code?: string }).code === 'upstream.not_offered' ? notSetUp() : error
      }),

    async finish(organizationId: string, answer: Answer, browser: Browser): Promise<string> {
      const browserToken = browser.cookies[attemptCookie] ?? ''
      const [waiting] = await database.sql<{ errand: Errand }[]>`
        select errand from company_sign_in.attempt
        where state_hash = ${hashToken(answer.state)} and browser_hash = ${hashToken(browserToken)}`
      // What came is shown by the page that asked for it; behind the number sign it is in nobody's log.
      if (waiting?.errand === 'try') {
        const given = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined)
        return `/company-sign-in?organization=${organizationId}#${new URLSearchParams(given)}`
      }
      const attempt = await take(organizationId, answer, browser)
      if (attempt.errand === 'sign-in') return signIn(attempt, answer, browser)
      const personId = await sessions.byPasskey(browser)
      const isTheirs =
        personId !== undefined &&
        attempt.person_check &&
        equalBytes(attempt.person_check, checkOf(answer.state, personId))
      if (!isTheirs) throw expired()
      const subject = await database.forPerson(personId, (tx) => people.subjectOf(tx, personId))
      if (subject === undefined || (await rolesIn(organizationId, personId)) === undefined) throw notMember()
      await finish(attempt, answer, subject)
      const from = { ip: browser.ip, userAgent: browser.userAgent }
      await database.inOrganization(organizationId, (tx) =>
        record(tx, organizationId, 'connected', { actor: { kind: 'person', id: personId }, from }),
      )
      return `/own?organization=${organizationId}`
    },
  }
}
