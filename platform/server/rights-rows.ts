import type { Sql } from './database.ts'
import type { Description, Table } from './describe.ts'
import type { HeldRow } from './holds.ts'
import type { Words } from './purpose.ts'
import type { Rows, Subject } from './rights.ts'
import type { Sealer } from './sealed.ts'

// Rows of somebody, found by what the description of a table says of its owner and subjects.

export type Findable = {
  readonly schema: string
  readonly name: string
  readonly title: Words
  readonly table: Table
  /** Columns that name the person, and by what. */
  readonly by: readonly { readonly column: string; readonly by: 'person' | 'subject' | 'address' }[]
  /** Of a table with sealed values. */
  sealer(): Sealer | undefined
}

/** Tables in which somebody can be found. `sealers`: filled while the program's areas are built. */
export function findable(descriptions: readonly Description[], sealers: ReadonlyMap<string, Sealer>): Findable[] {
  return descriptions.flatMap(({ schema, tables }) =>
    Object.entries(tables).flatMap(([name, table]) => {
      const owner = table.owner?.kind === 'person' ? [{ column: table.owner.column, by: 'person' as const }] : []
      const subjects = Object.entries(table.subjects ?? {}).map(([column, { by }]) => ({ column, by }))
      // A row with an owner is its owner's: others it mentions are found in it, but do not take it with them.
      const by = owner.length > 0 ? owner : subjects
      if (by.length === 0) return []
      if (!table.title) throw new Error(`${schema}.${name} has no title`)
      return [{ schema, name, title: table.title, table, by, sealer: () => sealers.get(`${schema}.${name}`) }]
    }),
  )
}

/** Days of a log go as a whole, at their limit: a row in them is not touched (it is sealed), and its number leads to nobody any more. */
export const staysAtErasure = ({ keep }: Table): boolean => 'by' in keep && keep.by === 'day'

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const nameOf = ({ schema, name }: Findable) => `${quote(schema)}.${quote(name)}`

/** What stands for these addresses in a column of tokens. */
function tokensOf({ table, sealer }: Findable, column: string, addresses: readonly string[]): Promise<string[]> {
  const field = table.sealed?.tokens?.[column] ?? ''
  return Promise.all(addresses.map(async (address) => (await sealer()?.token(field, address)) ?? ''))
}

async function where(found: Findable, subject: Subject): Promise<{ text: string; values: unknown[] }> {
  const values: unknown[] = []
  const place = (value: unknown) => `$${values.push(value)}`
  const parts: string[] = []
  for (const { column, by } of found.by) {
    if (by === 'person') parts.push(`${quote(column)} = ${place(subject.personId)}`)
    else if (by === 'subject') parts.push(`${quote(column)} = ${place(subject.handle)}`)
    else parts.push(`${quote(column)} = any (${place(await tokensOf(found, column, subject.addresses))}::int8[])`)
  }
  return { text: parts.join(' or '), values }
}

/** What the rows say, in place of what they are sealed as and found by. */
export async function openRows({ table, sealer }: Findable, rows: Rows): Promise<Rows> {
  const sealed = table.sealed
  if (!sealed) return rows
  const opener = sealer()
  if (!opener) throw new Error(`no area has asked to open ${sealed.column}`)
  const opened = await opener.open(rows, opener.fields)
  const hidden = new Set([sealed.column, ...Object.keys(sealed.tokens ?? {})])
  return rows.map((row, at) => ({
    ...Object.fromEntries(Object.entries(row).filter(([column]) => !hidden.has(column))),
    ...opened[at],
  }))
}

export async function countRows(tx: Sql, table: Findable, subject: Subject): Promise<number> {
  const { text, values } = await where(table, subject)
  const [row] = await tx.unsafe<{ count: number }[]>(
    `select count(*)::int as count from ${nameOf(table)} where ${text}`,
    values as never[],
  )
  return row?.count ?? 0
}

export async function deleteRows(tx: Sql, table: Findable, subject: Subject): Promise<number> {
  const { text, values } = await where(table, subject)
  const { count } = await tx.unsafe(`delete from ${nameOf(table)} where ${text}`, values as never[])
  return count
}

/** A row as it was when it was copied out, where bytes are text. Of a log only what the person did themselves says from where. */
export async function openHeld(tables: readonly Findable[], personId: string, held: HeldRow): Promise<HeldRow> {
  const found = tables.find(({ schema, name }) => `${schema}.${name}` === held.table)
  const sealed = found?.table.sealed
  if (!found || !sealed) return held
  const content: Record<string, unknown> = { ...held.content }
  const bytes = content[sealed.column]
  const whose = found.table.owner?.kind === 'time' ? found.by[0]?.column : undefined
  const isTheirs = whose === undefined || content[whose] === personId
  content[sealed.column] = typeof bytes === 'string' && isTheirs ? Buffer.from(bytes.slice(2), 'hex') : null
  const [opened] = await openRows(found, [content])
  return { ...held, content: opened ?? {} }
}

/** In the order of the key, so that a page begins where the last one ended. */
export async function listRows(tx: Sql, table: Findable, subject: Subject, from: number, most: number): Promise<Rows> {
  const { text, values } = await where(table, subject)
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
