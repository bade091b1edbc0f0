import type { Ground } from './grounds.ts'
import type { Interest } from './interests.ts'
import type { Purpose, Words } from './purpose.ts'
import type { Compared } from './sealed/tokens.ts'
import type { Basis, DataTerm, Recipient, Source, Whose } from './vocabulary.ts'

/**
 * Personal data is described before it is stored: each area's `data.ts` describes every column and function it has. The check compares the
 * descriptions with the live schema (describe-check.ts), the database refuses what they do not allow (guard.ts), and the register of
 * processing is made of them (register.ts). Terms are of the W3C Data Privacy Vocabulary (DPV 2.3).
 */

/** An ISO 8601 duration of one unit, as the register and calendar arithmetic take it: P3Y, P30D, PT10M. */
export type Duration = `P${number}${'Y' | 'M' | 'D'}` | `PT${number}${'H' | 'M' | 'S'}`

/** How long a row is kept (carried out by expiry.ts). `by`: each row at its own time, or whole days with their partition. */
export type Keep =
  | { readonly period: Duration; readonly from: string; readonly by: 'row' | 'day' }
  /** The row holds its own deadline; where it is null there is none yet. `slack`: how much later it may go. */
  | { readonly at: string; readonly slack?: Duration }
  /** It goes when that goes. */
  | { readonly with: 'account' | 'membership' | 'organization' | 'service' | 'hold' }
  /** What ends it, and why it is kept for ever otherwise: only where nothing personal is. */
  | { readonly until: string }
  | { readonly forever: string }

export type Personal = {
  readonly what: DataTerm
  readonly whose: Whose
  /** Rows that come from outside name their source themselves, in this column (PT-20). */
  readonly from: Source | { readonly column: string }
  readonly why: string
  /** The rights of persons reach everything that is held, so `rights` is not named. */
  readonly purposes: readonly Exclude<Purpose, 'rights'>[]
  readonly basis: Basis
  /** With basis eu-gdpr:A6-1-f: which of the recorded legitimate interests. */
  readonly interest?: Interest
  readonly seenBy: readonly Recipient[]
}

/** What a column says of its own; the rest is the table's. */
type OwnPersonal = Partial<Personal> & Pick<Personal, 'what'>

/** By what a row is found for somebody: their number in this program, the one a service knows them by, or an address. */
type Handle = 'person' | 'subject' | 'address'

export type Table = {
  readonly meaning: string
  /** What its data is called to the person it is about. */
  readonly title?: Words
  /**
   * Whose key seals a row, and in whose scope: the person or device in that column, the day of that time, or the row itself. `scope`: the column of
   * the organisation; a person's is found by their number, a day's is the program's.
   */
  readonly owner?: {
    readonly column: string
    readonly kind: 'person' | 'device' | 'time' | 'row'
    readonly scope?: string
  }
  /** Columns by which rows about somebody are found. A person who owns the row needs no line here. */
  readonly subjects?: Readonly<Record<string, { readonly whose: Whose; readonly by: Handle }>>
  /** Personal rows that nobody can be found in, and why (GDPR Art. 11(2)). */
  readonly unfindable?: string
  readonly keep: Keep
  /** Grounds on which a row always stays beyond its time, each until the time in a column; null there: it does not (RT-23). */
  readonly stands?: readonly { readonly ground: Ground; readonly until: string; readonly why: string }[]
  /** The only grounds on which its rows may be held beyond their time at all (ID-79). */
  readonly heldOnlyFor?: readonly Ground[]
  /** What holds for each personal column unless it says otherwise. */
  readonly about?: Omit<Personal, 'what'>
  /** Why this table, though it names an organisation or person, is not walled by row-level security. */
  readonly unscoped?: string
  /** One sealed value for each row and owner, the fields in it, and the tokens by which they are found. */
  readonly sealed?: {
    readonly column: string
    /** The column that tells the row from the owner's others, where the owner has several. */
    readonly row?: string
    readonly fields: Readonly<Record<string, OwnPersonal>>
    readonly tokens?: Readonly<Record<string, string>>
    /** How the values of a field are compared by its token; byte by byte unless said. */
    readonly compared?: Readonly<Record<string, Compared>>
  }
  /** A string: what a column that tells nothing about a person means. An object: personal data. */
  readonly columns: Readonly<Record<string, string | OwnPersonal>>
}

/** What a function answers: a sentence where that tells nothing about a person, else the columns it is read from (`table.column`). */
export type DescribedFunction = string | { readonly reads: readonly string[] }

export type Description = {
  readonly schema: string
  readonly tables: Readonly<Record<string, Table>>
  readonly functions: Readonly<Record<string, DescribedFunction>>
  /** Tables of a library, described once for all: what they hold and why that is nobody's data. */
  readonly library?: string
}

/** `schema` is the area's word with `_` for `-`. */
export function describe(
  schema: string,
  tables: Readonly<Record<string, Table>>,
  functions: Readonly<Record<string, DescribedFunction>> = {},
): Description {
  return { schema, tables, functions }
}

export function describeLibrary(schema: string, library: string): Description {
  return { schema, tables: {}, functions: {}, library }
}

/** Every column that a table's description tells of: also the one of its sealed value, and the tokens by which that is found. */
export function describedColumns({ columns, sealed }: Table): string[] {
  const ofSealed = sealed ? [sealed.column, ...Object.keys(sealed.tokens ?? {})] : []
  return [...new Set([...Object.keys(columns), ...ofSealed])]
}

/** One personal column or sealed field with everything its table says of it. Not yet checked for being whole. */
export type DescribedField = Partial<Personal> & {
  readonly schema: string
  readonly table: string
  /** The column, or the field within the sealed value. */
  readonly name: string
  readonly isSealed: boolean
}

export function fieldsOf(description: Description): DescribedField[] {
  return Object.entries(description.tables).flatMap(([table, { about, columns, sealed }]) => {
    const field = (name: string, own: OwnPersonal, isSealed: boolean) => ({
      ...about,
      ...own,
      schema: description.schema,
      table,
      name,
      isSealed,
    })
    return [
      ...Object.entries(columns).flatMap(([name, own]) => (typeof own === 'string' ? [] : [field(name, own, false)])),
      ...Object.entries(sealed?.fields ?? {}).map(([name, own]) => field(name, own, true)),
    ]
  })
}

/** What may be read for which purposes, as `schema.table.column`: also the sealed value as a whole, and the tokens of its fields. */
export function allowedPurposes(descriptions: readonly Description[]): Map<string, ReadonlySet<Purpose>> {
  const allowed = new Map<string, ReadonlySet<Purpose>>()
  for (const description of descriptions) {
    const fields = fieldsOf(description)
    for (const { schema, table, name, isSealed, purposes } of fields)
      if (!isSealed) allowed.set(`${schema}.${table}.${name}`, new Set([...(purposes ?? []), 'rights']))
    for (const [table, { sealed }] of Object.entries(description.tables)) {
      if (!sealed) continue
      const inside = fields.filter((field) => field.table === table && field.isSealed)
      const of = (name?: string) =>
        new Set<Purpose>([
          ...inside.flatMap((field) => (name === undefined || field.name === name ? (field.purposes ?? []) : [])),
          'rights',
        ])
      // The value as a whole is read to open any of its fields; which, `open` holds to the purpose.
      allowed.set(`${description.schema}.${table}.${sealed.column}`, of())
      for (const [token, name] of Object.entries(sealed.tokens ?? {}))
        allowed.set(`${description.schema}.${table}.${token}`, of(name))
    }
  }
  return allowed
}
