import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getConstructionPlans, getMigrationPlans } from 'pg-boss'
import { AppError } from '#base/errors'
import type { Sql } from './database.ts'
import { createProver, letProve } from './prover.ts'

export type Program = 'identity' | 'portal' | 'privacy' | 'cloud'

/** Each program has two databases, on two servers: its data, and the keys that its data is sealed with. */
export type Kind = 'data' | 'keys'

/**
 * The most connections to one program's database at once: twice what the program opens, since those of one that was killed linger for a moment. All
 * programs together leave a quarter of the server's 130 to the supervisor, backups and whoever looks after it.
 */
const mostConnections = 25

/** The name of the database and of the role that runs with it. */
export function databaseName(program: Program, kind: Kind = 'data'): string {
  return kind === 'keys' ? `${program}_keys` : program
}

const root = join(import.meta.dirname, '..', '..')

export type Migration = { readonly name: string; readonly area: string; readonly text: string; readonly sha256: string }

/** Every migration of the key store. It is the same for every program. */
function keyStoreFolders(from: string): [string, string][] {
  return [['key-store', join(from, 'platform', 'server', 'keys', 'migrations')]]
}

/** The platform's areas and the program's own. */
function dataFolders(program: Program, from: string): [string, string][] {
  const folders: [string, string][] = []
  const platform = join(from, 'platform', 'server', 'migrations')
  if (existsSync(platform)) for (const area of readdirSync(platform)) folders.push([area, join(platform, area)])
  const own = join(from, program)
  for (const entry of existsSync(own) ? readdirSync(own, { withFileTypes: true }) : [])
    if (entry.isDirectory()) folders.push([entry.name, join(from, program, entry.name, 'migrations')])
  return folders
}

/** Every migration of a program's database in the one order of all areas: by the time in its name. */
export function listMigrations(program: Program, from: string = root, kind: Kind = 'data'): Migration[] {
  const folders = kind === 'keys' ? keyStoreFolders(from) : dataFolders(program, from)
  const found: Migration[] = []
  for (const [area, folder] of folders) {
    if (!existsSync(folder)) continue
    for (const file of readdirSync(folder)) {
      if (!/^\d{12}-[a-z0-9-]+\.sql$/.test(file))
        throw new AppError(
          'migrate.bad_name',
          500,
          `${area}/migrations/${file}: the name must be YYYYMMDDHHMM-verb-object.sql`,
        )
      const text = readFileSync(join(folder, file), 'utf8')
      found.push({ name: file.slice(0, -4), area, text, sha256: createHash('sha256').update(text).digest('hex') })
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.area < b.area ? -1 : 1))
}

function schemaOf(area: string): string {
  return area.replaceAll('-', '_')
}

/**
 * The program's database and its three roles: `<program>_owner` owns the schema and cannot sign in, `<program>` runs and has no right
 * to change it, `<program>_prover` can read no table and gives figures. Nobody else may even connect. `admin` is connected to any database of the server as an administrator.
 * A password is for an outside server; the embedded one knows its callers by their user on this machine.
 */
