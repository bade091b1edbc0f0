import { domainToASCII } from 'node:url'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newToken } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Mail } from '#server/mail'
import type { domainList } from './api.ts'
import { domainNotFound, domainNotProven, domainTaken, domainUnanswered, noDomain, tooManyDomains } from './errors.ts'
import { tellOfDomain } from './letters.ts'
import { type Looked, recordName } from './look-up.ts'

const most = 20
const day = 86_400_000
/** How long a domain still leads after its value was found gone. */
const graceMilliseconds = 14 * day
/** Name servers that say nothing for so long are as good as gone: the domain may be somebody else's by now. */
const silentMilliseconds = 30 * day
const mostAtOnce = 500
const sideBySide = 10

type Row = {
  domain: string
  challenge: string
  answer: Looked | 'not-asked'
  asked_at: Date | null
  seen_at: Date | null
  proven_at: Date | null
  lost_at: Date | null
}

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly jobs: Pick<Jobs, 'define'>
  readonly mail: Pick<Mail, 'send'>
  readonly lookUp: (domain: string, value: string) => Promise<Looked>
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<People, 'whoMay' | 'whereTo'>
}

/** As it is asked for in the network; undefined where it is none that mail could go to. */
export function readDomain(text: string): string | undefined {
  const domain = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()
  const isName = /^(?=.{3,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(domain)
  return isName && !/^[\d.]+$/.test(domain) ? domain : undefined
}

/** Mail domains of an organisation, each proved by a value that only whoever holds the domain can put into its name servers. */
export function createDomains({ database, clock, jobs, mail, lookUp }: Needs, uses: Uses) {
  const record = (
    tx: Sql,
    organizationId: string,
    step: 'added' | 'proven' | 'removed' | 'lost' | 'off',
    domain: string,
    by: By,
  ) =>
    uses.audit.record(tx, {
      organizationId,
      action: `company_sign_in.domain_${step}`,
      target: { kind: 'organization', id: organizationId },
      details: { domain },
      ...by,
    })
  const ofVartio: By = { actor: { kind: 'program', name: 'company-sign-in' }, from: { ip: '', userAgent: '' } }

  async function find(tx: Sql, organizationId: string, domain: string): Promise<Row> {
    const [row] = await tx<Row[]>`
      select domain, challenge, answer, asked_at, seen_at, proven_at, lost_at from company_sign_in.domain
      where organization_id = ${organizationId} and domain = ${domain} for update`
    if (!row) throw domainNotFound()
    return row
  }

  /** Looked up outside any transaction: name servers may take their time. */
  async function ask(organizationId: string, domain: string): Promise<Looked> {
    const { challenge } = await database.inOrganization(organizationId, (tx) => find(tx, organizationId, domain))
    return lookUp(domain, challenge)
  }

  /** What comes of a later look at a proven domain. One that is lost still leads for a while, since records are moved and mistyped. */
  async function settle(organizationId: string, domain: string, looked: Looked): Promise<void> {
    await database.inOrganization(organizationId, async (tx) => {
      const now = clock.now()
      const row = await find(tx, organizationId, domain)
      if (!row.proven_at) return
      const isSilent = looked === 'unanswered' && now.getTime() - (row.seen_at?.getTime() ?? 0) < silentMilliseconds
      const lostAt = looked === 'there' ? null : isSilent ? row.lost_at : (row.lost_at ?? now)
      const isOff = lostAt !== null && now.getTime() - lostAt.getTime() >= graceMilliseconds
      await tx`
        update company_sign_in.domain set answer = ${looked}, asked_at = ${now},
          seen_at = case when ${looked === 'there'} then ${now} else seen_at end,
          lost_at = ${isOff ? null : lostAt}, proven_at = case when ${isOff} then null else proven_at end
        where organization_id = ${organizationId} and domain = ${domain}`
      const step = isOff ? 'off' : lostAt !== null && row.lost_at === null ? 'lost' : undefined
      if (!step) return
      await record(tx, organizationId, step, domain, ofVartio)
      const offAt = new Date((lostAt ?? now).getTime() + graceMilliseconds)
      await tellOfDomain({ ...uses, mail }, tx, organizationId, { step, domain, offAt })
    })
  }

  async function recheck(signal?: AbortSignal): Promise<void> {
    const now = clock.now().getTime()
    const due = await database.sql<{ organization_id: string; domain: string }[]>`
      select organization_id, domain
      from company_sign_in.due_domains(${new Date(now - 7 * day)}, ${new Date(now - 0.8 * day)}, ${mostAtOnce})`
    for (let at = 0; at < due.length; at += sideBySide) {
      signal?.throwIfAborted()
      const some = due.slice(at, at + sideBySide)
      await Promise.all(
        some.map(async ({ organization_id: organizationId, domain }) => {
          const looked = await ask(organizationId, domain).catch(unlessGone)
          if (looked) await settle(organizationId, domain, looked).catch(unlessGone)
        }),
      )
    }
  }
  jobs.define(
    'company-sign-in.recheck',
    { purpose: 'access', cron: '23 4 * * *', atMostSeconds: 900 },
    (_data, signal) => recheck(signal),
  )

  return {
    async list(organizationId: string): Promise<z.input<typeof domainList>> {
      const rows = await database.inOrganization(
        organizationId,
        (tx) => tx<Row[]>`
          select domain, challenge, answer, asked_at, seen_at, proven_at, lost_at from company_sign_in.domain
          where organization_id = ${organizationId} order by domain limit ${most}`,
      )
      return {
        domains: rows.map((row) => ({
          domain: row.domain,
          record: { name: recordName(row.domain), value: row.challenge },
          state: row.lost_at ? 'lost' : row.proven_at ? 'proven' : 'waiting',
          answer: row.answer,
          askedAt: row.asked_at?.toISOString() ?? null,
          offAt: row.lost_at ? new Date(row.lost_at.getTime() + graceMilliseconds).toISOString() : null,
        })),
      }
    },

    /** Whether another organisation has it is not said: whoever asks has proved nothing yet. */
    add: (organizationId: string, text: string, by: By): Promise<void> =>
      database.inOrganization(organizationId, async (tx) => {
        const domain = readDomain(text)
        if (domain === undefined) throw noDomain()
        const [count] = await tx<{ many: number }[]>`
          select count(*)::int as many from company_sign_in.domain where organization_id = ${organizationId}`
        if ((count?.many ?? 0) >= most) throw tooManyDomains()
        const { count: isNew } = await tx`
          insert into company_sign_in.domain (organization_id, domain, challenge, answer, added_at)
          values (${organizationId}, ${domain}, ${newToken()}, 'not-asked', ${clock.now()})
          on conflict (organization_id, domain) do nothing`
        if (isNew > 0) await record(tx, organizationId, 'added', domain, by)
      }),

    async prove(organizationId: string, domain: string, by: By): Promise<void> {
      const looked = await ask(organizationId, domain)
      const now = clock.now()
      try {
        await database.inOrganization(organizationId, async (tx) => {
          const row = await find(tx, organizationId, domain)
          if (looked !== 'there') {
            // One that is proven is lost by the looks that come by themselves alone, never by pressing a button.
            await tx`
              update company_sign_in.domain set answer = ${looked}, asked_at = ${now}
              where organization_id = ${organizationId} and domain = ${domain} and proven_at is null`
            return
          }
          await tx`
            update company_sign_in.domain
            set answer = 'there', asked_at = ${now}, seen_at = ${now}, lost_at = null, proven_at = coalesce(proven_at, ${now})
            where organization_id = ${organizationId} and domain = ${domain}`
          if (!row.proven_at) await record(tx, organizationId, 'proven', domain, by)
        })
      } catch (error) {
        if (violatedConstraint(error) === 'domain_proven') throw domainTaken(error)
        throw error
      }
      if (looked === 'unanswered') throw domainUnanswered()
      if (looked !== 'there') throw domainNotProven(looked)
    },

    remove: (organizationId: string, domain: string, by: By): Promise<void> =>
      database.inOrganization(organizationId, async (tx) => {
        await find(tx, organizationId, domain)
        await tx`delete from company_sign_in.domain where organization_id = ${organizationId} and domain = ${domain}`
        await record(tx, organizationId, 'removed', domain, by)
      }),

    /** Whose people have addresses in that domain, by proof. The part before the at sign is nobody's matter here and goes nowhere. */
    async ledBy(email: string): Promise<string | undefined> {
      const domain = readDomain(email.slice(email.lastIndexOf('@') + 1))
      const [row] = await database.sql<{ organization_id: string }[]>`
        select organization_id from company_sign_in.led_by(${domain ?? ''})`
      return row?.organization_id
    },

    recheck,
  }
}

/** Removed while its name servers were being asked. */
function unlessGone(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'company_sign_in.domain_not_found') throw error
  return undefined
}
