import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import { ledger } from '#server/data'
import { connect, createDatabase, type Database, type Sql } from '#server/database'
import type { Description } from '#server/describe'
import { data as keyStore } from '#server/keys/data'
import { createProgramDatabase, databaseName, type Kind, migrate, type Program } from '#server/migrate'
import { proverOf } from '#server/prover'
import { enterPurpose } from '#server/purpose'
import { startTestPostgres, type TestPostgres } from '#tests/postgres'

let server: Promise<TestPostgres> | undefined
let inUse = 0

/** One server a test file, however many databases it makes; stopped when the last of them is gone. */
async function takeServer(): Promise<TestPostgres> {
  server ??= startTestPostgres()
  inUse += 1
  return server
}

async function giveServerBack(): Promise<void> {
  inUse -= 1
  const idle = inUse === 0 ? server : undefined
  if (!idle) return
  server = undefined
  await (await idle).stop()
}

export type TestDatabase = {
  /** As the program runs: no right to change the schema, walled by row-level security. */
  readonly database: Database
  /** As an administrator, past every wall: to look at what is really there. */
  readonly admin: Sql
  readonly name: string
  readonly socketFolder: string
  /** What the program holds, as its areas describe it. */
  readonly descriptions: readonly Description[]
}

/** As the program itself lists them; a table that is missing there fails the check of the schema. */
async function readDescriptions(program: Program): Promise<readonly Description[]> {
  const { descriptions } = (await import(`../../${program}/data.ts`)) as { descriptions: readonly Description[] }
  return descriptions
}

/** As a version left it that had only the migrations before this name, with what `fill` lays into it; then brought up to date. */
export type OlderDatabase = { readonly before: string; fill(admin: Sql): Promise<void> }

async function fillOlder(
  root: Sql,
  { program, name, kind, before, fill }: OlderDatabase & { program: Program; name: string; kind: Kind },
  admin: ReturnType<typeof connect>,
): Promise<void> {
  await createProgramDatabase(root, program, { database: name, kind })
  await migrate(admin, program, { kind, only: (migration) => migration.name < before })
  await fill(admin)
  await migrate(admin, program, { kind })
  await admin.end()
}

/**
 * A database of its own for one test file, with the program's whole schema, on a real PostgreSQL. The template is migrated once a
 * server; copying it takes milliseconds. Dropped after the file.
 */
export async function createTestDatabase(
  program: Program,
  kind: Kind = 'data',
  older?: OlderDatabase,
): Promise<TestDatabase> {
  enterPurpose('rights')
  // A migration that fails ends the test, and must not leave it waiting for its server.
  const made = await makeDatabase(await takeServer(), program, kind, older).catch(async (error: unknown) => {
    await giveServerBack()
    throw error
  })
  after(async () => {
    await made.drop()
    await giveServerBack()
  })
  return made
}

/** The same on a server that the caller starts and stops. */
export async function makeDatabase(
  { socketFolder, adminUser }: TestPostgres,
  program: Program,
  kind: Kind = 'data',
  older?: OlderDatabase,
): Promise<TestDatabase & { drop(): Promise<void> }> {
  // What a test asks itself, past routes and jobs, it may read: only the rights of persons reach everything. What it asks through a
  // route, a job or a message is read for the purpose that one states.
  enterPurpose('rights')
  const role = databaseName(program, kind)
  const address = (database: string, user: string) => ({ host: socketFolder, port: 5432, database, user })
  const root = connect(address('postgres', adminUser), 1)
  const template = `${role}_template`
  const name = `${role}_${randomBytes(6).toString('hex')}`
  // Test files run side by side: one of them makes the template, the others wait here, as long as it takes.
  await root.unsafe('set statement_timeout = 0')
  await root`select pg_catalog.pg_advisory_lock(4712)`
  await createProgramDatabase(root, program, { database: template, kind })
  const migrating = connect(address(template, adminUser), 1)
  try {
    await migrate(migrating, program, { kind })
  } catch (error) {
    await root.end()
    throw error
  } finally {
    await migrating.end()
  }
  if (older) await fillOlder(root, { program, name, kind, ...older }, connect(address(name, adminUser), 1))
  else await root.unsafe(`create database "${name}" template "${template}" owner "${role}_owner"`)
  await root.unsafe(`revoke all on database "${name}" from public`)
  const roles = kind === 'keys' ? [role] : [role, proverOf(program)]
  for (const one of roles) await root.unsafe(`grant connect on database "${name}" to "${one}"`)
  await root`select pg_catalog.pg_advisory_unlock(4712)`
  const admin = connect(address(name, adminUser), 2)
  const descriptions = kind === 'keys' ? [keyStore, ledger] : await readDescriptions(program)
  const database = createDatabase(address(name, role), descriptions, 5)
  const drop = async () => {
    await database.close()
    await admin.end()
    await root.unsafe(`drop database "${name}" with (force)`)
    await root.end()
  }
  return { database, admin, name, socketFolder, descriptions, drop }
}
