import type { Sql } from './database.ts'
import type { Description, Table } from './describe.ts'
import type { Words } from './purpose.ts'
import type { Rows, Subject } from './rights.ts'

// Rows of somebody, found by what the description of a table says of its owner and subjects.

export type Findable = {
  readonly schema: string
  readonly name: string
  readonly title: Words
  readonly table: Table
  /** Columns that name the person, and by what. */
  readonly by: readonly { readonly column: string; readonly by: 'person' | 'subject' | 'address' }[]
}

/** Tables in which somebody can be found. */
export function findable(descriptions: readonly Description[]): Findable[] {
  return descriptions.flatMap(({ schema, tables }) =>
    Object.entries(tables).flatMap(([name, table]) => {
      const owner = table.owner?.kind === 'person' ? [{ column: table.owner.column, by: 'person' as const }] : []
      const subjects = Object.entries(table.subjects ?? {}).map(([column, { by }]) => ({ column, by }))
      // A row with an owner is its owner's: others it mentions are found in it, but do not take it with them.
      const by = owner.length > 0 ? owner : subjects
      if (by.length === 0) return []
      if (!table.title) throw new Error(`${schema}.${name} has no title`)
      return [{ schema, name, title: table.title, table, by }]
    }),
  )
}

/** Days of a log go as a whole, at their limit: a row in them is not touched (it is sealed), and its number leads to nobody any more. */
export const staysAtErasure = ({ keep }: Table): boolean => 'by' in keep && keep.by === 'day'

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const nameOf = ({ schema, name }: Findable) => `${quote(schema)}.${quote(name)}`

function where({ by }: Findable, { personId, handle, addresses }: Subject): { text: string; values: unknown[] } {
  const values: unknown[] = []
  const place = (value: unknown) => `$${values.push(value)}`
  const text = by
    .map(({ column, by: what }) => {
      if (what === 'person') return `${quote(column)} = ${place(personId)}`
      if (what === 'subject') return `${quote(column)} = ${place(handle)}`
      return `pg_catalog.lower(${quote(column)}) = any (${place(addresses.map((one) => one.toLowerCase()))})`
    })
    .join(' or ')
  return { text, values }
}

export async function countRows(tx: Sql, table: Findable, subject: Subject): Promise<number> {
  const { text, values } = where(table, subject)
  const [row] = await tx.unsafe<{ count: number }[]>(
    `select count(*)::int as count from ${nameOf(table)} where ${text}`,
    values as never[],
  )
  return row?.count ?? 0
}

export async function deleteRows(tx: Sql, table: Findable, subject: Subject): Promise<number> {
  const { text, values } = where(table, subject)
  const { count } = await tx.unsafe(`delete from ${nameOf(table)} where ${text}`, values as never[])
  return count
}

/** In the order of the key, so that a page begins where the last one ended. */
export async function listRows(tx: Sql, table: Findable, subject: Subject, from: number, most: number): Promise<Rows> {
  const { text, values } = where(table, subject)
  const key = await tx<{ name: string }[]>`
    select a.attname as name from pg_catalog.pg_index i
    cross join lateral unnest(i.indkey) with ordinality as k (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
    where i.indrelid = pg_catalog.to_regclass(${nameOf(table)}) and i.indisprimary order by k.place`
  const order = key.map(({ name }) => quote(name)).join(', ')
  return tx.unsafe<Rows>(
    `select * from ${nameOf(table)} where ${text} ${order ? `order by ${order}` : ''} offset ${Number(from)} limit ${Number(most)}`,
    values as never[],
  )
}
