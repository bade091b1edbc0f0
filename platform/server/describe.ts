/**
 * Personal data is described before it is stored: each area's `data.ts` describes every column it has, and a check
 * compares the descriptions with the live schema. Terms are of the W3C Data Privacy Vocabulary (DPV 2.3).
 */

/** Whose the data is. A closed list: whoever is not in it cannot be found for a request about rights. */
type Whose = 'account holder' | 'identified person' | 'contract person' | 'administrator' | 'employee' | 'correspondent'

/** DPV legal bases (dpv:LegalBasis). */
type Basis = 'dpv:Contract' | 'dpv:LegalObligation' | 'dpv:LegitimateInterestOfController' | 'dpv:Consent'

type Personal = {
  /** What it is: a term of DPV's personal data extension (pd:) or of DPV itself. */
  readonly what: `pd:${string}` | `dpv:${string}`
  readonly whose: Whose
  readonly from: 'person' | 'administrator' | 'upstream' | 'system'
  readonly why: string
  readonly basis: Basis
  /** Roles and programs that may see it. */
  readonly seenBy: readonly string[]
  /** How long, and from when, as an ISO 8601 duration or an event: `P3Y from at`, `until account erased`. */
  readonly keep: string
  /** Sealed values hold what identifies a person (house, "Data"). */
  readonly sealed?: boolean
}

export type Table = {
  readonly meaning: string
  /** What holds for each personal column unless it says otherwise. */
  readonly about?: Omit<Personal, 'what'>
  /** Why this table, though it names an organisation or person, is not walled by row-level security. */
  readonly unscoped?: string
  /** A string: what a column that tells nothing about a person means. An object: personal data. */
  readonly columns: Readonly<Record<string, string | (Partial<Personal> & Pick<Personal, 'what'>)>>
}

export type Description = {
  readonly schema: string
  readonly tables: Readonly<Record<string, Table>>
  /** Tables of a library, described once for all: what they hold and why that is nobody's data. */
  readonly library?: string
}

/** `schema` is the area's word with `_` for `-`. */
export function describe(schema: string, tables: Readonly<Record<string, Table>>): Description {
  return { schema, tables }
}

export function describeLibrary(schema: string, library: string): Description {
  return { schema, tables: {}, library }
}

const needed = ['what', 'whose', 'from', 'why', 'basis', 'seenBy', 'keep'] as const

/** Compares descriptions with `columns` of the live schema; each answer is a sentence that says what to write. */
export function findUndescribed(
  descriptions: readonly Description[],
  columns: readonly { schema: string; table: string; column: string }[],
): string[] {
  const faults: string[] = []
  const libraries = new Set(descriptions.filter(({ library }) => library).map(({ schema }) => schema))
  const live = new Set(
    columns
      .filter(({ schema }) => !libraries.has(schema))
      .map(({ schema, table, column }) => `${schema}.${table}.${column}`),
  )
  const described = new Set<string>()
  for (const { schema, tables } of descriptions) {
    for (const [table, description] of Object.entries(tables)) {
      for (const [column, value] of Object.entries(description.columns)) {
        const name = `${schema}.${table}.${column}`
        described.add(name)
        if (!live.has(name)) faults.push(`${name} is described but does not exist: take it out of data.ts`)
        if (typeof value === 'string') continue
        const whole: Partial<Personal> = { ...description.about, ...value }
        const missing = needed.filter((key) => whole[key] === undefined)
        if (missing.length > 0) faults.push(`${name}: data.ts does not say ${missing.join(', ')}`)
      }
    }
  }
  for (const name of live)
    if (!described.has(name))
      faults.push(`${name} is not described: say in data.ts what it is, whose, why and how long`)
  return faults
}
