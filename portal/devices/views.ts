import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Database } from '#server/database'
import { type ShownView, shownView, type ViewList } from './api.ts'
import { tooManyViews, viewNotFound } from './errors.ts'
import type { Sealed } from './sealed.ts'

type Uses = { readonly database: Database; readonly clock: Clock; readonly sealed: Sealed }
/** Whose views, and of which organisation's devices. */
export type Looker = { readonly organizationId: string; readonly personId: string }

const mostViews = 50
/** A view that is used lives on; this often is often enough to note it. */
const notedAfterDays = 30

type Row = { view_id: string; person_id: string; is_current: boolean; shown: unknown; sealed: Buffer }

export function readViews({ database, clock, sealed }: Uses, { organizationId, personId }: Looker): Promise<ViewList> {
  return database.inOrganization(organizationId, async (tx) => {
    const now = clock.now()
    await tx`
      update devices.view set used_at = ${now} where organization_id = ${organizationId} and person_id = ${personId}
        and used_at < ${new Date(now.getTime() - notedAfterDays * 86_400_000)}`
    const rows = await tx<Row[]>`
      select view_id, person_id, is_current, shown, sealed from devices.view
      where organization_id = ${organizationId} and person_id = ${personId} order by view_id limit ${mostViews + 1}`
    const opened = await sealed.view.open(rows, ['name'])
    // What an earlier version kept in a form that this one does not know is as if it were not there.
    const views = rows.flatMap((row, at) => {
      const shown = shownView.safeParse(row.shown)
      return shown.success ? [{ row, shown: shown.data, name: opened[at]?.name ?? '' }] : []
    })
    return {
      current: views.find(({ row }) => row.is_current)?.shown ?? null,
      views: views
        .filter(({ row }) => !row.is_current)
        .map(({ row, name, shown }) => ({ viewId: row.view_id, name, shown })),
    }
  })
}

/** A view under a name, or the list as they have left it, of which there is one. */
export async function keepView(
  { database, clock, sealed }: Uses,
  { organizationId, personId }: Looker,
  shown: ShownView,
  name?: string,
): Promise<string> {
  const now = clock.now()
  const viewId = newId(now.getTime())
  const value = await sealed.view.sealOne({ view_id: viewId, person_id: personId }, { name: name ?? '' })
  await database.inOrganization(organizationId, async (tx) => {
    const isCurrent = name === undefined
    if (isCurrent)
      await tx`delete from devices.view where organization_id = ${organizationId} and person_id = ${personId} and is_current`
    const [row] = await tx<[{ count: number }]>`
      select count(*)::int as count from devices.view where organization_id = ${organizationId} and person_id = ${personId}`
    if (row.count > mostViews) throw tooManyViews()
    await tx`
      insert into devices.view (organization_id, view_id, person_id, is_current, shown, sealed, used_at)
      values (${organizationId}, ${viewId}, ${personId}, ${isCurrent}, ${tx.json(shown)}, ${value}, ${now})
      ${isCurrent ? tx`on conflict (organization_id, person_id) where is_current do nothing` : tx``}`
  })
  return viewId
}

export function forgetView({ database }: Uses, { organizationId, personId }: Looker, viewId: string): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const gone = await tx`
      delete from devices.view
      where organization_id = ${organizationId} and person_id = ${personId} and view_id = ${viewId} and not is_current`
    if (gone.count === 0) throw viewNotFound()
  })
}
