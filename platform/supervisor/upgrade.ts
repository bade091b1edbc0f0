import { readSettings } from '#base/settings'
import type { Sql } from '#server/database'
import { createProgramDatabase, listMigrations, migrate, type Program, pendingMigrations } from '#server/migrate'
import { refuseUnused, withServer, withSnapshots } from './backup.ts'
import { openDataFolder } from './data-folder.ts'
import { type Server, withAdmin } from './databases.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import { fill, prepareEmpty } from './restore.ts'
import type { Say } from './say.ts'
import { copyOut, describeDatabase } from './tables.ts'

const copyOf = (program: Program) => `${program}_upgrade_check`

async function dropCopy(server: Server, program: Program): Promise<void> {
  await withAdmin(server, undefined, (sql) => sql.unsafe(`drop database if exists "${copyOf(program)}" with (force)`))
}

/**
 * A copy of the database as it is. PostgreSQL copies a database whole while nobody is connected to it; while Vartio runs, the rows of one snapshot are
 * laid into the schema of the migrations that have run, as a restore would.
 */
async function copyDatabase(server: Server, program: Program): Promise<void> {
  await dropCopy(server, program)
  const isInUse = await withAdmin(server, undefined, async (sql) => {
    const [row] =
      await sql`select exists (select 1 from pg_catalog.pg_stat_activity where datname = ${program}) as found`
    if (row?.found) return true
    await sql.unsafe(`create database "${copyOf(program)}" template "${program}" owner "${program}_owner"`)
    return false
  })
  if (!isInUse) return
  await withAdmin(server, undefined, (sql) =>
    createProgramDatabase(sql as unknown as Sql, program, { database: copyOf(program) }),
  )
  await withSnapshots(server, [program], async (snapshots) => {
    const source = snapshots.get(program)
    if (!source) throw new Error(`no snapshot of ${program}`)
    const contents = await describeDatabase(source, program)
    await withAdmin(server, copyOf(program), async (copy) => {
      await prepareEmpty(copy, program, contents)
      await fill(copy, contents, (table) => copyOut(source, contents.tables[table] as (typeof contents.tables)[number]))
    })
  })
}

/** True when nothing stands in the way. Says what would run, and how long it took on the copy. */
async function check(server: Server, program: Program, say: Say): Promise<boolean> {
  const [known] = await withAdmin(
    server,
    undefined,
    (sql) => sql`select 1 from pg_catalog.pg_database where datname = ${program}`,
  )
  if (!known) {
    say(`${program}: is new and gets an empty database.`)
    return true
  }
  try {
    const pending = await withAdmin(server, program, (sql) =>
      pendingMigrations(sql as unknown as Sql, listMigrations(program)),
    )
    if (pending.length === 0) {
      say(`${program}: the database is up to date.`)
      return true
    }
    say(`${program}: ${pending.length} would run:`)
    for (const { area, name } of pending) say(`  ${area}/${name}`)
    await copyDatabase(server, program)
    const began = performance.now()
    await withAdmin(server, copyOf(program), (sql) => migrate(sql as unknown as Sql, program))
    say(
      `${program}: they ran through on a copy of today's data in ${((performance.now() - began) / 1_000).toFixed(1)} s.`,
    )
    return true
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
    say.trouble(`${program}: ${error instanceof Error ? error.message : error}${cause}`)
    return false
  } finally {
    await dropCopy(server, program)
  }
}

/** `vartio upgrade --check`: what this version of the code would do to the data, tried on a copy. Changes nothing. */
export async function upgradeCheck(say: Say): Promise<void> {
  const settings = readSettings(process.env)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  const verdicts = await withServer(settings, folder, 'upgrade', say, async (server) => {
    const found: boolean[] = []
    for (const program of programs) found.push(await check(server, program, say))
    return found
  })
  if (verdicts.includes(false))
    throw new Refusal(
      'database',
      'Do not upgrade: the trial failed as said above. The data was not touched; the version that runs goes on working.',
    )
  say('The upgrade is safe: make a backup, stop Vartio and start this version.')
}
