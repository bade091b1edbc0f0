import { newId } from '#base/ids'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Sql } from '#server/database'
import type { Mail } from '#server/mail'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import { type Part, type Period, permissionOf } from './api.ts'
import { reportNotFound } from './errors.ts'
import { type Uses as Counting, listLacking, type Told, workOut } from './figures.ts'
import { writeDevices, writeFigures, writeLetter } from './letter.ts'
import { nextAfter, spanBefore, type Timing } from './zone.ts'

export type Uses = Counting & {
  readonly log: Log
  readonly portalUrl: URL
  readonly mail: Pick<Mail, 'send'>
  readonly rights: Pick<Rights, 'restrictedAmong'>
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<People, 'whoMay' | 'whereTo' | 'names'>
}

export type Row = {
  organization_id: string
  report_id: string
  parts: Part[]
  period: Period
  on_day: number
  at_hour: number
  time_zone: string
  has_names: boolean
  is_on: boolean
  next_at: Date
}
export const timingOf = (row: Row): Timing => ({
  period: row.period,
  day: row.on_day,
  hour: row.at_hour,
  timeZone: row.time_zone,
})

export type Report = { readonly organizationId: string; readonly reportId: string }
/** Somebody who wants it now, for themselves. */
export type Asker = { readonly personId: string; readonly by: By }

export async function readRow(tx: Sql, { organizationId, reportId }: Report): Promise<Row | undefined> {
  const [row] = await tx<Row[]>`
    select organization_id, report_id, parts, period, on_day, at_hour, time_zone, has_names, is_on, next_at
    from reports.report where organization_id = ${organizationId} and report_id = ${reportId}`
  return row
}

const mostAtOnce = 1_000

/** Each by itself: one that fails keeps none back, and stays due. */
export async function makeDue(uses: Uses): Promise<void> {
  const { database, clock, log } = uses
  const due = await database.sql<{ organization_id: string; report_id: string }[]>`
    select organization_id, report_id from reports.due(${clock.now()}, ${mostAtOnce})`
  for (const { organization_id: organizationId, report_id: reportId } of due)
    await make(uses, { organizationId, reportId }).catch((error: unknown) =>
      log.warn('a report was not made and is tried again', { area: 'reports', id: reportId, error }),
    )
}

/**
 * Counts first, then writes letters, edition and the next time in one transaction. Whoever moves the next time on is the one who sends; a period that was told is never
 * told again. After a pause over several periods only the last one is told.
 */
export async function make(uses: Uses, report: Report, asker?: Asker): Promise<string | undefined> {
  const { database, clock } = uses
  const { organizationId, reportId } = report
  const now = clock.now()
  const row = await database.inOrganization(organizationId, (tx) => readRow(tx, report))
  if (!row && asker) throw reportNotFound()
  if (!row || (!asker && (!row.is_on || row.next_at > now))) return undefined
  const { parts, period, time_zone: timeZone } = row
  const [span, before] = [spanBefore(now, period, timeZone), spanBefore(now, period, timeZone, 1)]
  const told = await workOut(uses, { organizationId, span, before, parts, period })
  const editionId = newId(now.getTime())
  return database.inOrganization(organizationId, async (tx) => {
    if (!asker) {
      const moved = await tx`
        update reports.report set next_at = ${nextAfter(now, timingOf(row))}
        where organization_id = ${organizationId} and report_id = ${reportId} and is_on and next_at <= ${now}`
      if (moved.count === 0) return undefined
    }
    const made = await tx`
      insert into reports.edition (organization_id, edition_id, report_id, parts, period, from_at, until_at, time_zone, is_asked, figures, needs,
        sent, withheld, made_at)
      values (${organizationId}, ${editionId}, ${reportId}, ${parts as Part[]}, ${period}, ${span.from}, ${span.until}, ${timeZone},
        ${asker !== undefined}, ${tx.json(told.figures as never)}, ${tx.json(told.needs as never)}, 0, 0, ${now})
      on conflict (organization_id, report_id, period, from_at) where not is_asked do nothing`
    if (made.count === 0) return undefined
    await sendAll(uses, tx, { row, told, editionId, span, timeZone }, asker)
    return editionId
  })
}

