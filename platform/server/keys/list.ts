import type { Inside } from './keys.ts'
import { countOwners, ownerAt } from './pages.ts'
import { lockForWriting, openRoot, openScope, readPages, type ScopeRow } from './records.ts'

export type OwnersOfScope = { readonly scope: string; readonly owners: readonly string[] }

/** The first scope behind this one, with everybody in it; undefined when there is none. For the sweep of keys that nothing is sealed with. */
export function listOwners({ transaction, roots }: Inside, behind: string): Promise<OwnersOfScope | undefined> {
  return transaction(async (tx) => {
    const store = await lockForWriting(tx)
    const [row] = await tx<ScopeRow[]>`
      select scope_id, version::text, epoch, side, sealed_key, sealed_directory from key_store.scope
      where scope_id > ${behind} and sealed_key is not null order by scope_id limit 1`
    const opened = row && openScope(await openRoot(roots, store), store, row)
    if (!row || !opened) return undefined
    const numbers = opened.directory.entries.map(({ number }) => number)
    const pages = await readPages(tx, row.side, opened, numbers)
    const owners: string[] = []
    for (const page of pages.values()) {
      for (let place = 0; place < countOwners(page); place += 1) owners.push(ownerAt(page, place))
      page.fill(0)
    }
    return { scope: row.scope_id, owners }
  })
}
