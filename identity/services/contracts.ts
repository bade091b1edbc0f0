import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { hashToken, newId, newToken } from '#base/ids'
import { afterCommit, type Database, type Sql } from '#server/database'
import type { Sealing } from '#server/sealed'
import { type Contract, type ContractAnswer, type contractList, eea, hasSecret, type Protocol, scopes } from './api.ts'
import { data } from './data.ts'
import { contractNotFound, contractOver, notInEea, secretNotUsed, termsSuperseded, unsigned } from './errors.ts'
import type { PublicKey } from './index.ts'
import type { Template } from './terms.ts'

const day = 86_400_000
/** How long the old secret still works after a new one was made. */
const overlapDays = 7

type Row = {
  client_id: string
  contract_id: string
  state: 'test' | 'in-force'
  name: string
  organization: string
  business_id: string
  seat: string
  hosting: string[]
  notice_months: number
  identifiers: string[]
  has_groups: boolean
  groups: string[]
  invoiced_at: string | null
  subject: 'pairwise' | 'event'
  ways: string[]
  terms: string
  accepted_at: Date | null
  declared_at: Date
  outdated_at: Date | null
  made_at: Date
  enforced_at: Date | null
  ends_at: Date | null
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  jwks: { keys: PublicKey[] }
  scopes: string[]
  protocol: Protocol
}

