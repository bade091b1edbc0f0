import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import { within } from '#server/purpose'
import { listStatutory, recordFileName, writeStatutory, yearsKept } from '#server/statutory'
import type { BookkeepingRecord } from './api.ts'
import { noPlace } from './errors.ts'
import { openRows, type RecordSealer, type Row } from './records.ts'

/** `folder`: undefined where no supervisor has made one. */
export type Place = { readonly folder: string | undefined; readonly publicFolder: string }

const rowsAtOnce = 500

export async function writeCopy({ folder, publicFolder }: Place, record: BookkeepingRecord): Promise<void> {
  if (folder === undefined) throw noPlace()
  try {
    await writeStatutory(folder, publicFolder, { ...record, currency: 'EUR' })
  } catch (cause) {
    throw noPlace(cause)
  }
}

export function dropCopy({ folder }: Place, record: BookkeepingRecord): void {
  if (folder !== undefined) rmSync(join(folder, recordFileName(record)), { force: true })
}

/** What a restore brought back as rows alone is copied out again. Nothing is ever taken away here: copies go with their year. */
export function copyMissing({
  database,
  sealer,
  clock,
  place,
}: {
  database: Database
  sealer: RecordSealer
  clock: Clock
  place: Place
}): Promise<number> {
  const { folder } = place
  if (folder === undefined) return Promise.resolve(0)
  return within('bookkeeping', async () => {
    const known = new Set(listStatutory(folder).map(({ recordId }) => recordId))
    let count = 0
    for (let behind = '00000000-0000-0000-0000-000000000000'; ; ) {
      const rows = await database.sql<Row[]>`
        select record_id, kind, recorded_at, counted_from, sealed from bookkeeping.record
        where record_id > ${behind} and counted_from > ${addMonths(clock.now(), -12 * yearsKept)} order by record_id limit ${rowsAtOnce}`
      const missing = rows.filter(({ record_id: id }) => !known.has(id))
      for (const record of await openRows(sealer, missing)) {
        await writeCopy(place, record)
        count += 1
      }
      const last = rows.at(-1)
      if (!last || rows.length < rowsAtOnce) return count
      behind = last.record_id
    }
  })
}