type Edition = {
  readonly row: Row
  readonly told: Told
  readonly editionId: string
  readonly span: { readonly from: Date; readonly until: Date }
  readonly timeZone: string
}

/** Who may read it is asked at this moment, of each part of it: who has lost the right since they were chosen gets nothing. */
async function sendAll(uses: Uses, tx: Sql, edition: Edition, asker: Asker | undefined): Promise<void> {
  const { people, rights, audit, organizations } = uses
  const { row, editionId } = edition
  const { organization_id: organizationId, report_id: reportId } = row
  const chosen = asker
    ? [asker.personId]
    : (
        await tx<{ person_id: string }[]>`
          select person_id from reports.recipient
          where organization_id = ${organizationId} and report_id = ${reportId} order by person_id`
      ).map((one) => one.person_id)
  const may = async (permission: Parameters<People['whoMay']>[1]['permission']) =>
    new Set(
      (await people.whoMay(tx, { organizationId, permission, among: chosen, most: chosen.length })).map(
        ({ personId }) => personId,
      ),
    )
  const readers = await may('overview.read')
  const openedTo = new Map<string, ReadonlySet<string>>()
  for (const permission of new Set([...Object.values(permissionOf), 'devices.read' as const]))
    openedTo.set(permission, await may(permission))
  const restricted = await rights.restrictedAmong(tx, chosen)
  const name = (await organizations.describe(tx, [organizationId])).get(organizationId)?.name ?? ''
  let [sent, withheld] = [0, 0]
  for (const personId of chosen) {
    const wantsNames = row.has_names && (openedTo.get('devices.read')?.has(personId) ?? false)
    const figures = edition.told.figures.filter(({ part }) => openedTo.get(permissionOf[part])?.has(personId))
    const theirs = { ...edition, told: { ...edition.told, figures } }
    const isReader = readers.has(personId) && !restricted.has(personId)
    const isSent = isReader && (await send(uses, tx, personId, theirs, { name, wantsNames }))
    if (isSent) sent += 1
    else withheld += 1
    await audit.record(tx, {
      organizationId,
      action: isSent ? 'reports.sent' : 'reports.withheld',
      target: { kind: 'person', id: personId },
      details: { report: reportId, edition: editionId, ...(isSent ? { names: wantsNames } : {}) },
      ...(asker ? asker.by : { actor: { kind: 'program', name: 'reports' } as const }),
    })
  }
  await tx`
    update reports.edition set sent = ${sent}, withheld = ${withheld}
    where organization_id = ${organizationId} and edition_id = ${editionId}`
}

/** False for somebody who is gone by now. */
async function send(
  uses: Uses,
  tx: Sql,
  personId: string,
  { row, told, editionId, span, timeZone }: Edition,
  { name, wantsNames }: { name: string; wantsNames: boolean },
): Promise<boolean> {
  const { people, mail, portalUrl } = uses
  const letter = await within('members', () => people.whereTo(tx, personId))
  if (!letter) return false
  const { to, language } = letter
  const link = new URL(`/reports/${editionId}?organization=${row.organization_id}`, portalUrl).href
  const about = { ...span, organization: name, timeZone, ...told, link, hasNames: wantsNames }
  const named = wantsNames ? [await devicesTable(uses, row.organization_id, language)] : []
  await mail.send(tx, {
    to,
    language,
    ...writeLetter(language, about),
    tables: [{ name: fileName.figures[language], text: writeFigures(language, told.figures) }, ...named],
  })
  return true
}

export const fileName = {
  figures: { fi: 'luvut.csv', en: 'figures.csv' },
  devices: { fi: 'laitteet.csv', en: 'devices.csv' },
} as const

export const devicesTable = async (uses: Uses, organizationId: string, language: Language) => ({
  name: fileName.devices[language],
  text: writeDevices(language, await listLacking(uses, organizationId)),
})