/** Registering services of others (ID-35 to ID-37, ID-60, ID-61, ID-63). A contract begins in test mode, in which only made-up data is released. */
export function createContracts(
  platform: { database: Database; clock: Clock; sealed: Sealing },
  /** Called when what is known of a service may be another now. */
  changed: (clientId: string) => void,
  { newest, versions }: Template,
) {
  const { database, clock, sealed } = platform
  const { sql } = database
  const persons = sealed.table(data, 'contract_person', ['name', 'email', 'phone'])

  const stateOf = (row: Pick<Row, 'state' | 'ends_at'>): ContractAnswer['state'] =>
    row.ends_at === null ? row.state : row.ends_at <= clock.now() ? 'ended' : 'ending'

  /** A-13. */
  const dueAt = (row: Pick<Row, 'declared_at' | 'outdated_at'>) => row.outdated_at ?? addMonths(row.declared_at, 12)
  const termsOf = (version: string) => ({ version, ...versions[version]! })

  const list = (row: Row) => ({
    clientId: row.client_id,
    contractId: row.contract_id,
    state: stateOf(row),
    name: row.name,
    organization: row.organization,
    endsAt: row.ends_at,
    declarationDueAt: dueAt(row),
    isDeclarationDue: stateOf(row) === 'in-force' && dueAt(row) <= clock.now(),
  })

  const read = (tx: Sql, clientIds: readonly string[] | null, lock = false) => tx<Row[]>`
    select c.client_id, c.contract_id, c.state, s.name, c.organization, c.business_id, c.seat, c.hosting, c.notice_months, c.identifiers, c.has_groups, c.groups,
      c.invoiced_at, c.subject, c.ways, c.terms, c.accepted_at, c.declared_at, c.outdated_at, c.made_at, c.enforced_at, c.ends_at, s.redirect_uris,
      s.post_logout_redirect_uris, s.jwks, s.scopes, s.protocol
    from services.contract c join services.service s on s.client_id = c.client_id
    where ${clientIds as string[] | null}::text[] is null or c.client_id = any (${clientIds as string[] | null}::text[])
    order by c.organization, c.client_id limit 1000 ${lock ? tx`for update` : tx``}`

  /** A contract that may still be changed, held until the transaction ends. */
  async function hold(tx: Sql, clientId: string): Promise<Row> {
    const [row] = await read(tx, [clientId], true)
    if (!row) throw contractNotFound()
    if (row.ends_at !== null) throw contractOver()
    return row
  }

  async function writePersons(tx: Sql, clientId: string, contract: Contract): Promise<void> {
    await tx`delete from services.contract_person where client_id = ${clientId}`
    // Numbers grow, so that they come back in their order.
    for (const [place, { role, name, email, phone }] of contract.persons.entries()) {
      const id = newId(clock.now().getTime() + place)
      const value = await persons.sealOne({ contract_person_id: id }, { name, email, phone })
      await tx`
        insert into services.contract_person (contract_person_id, client_id, role, sealed, email_token)
        values (${id}, ${clientId}, ${role}, ${value}, ${email === null ? null : await persons.token('email', email)})`
    }
  }

  /** Also of a change, whatever was declared. */
  function checkPlace({ seat, hosting }: Contract): void {
    if (![seat, ...hosting].every((country) => eea.includes(country))) throw notInEea()
  }

  const technical = (contract: Contract) => ({
    name: contract.name,
    redirect_uris: contract.redirectUris,
    post_logout_redirect_uris: contract.postLogoutRedirectUris,
    jwks: sql.json({ keys: contract.keys } as never),
    scopes: ['openid', ...contract.asked, ...(contract.identifiers.length > 0 ? ['identifiers'] : [])],
    protocol: sql.json(contract.protocol as never),
    changed_at: clock.now(),
  })
  const agreed = (contract: Contract) => ({
    organization: contract.organization,
    business_id: contract.businessId,
    seat: contract.seat,
    hosting: contract.hosting,
    notice_months: contract.noticeMonths,
    identifiers: contract.identifiers,
    has_groups: contract.hasGroups,
    groups: contract.groups,
    invoiced_at: contract.invoicedAt,
    subject: contract.subject,
    ways: contract.ways,
  })

  /** A-13: the declaration said nothing of these. */
  const moves = (row: Row, { seat, hosting, redirectUris, postLogoutRedirectUris, protocol }: Contract) => {
    const { backChannelLogout: told } = protocol
    const before = [...row.redirect_uris, ...row.post_logout_redirect_uris, row.protocol.backChannelLogout]
    const after = [...redirectUris, ...postLogoutRedirectUris, ...(told === null ? [] : [told])]
    return (
      seat !== row.seat ||
      hosting.some((country) => !row.hosting.includes(country)) ||
      after.some((address) => !before.includes(address))
    )
  }

  /** The newest terms, with what they assure. */
  const accept = (tx: Sql, clientId: string, version: string) => {
    if (version !== newest) throw termsSuperseded()
    const now = clock.now()
    return tx`
      update services.contract set terms = ${version}, accepted_at = ${now}, declared_at = ${now}, outdated_at = null
      where client_id = ${clientId}`
  }

  return {
    /** Of all services, or of these. */
    async list(clientIds?: readonly string[]): Promise<z.input<typeof contractList>> {
      return { contracts: (await read(sql, clientIds ?? null)).map(list) }
    },

    async find(clientId: string): Promise<ContractAnswer> {
      const [row] = await read(sql, [clientId])
      if (!row) throw contractNotFound()
      const rows = await sql<{ contract_person_id: string; role: 'contact' | 'signatory'; sealed: Buffer }[]>`
        select contract_person_id, role, sealed from services.contract_person
        where client_id = ${clientId} order by contract_person_id`
      const opened = await persons.open(rows, ['name', 'email', 'phone'])
      const secrets = await sql<{ made_at: Date; ends_at: Date | null }[]>`
        select made_at, ends_at from services.secret
        where client_id = ${clientId} and (ends_at is null or ends_at > ${clock.now()}) order by made_at`
      return {
        ...list(row),
        endsAt: row.ends_at?.toISOString() ?? null,
        declarationDueAt: dueAt(row).toISOString(),
        terms: { ...termsOf(row.terms), acceptedAt: row.accepted_at?.toISOString() ?? null },
        newestTerms: termsOf(newest),
        madeAt: row.made_at.toISOString(),
        enforcedAt: row.enforced_at?.toISOString() ?? null,
        secrets: secrets.map((one) => ({
          madeAt: one.made_at.toISOString(),
          endsAt: one.ends_at?.toISOString() ?? null,
        })),
        contract: {
          name: row.name,
          organization: row.organization,
          businessId: row.business_id,
          seat: row.seat,
          hosting: row.hosting,
          persons: rows.map(({ role }, at) => ({
            role,
            name: opened[at]?.name ?? '',
            email: opened[at]?.email ?? null,
            phone: opened[at]?.phone ?? null,
          })),
          noticeMonths: row.notice_months,
          asked: scopes.filter((scope) => row.scopes.includes(scope)),
          identifiers: row.identifiers,
          hasGroups: row.has_groups,
          groups: row.groups,
          invoicedAt: row.invoiced_at,
          subject: row.subject,
          ways: row.ways,
          redirectUris: row.redirect_uris,
          postLogoutRedirectUris: row.post_logout_redirect_uris,
          keys: row.jwks.keys as Contract['keys'],
          protocol: row.protocol,
        },
      }
    },

    /** What a person may know of the contract under which a service has got data of theirs; whoever signed it is nobody's business. */
    async facts(clientId: string) {
      const [row] = await read(sql, [clientId])
      if (!row) return undefined
      return {
        name: row.name,
        organization: row.organization,
        businessId: row.business_id,
        seat: row.seat,
        hosting: row.hosting,
        state: stateOf(row),
        enforcedAt: row.enforced_at?.toISOString() ?? null,
        endsAt: row.ends_at?.toISOString() ?? null,
        asksGroups: row.has_groups,
        tellsSignOut: row.protocol.backChannelLogout !== null,
      }
    },

    /** In test mode. The service is named by the caller, so that asking twice makes one. */
    async make(clientId: string, contract: Contract): Promise<void> {
      checkPlace(contract)
      await database.transaction(async (tx) => {
        afterCommit(tx, () => changed(clientId))
        const { count } = await tx`
          insert into services.service ${tx({ client_id: clientId, is_own: false, ...technical(contract) } as never)}
          on conflict (client_id) do nothing`
        if (count === 0) return
        const now = clock.now()
        const row = { client_id: clientId, contract_id: newId(now.getTime()), state: 'test', terms: newest }
        const times = { made_at: now, declared_at: now }
        await tx`insert into services.contract ${tx({ ...row, ...agreed(contract), ...times } as never)}`
        await writePersons(tx, clientId, contract)
      })
    },

    async change(clientId: string, contract: Contract): Promise<void> {
      checkPlace(contract)
      await database.transaction(async (tx) => {
        afterCommit(tx, () => changed(clientId))
        const row = await hold(tx, clientId)
        if (row.state === 'in-force' && !isSigned(contract)) throw unsigned()
        await tx`update services.service set ${tx(technical(contract) as never)} where client_id = ${clientId}`
        // Before it is in force it is declared once more by whoever sends it.
        const isMoved = row.state === 'in-force' && row.outdated_at === null && moves(row, contract)
        const times = isMoved ? { outdated_at: clock.now() } : {}
        await tx`
          update services.contract set ${tx({ ...agreed(contract), ...times } as never)} where client_id = ${clientId}`
        // A secret that is no longer agreed on proves nothing.
        if (!hasSecret(contract.protocol)) await tx`delete from services.secret where client_id = ${clientId}`
        await writePersons(tx, clientId, contract)
      })
    },

    /** Whoever answers for the service accepts the newest terms, or has the provider do so, and assures anew that seat and hosting lie in the EEA. */
    async declare(clientId: string, version: string): Promise<void> {
      await database.transaction(async (tx) => {
        await hold(tx, clientId)
        await accept(tx, clientId, version)
      })
    },

    /** From here on data of persons is released. `version`: of the terms, where they are accepted by this. */
    async enforce(clientId: string, version?: string): Promise<void> {
      await database.transaction(async (tx) => {
        afterCommit(tx, () => changed(clientId))
        await hold(tx, clientId)
        const [signatory] = await tx`
          select 1 from services.contract_person where client_id = ${clientId} and role = 'signatory' limit 1`
        if (!signatory) throw unsigned()
        if (version !== undefined) await accept(tx, clientId, version)
        await tx`
          update services.contract set state = 'in-force', enforced_at = coalesce(enforced_at, ${clock.now()})
          where client_id = ${clientId}`
      })
    },

    /** Gives notice. One that was never in force ends at once. */
    async end(clientId: string): Promise<{ endsAt: string }> {
      return database.transaction(async (tx) => {
        afterCommit(tx, () => changed(clientId))
        const row = await hold(tx, clientId)
        const now = clock.now()
        const endsAt = row.state === 'test' ? now : addMonths(now, row.notice_months)
        await tx`update services.contract set ends_at = ${endsAt} where client_id = ${clientId}`
        // ID-77, A-23: with invoicing as long as bookkeeping law demands (Accounting Act 2:10: six years from the end of the year), else no longer.
        const eraseAt = row.invoiced_at === null ? endsAt : new Date(Date.UTC(endsAt.getUTCFullYear() + 7, 0, 1) - day)
        await tx`update services.contract_person set erase_at = ${eraseAt} where client_id = ${clientId}`
        return { endsAt: endsAt.toISOString() }
      })
    },

    /** Answers the new secret, once. The one before works for a week more; any older one no longer. */
    async makeSecret(clientId: string): Promise<{ secret: string }> {
      const secret = newToken()
      await database.transaction(async (tx) => {
        const row = await hold(tx, clientId)
        if (!hasSecret(row.protocol)) throw secretNotUsed()
        const now = clock.now()
        await tx`delete from services.secret where client_id = ${clientId} and ends_at is not null`
        await tx`
          update services.secret set ends_at = ${new Date(now.getTime() + overlapDays * day)} where client_id = ${clientId}`
        await tx`
          insert into services.secret (client_id, hash, made_at) values (${clientId}, ${hashToken(secret)}, ${now})`
      })
      return { secret }
    },
  }
}

const isSigned = ({ persons }: Contract) => persons.some(({ role }) => role === 'signatory')

/** The same day so many months later, or the last day of that month. */
function addMonths(from: Date, months: number): Date {
  const to = new Date(from)
  const date = to.getUTCDate()
  to.setUTCDate(1)
  to.setUTCMonth(to.getUTCMonth() + months)
  const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate()
  to.setUTCDate(Math.min(date, last))
  return to
}