export async function createProgramDatabase(
  admin: Sql,
  program: Program,
  options: { password?: string; database?: string; kind?: Kind } = {},
): Promise<void> {
  const runtime = databaseName(program, options.kind)
  const owner = `${runtime}_owner`
  const database = options.database ?? runtime
  for (const role of [owner, runtime]) {
    const [found] = await admin`select 1 from pg_catalog.pg_roles where rolname = ${role}`
    if (!found) await admin.unsafe(`create role ${quote(role)} nologin noinherit`)
  }
  // The generated password is ours (base64url); a quote in it would still be doubled.
  const password = options.password === undefined ? '' : ` password '${options.password.replaceAll("'", "''")}'`
  await admin.unsafe(`alter role ${quote(runtime)} login${password}`)
  await admin.unsafe(`grant ${quote(owner)} to current_user`)
  const [exists] = await admin`select 1 from pg_catalog.pg_database where datname = ${database}`
  if (!exists)
    await admin.unsafe(
      `create database ${quote(database)} owner ${quote(owner)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`,
    )
  await admin.unsafe(`revoke all on database ${quote(database)} from public`)
  // A program that somebody has taken over must not take every connection, and the other programs down with it.
  await admin.unsafe(`alter database ${quote(database)} connection limit ${mostConnections}`)
  // A server of our own: its service databases are nobody's business either. On an outside one they are not ours to close.
  if (options.password === undefined)
    await admin.unsafe('revoke connect, temporary on database postgres, template1 from public')
  await admin.unsafe(`grant connect on database ${quote(database)} to ${quote(runtime)}`)
  // Nothing is proven of the key store by SQL: what it holds is keys.
  if (options.kind !== 'keys') await createProver(admin, program, { database, password: options.password })
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

const ledger = `
create schema if not exists platform;
create table if not exists platform.migration (
  area text not null,
  name text not null,
  sha256 text not null,
  ran_at timestamptz not null default now(),
  primary key (area, name)
);`

/** What a released migration says must not change afterwards: other houses have run it as it was. */
export async function pendingMigrations(sql: Sql, migrations: readonly Migration[]): Promise<Migration[]> {
  const [known] = await sql`select pg_catalog.to_regclass('platform.migration') as found`
  const ran = known?.found
    ? await sql<{ name: string; area: string; sha256: string }[]>`select name, area, sha256 from platform.migration`
    : []
  const bySha = new Map(ran.map((row) => [`${row.area}/${row.name}`, row.sha256]))
  for (const migration of migrations) {
    const sha = bySha.get(`${migration.area}/${migration.name}`)
    if (sha && sha !== migration.sha256)
      throw new AppError(
        'migrate.changed',
        500,
        `${migration.area}/migrations/${migration.name}.sql was changed after it had run here. Restore it and write a new migration.`,
      )
  }
  const names = new Set(migrations.map(({ area, name }) => `${area}/${name}`))
  const ahead = ran.find(({ area, name }) => !names.has(`${area}/${name}`))
  if (ahead)
    throw new AppError(
      'migrate.database_is_newer',
      500,
      `The database has run ${ahead.area}/${ahead.name}, which this version of Vartio does not know. Start the newer version, or restore a backup made by this one.`,
    )
  return migrations.filter(({ area, name }) => !bySha.has(`${area}/${name}`))
}

/**
 * Brings one program's database up to this version. `sql` is one administrator's connection to that database. Each migration is
 * one transaction, so a crash in the middle leaves whole steps only.
 */
export async function migrate(
  sql: Sql & { reserve?: unknown },
  program: Program,
  /** `only`: no further than these, to lay rows of an older version into the schema they were written under. */
  options: { from?: string; only?: (migration: Migration) => boolean; kind?: Kind } = {},
): Promise<Migration[]> {
  const { kind = 'data' } = options
  const owner = quote(`${databaseName(program, kind)}_owner`)
  const runtime = quote(databaseName(program, kind))
  // A migration may take its time, and so may waiting for another start that runs it.
  await sql.unsafe(`set statement_timeout = 0; set role ${owner}`)
  try {
    // Two starts at once: the second waits here, then finds nothing to do.
    await sql`select pg_catalog.pg_advisory_lock(4711)`
    await sql.unsafe(ledger)
    await sql.unsafe(`grant usage on schema platform to ${runtime}; grant select on platform.migration to ${runtime}`)
    const pending = (await pendingMigrations(sql, listMigrations(program, options.from, kind))).filter(
      options.only ?? (() => true),
    )
    for (const { name, area, text, sha256 } of pending) {
      const schema = quote(schemaOf(area))
      try {
        await sql.unsafe(
          `begin; set local search_path = '';
           create schema if not exists ${schema};
           grant usage on schema ${schema} to ${runtime};
           alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${runtime};
           alter default privileges in schema ${schema} grant usage, select on sequences to ${runtime};
           alter default privileges revoke execute on functions from public;
           alter default privileges in schema ${schema} grant execute on functions to ${runtime};
           ${text}
           ;insert into platform.migration (name, area, sha256) values ('${name}', '${area}', '${sha256}');
           commit;`,
        )
      } catch (cause) {
        // On a connection that broke there is nothing to roll back; why it broke is told below.
        await sql.unsafe('rollback').catch(() => undefined)
        throw new AppError('migrate.failed', 500, `${area}/migrations/${name}.sql failed; nothing of it was kept`, {
          cause,
        })
      }
    }
    // The key store has no jobs, and no rows of organisations: which program asks is the whole of its wall.
    if (kind === 'data') {
      await bringUpJobs(sql, runtime)
      await wallRows(sql, owner)
      // An older schema, into which a backup is laid, is brought on afterwards.
      if (!options.only) await layDownRules(sql, program, options.from)
      await letProve(sql, program)
    }
    return pending
  } finally {
    // A connection that broke took its lock and role with it; its own error is the one to tell.
    await sql.unsafe('reset role; select pg_catalog.pg_advisory_unlock_all()').catch(() => undefined)
  }
}

/** How long rows are kept, as data.ts of the areas says: in one transaction, so that no table is ever without its rule. */
async function layDownRules(sql: Sql, program: Program, from: string = root): Promise<void> {
  const path = join(from, program, 'keep.sql')
  if (!existsSync(path)) return
  await sql.unsafe(`begin; ${readFileSync(path, 'utf8')} commit;`)
}

/** pg-boss's own schema, made as the owner: the running program has no right to change a schema. */
async function bringUpJobs(sql: Sql, runtime: string): Promise<void> {
  const [known] = await sql`select pg_catalog.to_regclass('jobs.version') as found`
  if (!known?.found) await sql.unsafe(getConstructionPlans('jobs'))
  else {
    const [row] = await sql<{ version: number }[]>`select version from jobs.version`
    const plans = row ? migrationPlans(row.version) : ''
    if (plans) await sql.unsafe(plans)
  }
  await sql.unsafe(
    `grant usage on schema jobs to ${runtime};
     grant select, insert, update, delete on all tables in schema jobs to ${runtime};
     grant execute on all functions in schema jobs to ${runtime};`,
  )
}

function migrationPlans(version: number): string {
  try {
    return getMigrationPlans('jobs', version)
  } catch (error) {
    // The library throws when there is nothing newer than this version.
    if (error instanceof Error && /not found/i.test(error.message)) return ''
    throw error
  }
}

/**
 * Row-level security on each table whose key begins with organization_id or person_id, from the catalogue, so that a new table cannot be
 * forgotten. One policy, no OR, the setting read once a statement; an unset scope compares with null and shows nothing. The wall
 * holds for the owner as well, save in the functions that expire and count rows.
 */
async function wallRows(sql: Sql, owner: string): Promise<void> {
  const tables = await sql<{ name: string; scope: string; is_walled: boolean; is_kept: boolean }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, a.attname as scope,
      exists (select 1 from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'scope') as is_walled,
      exists (select 1 from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'upkeep') as is_kept
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema$|jobs$)'
      and a.attname in ('organization_id', 'person_id')`
  for (const { name, scope, is_walled, is_kept } of tables) {
    const condition = `${scope} = (select nullif(pg_catalog.current_setting('vartio.${scope}', true), '')::uuid)`
    if (!is_walled)
      await sql.unsafe(
        `alter table ${name} enable row level security;
         alter table ${name} force row level security;
         create policy scope on ${name} using (${condition}) with check (${condition});`,
      )
    if (!is_kept)
      await sql.unsafe(
        `create policy upkeep on ${name} to ${owner} using ((select pg_catalog.current_setting('vartio.upkeep', true)) = 'on')`,
      )
  }
}
