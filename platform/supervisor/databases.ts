import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Postgres from 'postgres'
import { writeWhole } from '#base/write-file'
import type { DatabaseAddress, Sql } from '#server/database'
import { createProgramDatabase, databaseName, type Kind, type Migration, migrate, type Program } from '#server/migrate'
import { postgres } from '#server/postgres-driver'
import type { DataFolder } from './data-folder.ts'
import { connectAdmin, socketPort } from './postgres.ts'
import { Refusal } from './refusal.ts'

export type AdminSql = Postgres.Sql<Record<string, never>>

/** How the administrator reaches the server: the embedded one by its socket, an outside one by VARTIO_DATABASE_URL. */
export type Server = {
  connect(database?: string): AdminSql
  /** Where programs find it. */
  readonly address: Pick<DatabaseAddress, 'host' | 'port' | 'tls'>
  readonly isOutside: boolean
}

export function embeddedServer(socketFolder: string): Server {
  return {
    connect: (database) => connectAdmin(socketFolder, database),
    address: { host: socketFolder, port: socketPort },
    isOutside: false,
  }
}

/** The two addresses an operator may give, and what each is for. */
export const outsideSettings = { data: 'VARTIO_DATABASE_URL', keys: 'VARTIO_KEYS_URL' } as const

export function outsideServer(text: string, kind: Kind = 'data'): Server {
  const url = new URL(text)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw new Refusal('usage', `${outsideSettings[kind]} must begin with postgres://.`)
  const host = decodeURIComponent(url.hostname)
  // Not said: on this very machine in the clear, anywhere else encrypted.
  const mode = url.searchParams.get('sslmode') ?? (/^(127\.|localhost$|\[?::1\]?$)/.test(host) ? 'disable' : 'require')
  const known: Record<string, { ssl: false | 'require' | 'verify-full'; tls?: 'encrypt' | 'verify' }> = {
    disable: { ssl: false },
    require: { ssl: 'require', tls: 'encrypt' },
    'verify-full': { ssl: 'verify-full', tls: 'verify' },
  }
  const chosen = Object.hasOwn(known, mode) ? known[mode] : undefined
  if (!chosen) throw new Refusal('usage', `${outsideSettings[kind]}: sslmode must be disable, require or verify-full.`)
  const { ssl, tls } = chosen
  return {
    connect: (database) =>
      postgres({
        host,
        port: Number(url.port || 5432),
        database: database ?? (decodeURIComponent(url.pathname.slice(1)) || 'postgres'),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        ssl,
        max: 1,
        connect_timeout: 10,
        onnotice: () => undefined,
        connection: { application_name: 'vartio supervisor' },
      }),
    address: { host, port: Number(url.port || 5432), ...(tls ? { tls } : {}) },
    isOutside: true,
  }
}

/** Runs with one administrator's connection and closes it. */
export async function withAdmin<T>(
  server: Server,
  database: string | undefined,
  run: (sql: AdminSql) => Promise<T>,
): Promise<T> {
  const sql = server.connect(database)
  try {
    return await run(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** An outside server must answer and let us work, or nothing else makes sense. */
export async function refuseUnusableServer(server: Server, kind: Kind = 'data'): Promise<void> {
  const setting = outsideSettings[kind]
  try {
    await withAdmin(server, undefined, async (sql) => {
      const [row] = await sql<{ version: number; may_all: boolean }[]>`
        select pg_catalog.current_setting('server_version_num')::int as version,
               rolsuper or (rolcreatedb and rolcreaterole and rolbypassrls) as may_all
        from pg_catalog.pg_roles where rolname = current_user`
      if (!row || row.version < 150_000) throw new Refusal('database', `${setting}: PostgreSQL 15 or newer is needed.`)
      if (!row.may_all)
        throw new Refusal(
          'database',
          `${setting}: the user must be a superuser, or have CREATEDB, CREATEROLE and BYPASSRLS (backups read every row).`,
        )
    })
  } catch (error) {
    if (error instanceof Refusal) throw error
    // The driver's message names host and user, not the password.
    throw new Refusal(
      'database',
      `The outside PostgreSQL${kind === 'keys' ? ' of the key store' : ''} does not let Vartio in: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    )
  }
}

/** RFC 5803: what PostgreSQL keeps of a password. Sent instead of it, so that the password is in no log of the server. */
export function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`
}

/** What a program is given to reach its databases by. */
const files = {
  data: { address: 'database.json', password: 'database-password' },
  keys: { address: 'key-store.json', password: 'key-store-password' },
} as const

function passwordOf(folder: DataFolder, program: string, kind: Kind): string {
  const path = join(folder.programs, program, files[kind].password)
  if (!existsSync(path)) writeWhole(path, randomBytes(32).toString('base64url'), folder.accounts?.programs[program])
  return readFileSync(path, 'utf8')
}

/** Makes the program's database and roles, brings it up to this version, and tells the program where it is. */
export async function prepareDatabase(
  server: Server,
  folder: DataFolder,
  program: Program,
  kind: Kind = 'data',
): Promise<Migration[]> {
  const name = databaseName(program, kind)
  const password = server.isOutside ? passwordOf(folder, program, kind) : undefined
  await withAdmin(server, undefined, (sql) =>
    createProgramDatabase(
      sql as unknown as Sql,
      program,
      password === undefined ? { kind } : { kind, password: scramVerifier(password) },
    ),
  )
  const ran = await withAdmin(server, name, (sql) => migrate(sql as unknown as Sql, program, { kind }))
  const address: DatabaseAddress = {
    ...server.address,
    database: name,
    user: name,
    ...(password === undefined ? {} : { password }),
  }
  writeWhole(
    join(folder.programs, program, files[kind].address),
    `${JSON.stringify(address)}\n`,
    folder.accounts?.programs[program],
  )
  return ran
}

/** Both databases of every program. The two servers work side by side. */
export async function prepareDatabases(
  servers: Readonly<Record<Kind, Server>>,
  folder: DataFolder,
  names: readonly Program[],
): Promise<void> {
  const prepare = async (kind: Kind) => {
    for (const program of names) await prepareDatabase(servers[kind], folder, program, kind)
  }
  await Promise.all([prepare('data'), prepare('keys')])
}
