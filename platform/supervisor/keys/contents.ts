import { z } from 'zod'
import { backupLivesDays, epochOfDate } from '#server/key-backups'
import { programs } from '../programs.ts'
import { Refusal } from '../refusal.ts'
import { column, qualified } from '../tables.ts'
import { sealedKeySchema } from './seal-to-officers.ts'

/** What a backup of keys says of itself in the clear. */
export const keysContents = z.object({
  format: z.literal(1),
  kind: z.literal('keys'),
  vartio: z.string(),
  madeAt: z.iso.datetime(),
  stores: z.partialRecord(z.enum(programs), z.object({ store: z.uuid(), epoch: z.int() })),
  tables: z.array(z.object({ name: qualified.regex(/^key_store\./), columns: z.array(column) })),
  officers: z.array(sealedKeySchema),
})
export type KeysContents = z.output<typeof keysContents>

/** Everything but the sealed keys themselves, as one text. */
export function boundOf({ officers: _officers, ...rest }: KeysContents): string {
  return JSON.stringify(rest)
}

/** Copied whole, in this order: what the tables of a key store are. */
export const keyTables = [
  {
    name: 'key_store.store',
    columns: ['is_only', 'store_id', 'root_number', 'rotation_due_at', 'epoch', 'side', 'is_rewrapping', 'changes'],
  },
  {
    name: 'key_store.scope',
    columns: ['scope_id', 'version', 'epoch', 'side', 'page_count', 'sealed_key', 'sealed_directory', 'erased_change'],
  },
  { name: 'key_store.page', columns: ['side', 'scope_id', 'number', 'sealed'] },
]

export function isTooOld(madeAt: Date, now: Date): boolean {
  return epochOfDate(now) - epochOfDate(madeAt) > backupLivesDays
}

export function refuseTooOld(madeAt: Date, now: Date): void {
  if (!isTooOld(madeAt, now)) return
  throw new Refusal(
    'file',
    `The backup of keys was made at ${madeAt.toISOString()}, more than ${backupLivesDays} days ago. Persons who were erased since would come back with it, so it is never used again; destroy it.`,
  )
}
