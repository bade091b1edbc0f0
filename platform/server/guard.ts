import { AppError } from '#base/errors'
import { allowedPurposes, type Description } from './describe.ts'
import { type Mentions, readMentions } from './guard-mentions.ts'
import { type Purpose, purposes } from './purpose.ts'

/** A column of a result, as the server itself describes it: of which table, and the how-manieth there; 0 and 0 for what was worked out. */
type Column = { readonly name: string; readonly table: number; readonly number: number; readonly type: number }

type Statement = {
  readonly string: string
  readonly columns?: readonly Column[] | null
  /** What the guard has found, kept with the prepared statement: from the second time on, a comparison of two numbers. */
  allowed?: number
}

export type GuardedQuery = { readonly purpose?: Purpose | undefined; readonly statement: Statement }

/**
 * Refuses results that hold what the purpose at hand may not read (EP-28). Called by the driver (postgres-driver.ts) for every result, before
 * its first row, whichever way it was asked for.
 */
export type Guard = {
  /** The statement that says which column has which number, for the driver to ask when it connects. */
  readonly catalogue: string
  load(rows: readonly CatalogueRow[]): void
  refuse(query: GuardedQuery): AppError | undefined
  /** COPY hands rows out without naming their columns. */
  refuseCopy(): AppError
}

type CatalogueRow = { readonly relation: number; readonly number: number; readonly name: string }

/** A partition answers as the table it is part of. */
const catalogue = `
  select c.oid as relation, a.attnum::int as number, n.nspname || '.' || r.relname || '.' || a.attname as name
  from pg_catalog.pg_class c
  join pg_catalog.pg_class r on r.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
  join pg_catalog.pg_namespace n on n.oid = r.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)'`

const bits = Object.fromEntries(Object.keys(purposes).map((name, index) => [name, 1 << index])) as Record<
  Purpose,
  number
>
/** Nothing of it is about a person: also outside every purpose. */
const everybody = -1
/** Below are PostgreSQL's own tables. */
const firstOwnRelation = 16_384
const mostStatements = 2_000

export function createGuard(descriptions: readonly Description[]): Guard {
  const allowed = allowedPurposes(descriptions)
  const libraries = new Set(descriptions.filter(({ library }) => library).map(({ schema }) => schema))
  const tables = new Set(
    descriptions.flatMap(({ schema, tables: own }) => Object.keys(own).map((name) => `${schema}.${name}`)),
  )
  const functions = new Map(
    descriptions.flatMap(({ schema, functions: own }) =>
      Object.entries(own).map(([name, what]) => [
        `${schema}.${name}`,
        typeof what === 'string' ? [] : what.reads.map((read) => `${schema}.${read}`),
      ]),
    ),
  )
  const columnsOf = new Map(
    [...tables].map((table) => [table, [...allowed.keys()].filter((name) => name.startsWith(`${table}.`))]),
  )
  const schemas = new Set(descriptions.map(({ schema }) => schema))
  let columns = new Map<number, string>()
  const known = new Map<string, number>()

  const placeOf = ({ table, number }: Column) => columns.get(table * 2_048 + number)

  /** Every personal column this result tells something of. Undefined: it holds what nobody described. */
  const readBy = (statement: Statement): ReadonlySet<string> | undefined => {
    const read = new Set<string>()
    let isWorkedOut = false
    let isOfNewTable = false
    for (const column of statement.columns ?? []) {
      const name = placeOf(column)
      if (name === undefined) {
        isOfNewTable ||= column.table >= firstOwnRelation
        isWorkedOut ||= column.table === 0 || isOfNewTable
      } else if (allowed.has(name)) read.add(name)
      else if (!tables.has(name.slice(0, name.lastIndexOf('.'))) && !libraries.has(name.split('.', 1)[0]!))
        return undefined
    }
    const mentions = readMentions(statement.string)
    for (const name of mentions.functions) {
      if (!schemas.has(name.split('.', 1)[0]!) || libraries.has(name.split('.', 1)[0]!)) continue
      const reads = functions.get(name)
      if (!reads) return undefined
      for (const one of reads) read.add(one)
    }
    // Made since this program connected: a day of a log, or what nobody described.
    const isOurs = [...mentions.tables.keys()].some((name) => schemas.has(name.split('.', 1)[0]!))
    if (isOfNewTable && (columns.size === 0 || !isOurs)) return undefined
    return isWorkedOut ? addWorkedOut(mentions, read) : read
  }

  /**
   * What is worked out of columns names none, so every personal column that the statement mentions counts as read, and with a whole row as a
   * value every one of its table.
   */
  const addWorkedOut = (mentions: Mentions, read: Set<string>): ReadonlySet<string> | undefined => {
    if (mentions.isHidden) return undefined
    for (const [table, { isWhole }] of mentions.tables) {
      const schema = table.split('.', 1)[0]!
      if (!schemas.has(schema) || libraries.has(schema)) continue
      // A day of a log stands for the log.
      const described = tables.has(table) ? table : table.replace(/_(\d{8}|rest)$/, '')
      const own = columnsOf.get(described)
      if (!own) return undefined
      const isEach = isWhole || mentions.hasEveryColumn
      for (const name of own) if (isEach || mentions.words.has(name.slice(name.lastIndexOf('.') + 1))) read.add(name)
    }
    return read
  }

  const judge = (statement: Statement): number => {
    if (!statement.columns?.length) return everybody
    // The simple protocol answers several results under one text.
    const key = `${statement.columns.map(({ table, number }) => `${table}.${number}`).join()} ${statement.string}`
    const before = known.get(key)
    if (before !== undefined) return before
    const read = readBy(statement)
    let found = read === undefined ? 0 : everybody
    for (const name of read ?? []) {
      let may = 0
      for (const purpose of allowed.get(name) ?? []) may |= bits[purpose]
      found &= may
    }
    if (known.size >= mostStatements) known.clear()
    known.set(key, found)
    return found
  }

  return {
    catalogue,
    load(rows) {
      columns = new Map(rows.map(({ relation, number, name }) => [relation * 2_048 + number, name]))
      known.clear()
    },
    refuse(query) {
      const { statement, purpose } = query
      statement.allowed ??= judge(statement)
      if (statement.allowed === everybody) return undefined
      if (purpose !== undefined && (statement.allowed & bits[purpose]) !== 0) return undefined
      const read = columns.size === 0 ? undefined : readBy(statement)
      return notAllowed(
        read === undefined
          ? ['what no data.ts describes']
          : [...read].filter((name) => purpose === undefined || !allowed.get(name)?.has(purpose)),
        purpose,
      )
    },
    refuseCopy: () => notAllowed(['what COPY hands out'], undefined),
  }
}

/** The names are ours: of tables and columns, never what is in them. */
export function notAllowed(names: readonly string[], purpose: Purpose | undefined): AppError {
  return new AppError('purpose.not_allowed', 500, 'Something failed on our side. What was asked for was not read.', {
    cause: new Error(
      `${names.join(', ') || 'this'} may not be read ${purpose === undefined ? 'outside of every purpose' : `for ${purpose}`}`,
    ),
  })
}
