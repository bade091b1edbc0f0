import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import { type People, primaryAddress } from '#identity/people'
import type { Services } from '#identity/services'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import { within } from '#server/purpose'
import type {
  CompanyUpstream,
  companyBegin,
  companyCame,
  companyFinish,
  companyFound,
  companyKept,
  Groups,
} from './api.ts'
import { answerRefused, linkedElsewhere, notConnected, notOffered, secretMissing } from './errors.ts'
import { letters } from './letters.ts'
import type { createLinks } from './links.ts'
import type { Checks, createOpenIdConnect, Known } from './openid-connect.ts'

type Row = {
  upstream_id: string
  state: 'in-force' | 'off'
  name: string
  preset: CompanyUpstream['preset']
  issuer: string
  client_id: string
  authentication: CompanyUpstream['authentication']
  secret: Buffer | null
  groups: Groups | null
  changed_at: Date
}

const portal = 'portal'
const checksKind = 'company checks'
const handful = 100
/** What is told of somebody, for whoever tries it. Nothing of it is kept. */
const claims = { name: 'name', email: 'email', emailVerified: 'email_verified' }

/**
 * Providers of companies, each for the people of that company and for nothing else: the portal asks, and what comes of it is good for that company alone.
 * The house offers them to no service and on no page of its own.
 */
