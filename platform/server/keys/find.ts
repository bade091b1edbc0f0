import type { KeyObject } from 'node:crypto'
import type { OpenPage } from './cache.ts'
import { type Entry, entryFor } from './directory.ts'
import type { Inside, KeyMap } from './keys.ts'
import { ownerOf, readKey } from './pages.ts'
import { openPage, openScope, type ScopeRow, type Store, storeDamaged } from './records.ts'
import { keyObject } from './sealing.ts'

/** A scope of so few pages is read whole: one question instead of two. */
const fewPages = 4

/** Somebody writes while we read, or the root is changed under us: then we look again. Never so often by chance. */
const mostAttempts = 10

export async function findKeys(inside: Inside, scope: string, owners: readonly string[]): Promise<KeyMap> {
  const found = inside.cache.takeAll(scope, owners)
  // Also when their page is open: another process may have made the key since.
  const missing = [...new Set(owners.filter((owner) => !found.has(owner)))]
  if (missing.length > 0) for (const [owner, key] of await readScope(inside, scope, missing)) found.set(owner, key)
  return found
}

/** Afterwards the scope is open, if there is one. */
export async function readScope(inside: Inside, scope: string, owners: readonly string[] = []): Promise<KeyMap> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const read = await readOwners(inside, scope, owners)
    if (read) return read
  }
  throw storeDamaged('a scope, its pages and its root do not fit together')
}

type Row = Store & ScopeRow & { readonly number: number | null; readonly sealed: Buffer | null }

/** Undefined when what was read does not fit together and has to be read again. */
async function readOwners(inside: Inside, scope: string, owners: readonly string[]): Promise<KeyMap | undefined> {
  const { sql, cache } = inside
  const known = cache.get(scope)
  const numbers = known ? [...new Set(owners.map((owner) => entryFor(known.entries, ownerOf(owner)).number))] : []
  // One statement sees one moment: the scope, its pages and the number of the root belong together. What may be large comes with the
  // first row only, and not at all when we have it.
  const rows = await sql<Row[]>`
    select store.store_id, store.root_number, s.scope_id, s.version::text, s.epoch, s.side, p.number, p.sealed,
           case when ${known === undefined} or s.version <> ${String(known?.version ?? 0n)}::bigint
                then case when coalesce(p.place, 1) = 1 then s.sealed_key end end as sealed_key,
           case when ${known === undefined} or s.version <> ${String(known?.version ?? 0n)}::bigint
                then case when coalesce(p.place, 1) = 1 then s.sealed_directory end end as sealed_directory
    from key_store.store store cross join key_store.scope s
    left join lateral (
      select number, sealed, pg_catalog.row_number() over () as place from key_store.page
      where side = s.side and scope_id = s.scope_id and (number = any(${numbers}) or s.page_count <= ${fewPages})
    ) p on true
    where s.scope_id = ${scope}`
  const row = rows.find(({ sealed_key: key }) => key !== null) ?? rows[0]
  if (!row) return new Map()
  const version = BigInt(row.version)
  const opened = known?.version === version ? known : await openRow(inside, row)
  if (opened === 'again') return undefined
  if (opened === 'erased') return new Map()

  const byNumber = new Map(opened.entries.map((entry) => [entry.number, entry]))
  const pages = new Map<number, OpenPage>()
  for (const { number, sealed } of rows) {
    const entry = number === null ? undefined : byNumber.get(number)
    if (!entry || !sealed) continue
    const bytes = openPage(scope, entry, sealed)
    if (!bytes) throw storeDamaged('a page does not open')
    pages.set(entry.number, { key: entry.key, bytes })
  }
  const found = new Map<string, KeyObject>()
  let isComplete = true
  for (const owner of owners) {
    const page = pages.get(entryFor(opened.entries, ownerOf(owner)).number)
    const key = page && readKey(page.bytes, ownerOf(owner))
    if (key) found.set(owner, key)
    isComplete &&= page !== undefined
  }
  const isTimely = cache.put(scope, opened, pages, found)
  return isComplete && isTimely ? found : undefined
}

async function openRow(inside: Inside, row: Row) {
  if (!row.sealed_key) return 'erased' as const
  const root = await inside.roots.open({ store: row.store_id, number: row.root_number })
  // Its successor took over after we had read the row: the row is another by now.
  if (!root) return 'again' as const
  const opened = openScope(root, row, row)
  if (!opened) return 'erased' as const
  const { tokenKey, entries } = opened.directory
  return { version: opened.version, tokenKey: keyObject(tokenKey), entries: entries as readonly Entry[] }
}
