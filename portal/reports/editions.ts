import type { Language } from '#base/languages'
import type { By } from '#portal/organizations'
import { within } from '#server/purpose'
import { Reply } from '#server/routes'
import { type EditionDetail, type EditionList, type Figure, permissionOf } from './api.ts'
import { editionNotFound } from './errors.ts'
import type { Need } from './figures.ts'
import { writeFigures } from './letter.ts'
import { devicesTable, fileName, type Uses } from './make.ts'

/** So many at a time. */
const pageSize = 30

export type Reader = { readonly organizationId: string; readonly permissions: ReadonlySet<string> }

type Row = {
  edition_id: string
  period: 'week' | 'month'
  from_at: Date
  until_at: Date
  time_zone: string
  is_asked: boolean
  figures: Figure[]
  needs: Need[]
  sent: number
  withheld: number
  made_at: Date
}

const shown = (row: Row) => ({
  editionId: row.edition_id,
  period: row.period,
  from: row.from_at.toISOString(),
  until: row.until_at.toISOString(),
  timeZone: row.time_zone,
  isAsked: row.is_asked,
  madeAt: row.made_at.toISOString(),
  needs: row.needs,
})

/** The number of an edition tells its time, so it is where the next page goes on. */
export function listEditions({ database }: Uses, organizationId: string, after?: string): Promise<EditionList> {
  return database.inOrganization(organizationId, async (tx) => {
    const [last] = after
      ? await tx<{ made_at: Date; edition_id: string }[]>`
          select made_at, edition_id from reports.edition
          where organization_id = ${organizationId} and edition_id::text = ${Buffer.from(after, 'base64url').toString()}`
      : []
    if (after && !last) throw editionNotFound()
    const rows = await tx<Row[]>`
      select * from reports.edition where organization_id = ${organizationId}
        ${last ? tx`and (made_at, edition_id) < (${last.made_at}, ${last.edition_id})` : tx``}
      order by made_at desc, edition_id desc limit ${pageSize + 1}`
    const page = rows.slice(0, pageSize)
    const end = page.at(-1)
    return {
      editions: page.map((row) => ({ ...shown(row), sent: row.sent, withheld: row.withheld })),
      next: rows.length > pageSize && end ? Buffer.from(end.edition_id).toString('base64url') : null,
    }
  })
}

export function readEdition(
  { database, organizations }: Uses,
  { organizationId, permissions }: Reader,
  editionId: string,
): Promise<EditionDetail> {
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select * from reports.edition where organization_id = ${organizationId} and edition_id = ${editionId}`
    if (!row) throw editionNotFound()
    const organizationName = (await organizations.describe(tx, [organizationId])).get(organizationId)?.name ?? ''
    const figures = row.figures.filter(({ part }) => permissions.has(permissionOf[part]))
    return { ...shown(row), organizationName, figures }
  })
}

const csv = (name: string, text: string) =>
  new Reply(
    200,
    { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` },
    Buffer.from(text),
  )

export async function writeEdition(uses: Uses, reader: Reader, editionId: string, language: Language): Promise<Reply> {
  const { figures } = await readEdition(uses, reader, editionId)
  return csv(fileName.figures[language], writeFigures(language, figures))
}

/** With names, so it is recorded whoever takes it. */
export async function writeLacking(uses: Uses, organizationId: string, language: Language, by: By): Promise<Reply> {
  const { name, text } = await within('service', () => devicesTable(uses, organizationId, language))
  await uses.database.inOrganization(organizationId, (tx) =>
    uses.audit.record(tx, {
      organizationId,
      action: 'reports.exported',
      target: { kind: 'organization', id: organizationId },
      ...by,
    }),
  )
  return csv(name, text)
}
