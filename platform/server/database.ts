import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Postgres from 'postgres'
import { AppError } from '#base/errors'
import type { Description } from './describe.ts'
import { createGuard } from './guard.ts'
import { postgres } from './postgres-driver.ts'

// biome-ignore lint/complexity/noBannedTypes: the library's own way to say "no custom types"
export type Sql = Postgres.Sql<{}> | Postgres.TransactionSql<{}>

export type Database = {
  /** Outside any organisation: tables of organisations answer as if they were empty. */
  readonly sql: Sql
  transaction<T>(run: (tx: Sql) => Promise<T>): Promise<T>
  /** A transaction that sees the rows of this organisation and of no other (row-level security). */
  inOrganization<T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T>
  /** A transaction that sees what is keyed by this person. */
  forPerson<T>(personId: string, run: (tx: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What `database.json` in a program's folder says. `host` is a socket folder or a host name. */
export type DatabaseAddress = {
  host: string
  port: number
  database: string
  user: string
  password?: string
  /** `encrypt` takes any certificate, `verify` only one of a known authority for this host. Not set: in the clear. */
  tls?: 'encrypt' | 'verify'
}

export function readDatabaseAddress(programFolder: string, name = 'database.json'): DatabaseAddress {
  return JSON.parse(readFileSync(join(programFolder, name), 'utf8')) as DatabaseAddress
}

/** `connections` is the most that are open at once; further callers wait in line. */
export function connect(address: DatabaseAddress, connections = 10): Postgres.Sql<Record<string, never>> {
  return postgres({
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    ...(address.password === undefined ? {} : { password: address.password }),
    ssl: address.tls === 'verify' ? 'verify-full' : address.tls ? 'require' : false,
    max: connections,
    // A database that vanished is asked again soon: whoever waits should be told so soon, and its return be noticed.
    backoff: (attempt) => Math.min(0.02 * 2 ** attempt, 0.2),
    connect_timeout: 3,
    idle_timeout: 300,
    onnotice: () => undefined,
    connection: {
      application_name: address.user,
      // Every query names its schema, so one can read (and check) whose data it touches.
      // (The library leaves out an empty value.)
      search_path: '""',
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const hooks = new WeakMap<Sql, (() => void)[]>()

/** Runs when the transaction has committed, and not otherwise; at once where there is none. For hints only: a crash forgets it. */
export function afterCommit(tx: Sql, run: () => void): void {
  const waiting = hooks.get(tx)
  if (waiting) waiting.push(run)
  else run()
}

/** What comes back through it is held to `descriptions`: nothing about a person is read for a purpose that they do not name. */
export function createDatabase(
  address: DatabaseAddress,
  descriptions: readonly Description[],
  connections = 10,
): Database {
  const sql = connect(address, connections) as unknown as Postgres.Sql
  Object.assign(sql.options, { guard: createGuard(descriptions) })
  /** `beginning`: statements that hold for this transaction, sent with the one that begins it. */
  const transaction = async <T>(run: (tx: Sql) => Promise<T>, beginning = ''): Promise<T> => {
    const waiting: (() => void)[] = []
    const result = await sql.begin({ raw: `begin${beginning}` } as never, (tx) => {
      hooks.set(tx, waiting)
      return run(tx)
    })
    for (const hook of waiting) hook()
    return result as T
  }
  const scoped = async <T>(scope: 'organization_id' | 'person_id', id: string, run: (tx: Sql) => Promise<T>) => {
    // Nothing but a number of this form becomes text of a statement; whatever else it is, the server is told apart from it, and shows no row.
    if (uuid.test(id)) return transaction(run, `; set local vartio.${scope} = '${id}'`)
    return transaction(async (tx) => {
      await tx`select pg_catalog.set_config(${`vartio.${scope}`}, ${id}, true)`
      return run(tx)
    })
  }
  return {
    sql,
    transaction: (run) => transaction(run),
    inOrganization: (organizationId, run) => scoped('organization_id', organizationId, run),
    forPerson: (personId, run) => scoped('person_id', personId, run),
    close: () => sql.end({ timeout: 5 }),
  }
}

/** Codes of the driver, the system and PostgreSQL (class 57P, 53) that mean: not now, and nothing was written. */
const unavailable =
  /^(CONNECT|ECONN|ENOENT|EPIPE|ETIMEDOUT|CONNECTION_|57P0[1-3]|53[0-9]{3}$|08[0-9A-Z]{3}$|25006|58030)/

/** "Not found" must never hide "the database is down": this tells the two apart. */
export function databaseUnavailable(error: unknown): AppError | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  if (typeof code !== 'string' || !unavailable.test(code)) return undefined
  const isFull = code === '53100' || code === '58030'
  return new AppError(
    isFull ? 'database.disk_full' : 'database.unavailable',
    503,
    isFull
      ? 'The disk of the database is full. Nothing was saved; what was there is safe.'
      : 'The database does not answer just now. Nothing was lost; try again in a moment.',
    { cause: error, retryAfterSeconds: isFull ? 30 : 2 },
  )
}

/** 23505: somebody was first. The constraint's name says with what. */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint_name: name } = (error ?? {}) as { code?: string; constraint_name?: string }
  return code === '23505' || code === '23503' || code === '23514' ? name : undefined
}

/** `bytea[]` as a parameter: the driver takes a list of bytes for one value unless it is told the type (1001 in pg_type). */
export function byteArray(sql: Sql, values: readonly (Uint8Array | null)[]) {
  return sql.array(values as Uint8Array[], 1001)
}
