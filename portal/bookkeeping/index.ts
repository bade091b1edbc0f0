import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import { grounds } from '#server/grounds'
import type { Jobs } from '#server/jobs'
import type { Rights, Rows, Subject } from '#server/rights'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import { endOfYear, keptUntilEndOf, yearsKept } from '#server/statutory'
import type { newRecord, RecordList, recordMade, recordQuery } from './api.ts'
import { copyMissing, dropCopy, type Place, writeCopy } from './copies.ts'
import { data } from './data.ts'
import { badYear, providerOnly, tooMany } from './errors.ts'
import { openRows, type Row, type Voucher } from './records.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly jobs: Pick<Jobs, 'define' | 'send'>
  readonly rights: Pick<Rights, 'add'>
  /** Where copies lie that emergency destruction spares, and the keys they are sealed to. */
  readonly place: Place
}
type Uses = { readonly audit: Pick<Audit, 'record'>; readonly organizations: Pick<Organizations, 'describe'> }

export type Bookkeeping = {
  record(organizationId: string, given: z.output<typeof newRecord>, by: By): Promise<z.input<typeof recordMade>>
  list(organizationId: string, query: z.output<typeof recordQuery>): Promise<RecordList>
  /** Of one financial year, one line of JSON for each. */
  export(organizationId: string, year: number, by: By): Promise<string>
  /** Writes the copies that are missing, as after a restore; answers how many. Every hour by itself, and once the program listens. */
  copy(): Promise<number>
  begin(): Promise<void>
  readonly routes: readonly Route[]
}

const atOnce = 100
const mostInFile = 20_000
/** A financial year has eighteen months at most (Accounting Act 1:4). */
const longestYearDays = 550

export function createBookkeeping(
  { database, clock, sealed, jobs, rights, place }: Needs,
  { audit, organizations }: Uses,
): Bookkeeping {
  const sealer = sealed.table(data, 'record', ['contact_name', 'contact_email', 'voucher'])

  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })

  /** `year`: in which the financial year ended. */
  const read = (tx: Sql, year: number | undefined, behind: string | undefined, most: number) => {
    const from = year === undefined ? null : endOfYear(year)
    return tx<Row[]>`
      select record_id, kind, recorded_at, counted_from, sealed from bookkeeping.record
      where (${from}::timestamptz is null or counted_from = ${from}) and (${behind ?? null}::uuid is null or record_id < ${behind ?? null}::uuid)
      order by record_id desc limit ${most}`
  }

  const checkYear = ({ at, financialYearEnd }: z.output<typeof newRecord>): number => {
    const days = (Date.parse(financialYearEnd) - Date.parse(at)) / 86_400_000
    const until = keptUntilEndOf(financialYearEnd)
    const now = clock.now().getUTCFullYear()
    if (days < 0 || days > longestYearDays || until < now || until > keptUntilEndOf(`${now + 2}-12-31`)) throw badYear()
    return until
  }

  const bookkeeping: Omit<Bookkeeping, 'routes'> = {
    async record(organizationId, { kind, contactName = null, contactEmail = null, ...given }, by) {
      const until = checkYear({ kind, ...given })
      const recordId = newId(clock.now().getTime())
      const recordedAt = clock.now()
      const voucher: Voucher = { ...given, amountCents: given.amountCents ?? null, text: given.text ?? null }
      const value = await sealer.sealOne(
        { record_id: recordId },
        { contact_name: contactName, contact_email: contactEmail, voucher: JSON.stringify(voucher) },
      )
      const token = contactEmail === null ? null : await sealer.token('contact_email', contactEmail)
      const record = {
        recordId,
        kind,
        ...voucher,
        contactName,
        contactEmail,
        recordedAt: recordedAt.toISOString(),
        keptUntilEndOf: until,
      }
      try {
        await inProvider(organizationId, async (tx) => {
          await tx`
            insert into bookkeeping.record (record_id, kind, recorded_at, counted_from, sealed, contact_token)
            values (${recordId}, ${kind}, ${recordedAt}, ${endOfYear(until - yearsKept)}, ${value}, ${token})`
          await audit.record(tx, {
            organizationId,
            ...by,
            action: 'bookkeeping.recorded',
            target: { kind: 'organization', id: organizationId },
            details: { record: recordId, kind },
          })
          // Before the commit: nothing is answered as kept of which there is no copy.
          await writeCopy(place, record)
        })
      } catch (error) {
        // Whatever of it was committed after all, the next hour copies again.
        dropCopy(place, record)
        throw error
      }
      return { recordId, keptUntilEndOf: until }
    },

    list: (organizationId, { year, cursor }) =>
      inProvider(organizationId, async (tx) => {
        const behind = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString()
        const rows = await read(tx, year, behind && /^[0-9a-f-]{36}$/.test(behind) ? behind : undefined, atOnce)
        const last = rows.length === atOnce ? rows.at(-1) : undefined
        return {
          records: await openRows(sealer, rows),
          next: last ? Buffer.from(last.record_id).toString('base64url') : null,
        }
      }),

    export: (organizationId, year, by) =>
      inProvider(organizationId, async (tx) => {
        const rows = await read(tx, year, undefined, mostInFile + 1)
        if (rows.length > mostInFile) throw tooMany()
        await audit.record(tx, {
          organizationId,
          ...by,
          action: 'bookkeeping.exported',
          target: { kind: 'organization', id: organizationId },
          details: { year, count: rows.length },
        })
        return (await openRows(sealer, rows)).map((record) => `${JSON.stringify(record)}\n`).join('')
      }),

    copy: () => copyMissing({ database, sealer, clock, place }),
    begin: () => jobs.send(undefined, 'bookkeeping.copy', {}),
  }

  const tokens = ({ addresses }: Subject) => Promise.all(addresses.map((one) => sealer.token('contact_email', one)))
  rights.add('bookkeeping', {
    rows: {
      record: {
        async count(tx, subject) {
          const [row] = await tx<{ count: number }[]>`
            select count(*)::int as count from bookkeeping.record where contact_token = any (${await tokens(subject)}::int8[])`
          return row?.count ?? 0
        },
        list: async (tx, subject, from, most) => tx<Rows>`
          select * from bookkeeping.record where contact_token = any (${await tokens(subject)}::int8[])
          order by record_id offset ${from} limit ${most}`,
        // It goes at its limit and not before, whoever asks (GDPR Art. 17(3)(b)).
        keptBecause: grounds.law.words,
      },
    },
  })
  jobs.define('bookkeeping.copy', { purpose: 'bookkeeping', cron: '23 * * * *' }, async () => {
    await bookkeeping.copy()
  })
  return { ...bookkeeping, routes: routes(bookkeeping) }
}
