import { newId } from '#base/ids'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import { type NewReport, parts, type ReportList } from './api.ts'
import { badTimeZone, notReaders, reportNotFound, tooManyReports } from './errors.ts'
import type { Report, Row, Uses } from './make.ts'
import { isTimeZone, nextAfter } from './zone.ts'

const mostReports = 20
const mostReaders = 1_000

/** Whoever may read the overview may be sent what it says. */
const readersOf = ({ people }: Pick<Uses, 'people'>, tx: Sql, organizationId: string, among?: readonly string[]) =>
  people.whoMay(tx, { organizationId, permission: 'overview.read', ...(among ? { among } : {}), most: mostReaders })

export function list(uses: Uses, organizationId: string): Promise<ReportList> {
  const { database, people, organizations } = uses
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`
      select organization_id, report_id, parts, period, on_day, at_hour, time_zone, has_names, is_on, next_at
      from reports.report where organization_id = ${organizationId} order by report_id limit ${mostReports}`
    const chosen = await tx<{ report_id: string; person_id: string }[]>`
      select report_id, person_id from reports.recipient where organization_id = ${organizationId} order by person_id limit 1000`
    const readers = await readersOf(uses, tx, organizationId)
    const ids = [
      ...new Set([...readers, ...chosen.map((one) => ({ personId: one.person_id }))].map((one) => one.personId)),
    ]
    const names = await within('members', () => people.names(tx, ids))
    const mayRead = new Set(readers.map(({ personId }) => personId))
    const kinds = (await organizations.describe(tx, [organizationId])).get(organizationId)?.kinds ?? []
    const shown = (personId: string) => ({ personId, name: names.get(personId) ?? null })
    return {
      reports: rows.map((row) => ({
        reportId: row.report_id,
        parts: row.parts,
        period: row.period,
        day: row.on_day,
        hour: row.at_hour,
        timeZone: row.time_zone,
        hasNames: row.has_names,
        isOn: row.is_on,
        nextAt: row.is_on ? row.next_at.toISOString() : null,
        recipients: chosen
          .filter((one) => one.report_id === row.report_id)
          .map((one) => ({ ...shown(one.person_id), isReader: mayRead.has(one.person_id) })),
      })),
      readers: readers
        .map(({ personId }) => shown(personId))
        .sort((one, other) => (one.name ?? '').localeCompare(other.name ?? '', 'fi')),
      // A company looks after nobody.
      parts: parts.filter((part) => part !== 'companies' || kinds.some((kind) => kind !== 'company')),
    }
  })
}

/** Made, or changed where `reportId` says which. */
export function keep(
  uses: Uses,
  { organizationId, ...given }: Partial<Report> & { organizationId: string },
  wanted: NewReport,
  by: By,
) {
  const { database, clock, audit } = uses
  const { period, day, hour, timeZone, hasNames, isOn, recipients } = wanted
  if (!isTimeZone(timeZone)) throw badTimeZone()
  const now = clock.now()
  const nextAt = nextAfter(now, wanted)
  return database.inOrganization(organizationId, async (tx) => {
    const reportId = given.reportId ?? newId(now.getTime())
    const readers = await readersOf(uses, tx, organizationId, recipients)
    if (readers.length < recipients.length) throw notReaders()
    if (given.reportId) {
      const changed = await tx`
        update reports.report set parts = ${wanted.parts}, period = ${period}, on_day = ${day}, at_hour = ${hour}, time_zone = ${timeZone},
          has_names = ${hasNames}, is_on = ${isOn}, next_at = ${nextAt}, changed_at = ${now}
        where organization_id = ${organizationId} and report_id = ${reportId}`
      if (changed.count === 0) throw reportNotFound()
      await tx`delete from reports.recipient where organization_id = ${organizationId} and report_id = ${reportId}`
    } else {
      const [row] = await tx<[{ count: number }]>`
        select count(*)::int as count from reports.report where organization_id = ${organizationId}`
      if (row.count >= mostReports) throw tooManyReports()
      await tx`
        insert into reports.report (organization_id, report_id, parts, period, on_day, at_hour, time_zone, has_names, is_on, next_at, created_at,
          changed_at)
        values (${organizationId}, ${reportId}, ${wanted.parts}, ${period}, ${day}, ${hour}, ${timeZone}, ${hasNames}, ${isOn}, ${nextAt},
          ${now}, ${now})`
    }
    await tx`
      insert into reports.recipient (organization_id, report_id, person_id)
      select ${organizationId}, ${reportId}, id from unnest(${recipients}::uuid[]) id`
    await audit.record(tx, {
      organizationId,
      action: given.reportId ? 'reports.changed' : 'reports.made',
      target: { kind: 'organization', id: organizationId },
      details: {
        report: reportId,
        parts: wanted.parts,
        period,
        names: hasNames,
        on: isOn,
        recipients: recipients.length,
      },
      ...by,
    })
    return reportId
  })
}

/** What was sent of it stays in the history. */
export function remove({ database, audit }: Uses, { organizationId, reportId }: Report, by: By): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const gone =
      await tx`delete from reports.report where organization_id = ${organizationId} and report_id = ${reportId}`
    if (gone.count === 0) throw reportNotFound()
    await audit.record(tx, {
      organizationId,
      action: 'reports.removed',
      target: { kind: 'organization', id: organizationId },
      details: { report: reportId },
      ...by,
    })
  })
}