export function createCompanies(
  { database, clock, urls, isDevelopment, mail }: Needs,
  { keys, links, protocol, people, services, isRestricted }: Uses,
) {
  const { sql } = database
  const redirectUriOf = (organizationId: string) =>
    new URL(`/company-sign-in/${organizationId}/callback`, urls.portal).href

  const read = async (organizationId: string): Promise<Row | undefined> => {
    const [row] = await sql<Row[]>`
      select upstream_id, state, name, preset, issuer, client_id, authentication, secret, groups, changed_at
      from upstream.upstream where organization_id = ${organizationId}`
    return row
  }
  const toKnown = (organizationId: string, row: Row): Known => ({
    upstreamId: row.upstream_id,
    changedAt: row.changed_at,
    upstream: {
      name: row.name,
      preset: row.preset,
      issuer: row.issuer,
      clientId: row.client_id,
      authentication: row.authentication,
      uses: [],
      claims,
      identifiers: null,
    },
    groups: row.groups,
    redirectUri: redirectUriOf(organizationId),
    mayStayHere: isDevelopment,
    secret: () =>
      row.secret ? (keys.open('upstream secret', row.upstream_id, row.secret) as string | undefined) : undefined,
    privateKey: () => {
      throw secretMissing()
    },
  })
  async function known(organizationId: string, { isTry = false }: { isTry?: boolean } = {}): Promise<Known> {
    const row = await read(organizationId)
    if (!row || !(isTry || row.state === 'in-force')) throw notOffered()
    return toKnown(organizationId, row)
  }

  /** To the holder, by mail, in their language: whatever happens to a way into their account, should it have been somebody else. */
  async function tell(tx: Sql, personId: string, what: keyof (typeof letters)['fi'], company: string): Promise<void> {
    const person = await people.find(personId)
    if (!person) return
    const { language } = person
    await mail.send(tx, { to: primaryAddress(person), language, ...letters[language][what](company) })
  }

  /** Everybody who has connected it, a handful in each transaction: those who were told are the ones whose connection has gone. */
  async function disconnectAll(upstreamId: string, company: string): Promise<void> {
    for (let count = handful; count === handful; )
      // Whose they are is read for the holders' own sake, whatever brought the company here.
      count = await within('account', () =>
        database.transaction(async (tx) => {
          const some = await links.takeSome(tx, upstreamId, handful)
          for (const personId of some) await tell(tx, personId, 'removed', company)
          return some.length
        }),
      )
  }

  async function signIn(upstreamId: string, subject: string, company: string): Promise<string> {
    const { personId, isFirst } = (await links.use(upstreamId, subject)) ?? {}
    const known = personId === undefined ? undefined : await services.findSubject(portal, personId)
    if (personId === undefined || known === undefined || (await isRestricted(personId))) throw notConnected()
    // It is a use of the account: without one it would expire while its holder works (ID-74).
    await people.arrive(personId, isRestricted)
    if (isFirst) await database.forPerson(personId, (tx) => tell(tx, personId, 'firstUsed', company))
    return known
  }

  /** Both were proved: the passkey, to the portal, a moment ago; and this. An equal address connects nothing. */
  async function connect(
    upstreamId: string,
    subject: string,
    knownAs: string,
    as: string | undefined,
    company: string,
  ): Promise<string> {
    const personId = as === undefined ? undefined : await services.findPerson(portal, as)
    if (as === undefined || personId === undefined) throw notConnected()
    const holder = await links.isHeldBy(upstreamId, subject)
    if (holder !== undefined && holder !== personId) throw linkedElsewhere()
    if (holder === undefined)
      await database.forPerson(personId, async (tx) => {
        await links.add(tx, personId, { upstreamId, subject, knownAs })
        await tell(tx, personId, 'connected', company)
      })
    return as
  }

  return {
    async find(organizationId: string): Promise<z.input<typeof companyFound>> {
      const row = await read(organizationId)
      return {
        company: row
          ? {
              preset: row.preset,
              issuer: row.issuer,
              clientId: row.client_id,
              authentication: row.authentication,
              groups: row.groups,
            }
          : null,
        isOn: row?.state === 'in-force',
        hasSecret: row?.secret !== undefined && row.secret !== null,
        redirectUri: redirectUriOf(organizationId),
      }
    },

    async keep({ organizationId, name, isOn, company, secret }: z.output<typeof companyKept>): Promise<void> {
      const made = `c-${randomBytes(8).toString('hex')}`
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
      const known = await read(organizationId)
      // Another provider says of other people who they are. Nobody comes by the one before while its connections go.
      if (known && known.issuer !== company.issuer) {
        if (isOn && secret === undefined) throw secretMissing()
        await sql`update upstream.upstream set state = 'off' where upstream_id = ${known.upstream_id}`
        await disconnectAll(known.upstream_id, known.name)
      }
      await database.transaction(async (tx) => {
        const [before] = await tx<Row[]>`
          select upstream_id, issuer, secret from upstream.upstream where organization_id = ${organizationId} for update`
        const upstreamId = before?.upstream_id ?? made
        const isOther = before !== undefined && before.issuer !== company.issuer
        // The secret is for whom it was given: it goes to no other address.
        const sealed =
          secret === undefined
            ? isOther
              ? null
              : (before?.secret ?? null)
            : keys.seal('upstream secret', upstreamId, secret)
        if (isOn && sealed === null) throw secretMissing()
        const row = {
          state: isOn ? 'in-force' : 'off',
          name,
          preset: company.preset,
          issuer: company.issuer,
          client_id: company.clientId,
          authentication: company.authentication,
          secret: sealed,
          groups: company.groups === null ? null : sql.json(company.groups),
          changed_at: clock.now(),
        }
        if (before) await tx`update upstream.upstream set ${tx(row as never)} where upstream_id = ${upstreamId}`
        else
          await tx`
            insert into upstream.upstream ${tx({
              ...row,
              upstream_id: upstreamId,
              organization_id: organizationId,
              // Never used: a company's provider knows us by the secret.
              private_key: keys.seal('upstream key', upstreamId, await exportJWK(privateKey)),
              public_key: sql.json((await exportJWK(publicKey)) as never),
              uses: [],
              claims: sql.json(claims),
              made_at: clock.now(),
            } as never)}`
        if (isOther) await tx`delete from upstream.link where upstream_id = ${upstreamId}`
      })
    },

    /** With every connection to it. */
    remove: async (organizationId: string): Promise<void> => {
      const known = await read(organizationId)
      if (known) await disconnectAll(known.upstream_id, known.name)
      await sql`delete from upstream.upstream where organization_id = ${organizationId}`
    },

    /** The holder removes a link from their own pages. Of a company's they hear it by mail as well: whoever sits there may be somebody else. */
    removeLink: (personId: string, linkId: string): Promise<void> =>
      database.forPerson(personId, async (tx) => {
        const upstreamId = await links.remove(tx, personId, linkId)
        const [row] = await tx<{ name: string }[]>`
          select name from upstream.upstream where upstream_id = ${upstreamId} and organization_id is not null`
        if (row) await tell(tx, personId, 'removed', row.name)
      }),

    look: async (organizationId: string) => protocol.look(await known(organizationId, { isTry: true })),

    async begin({ organizationId, language, isTry }: z.output<typeof companyBegin>) {
      const state = newToken()
      const to = await known(organizationId, { isTry })
      const { url, checks } = await protocol.begin(to, { state, use: 'own', language, within: undefined })
      return { url: url.href, state, checks: keys.seal(checksKind, organizationId, checks).toString('base64url') }
    },

    async finish({
      organizationId,
      answer,
      checks,
      errand,
      subject,
    }: z.output<typeof companyFinish>): Promise<z.input<typeof companyCame>> {
      const opened = keys.open(checksKind, organizationId, Buffer.from(checks, 'base64url')) as Checks | undefined
      if (!opened) throw answerRefused()
      const from = await known(organizationId, { isTry: errand === 'try' })
      const given = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined)
      const proof = await protocol.finish(from, new URLSearchParams(given), opened)
      const told = { name: proof.name ?? null, email: proof.email ?? null, groups: proof.groups && [...proof.groups] }
      if (errand === 'try') return { subject: null, ...told }
      const as =
        errand === 'connect'
          ? await connect(from.upstreamId, proof.subject, proof.email ?? proof.name ?? '', subject, from.upstream.name)
          : await signIn(from.upstreamId, proof.subject, from.upstream.name)
      return { subject: as, ...told }
    },
  }
}

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly urls: { readonly portal: URL }
  readonly isDevelopment: boolean
  readonly mail: Pick<Mail, 'send'>
}
type Uses = {
  readonly keys: Pick<Keys, 'seal' | 'open'>
  readonly links: Pick<ReturnType<typeof createLinks>, 'use' | 'isHeldBy' | 'takeSome' | 'add' | 'remove'>
  readonly protocol: ReturnType<typeof createOpenIdConnect>
  readonly people: Pick<People, 'arrive' | 'find'>
  readonly services: Pick<Services, 'findPerson' | 'findSubject'>
  readonly isRestricted: (personId: string) => Promise<boolean>
}
