import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Clock } from '#base/clock'
import type { DatabaseAddress, Sql } from '#server/database'
import { createKeys, type KeyStore } from '#server/keys/keys'
import type { Roots } from '#server/keys/root'
import { createFileRoots } from '#server/keys/root-files'
import { databaseName, type Program } from '#server/migrate'
import { systemTime } from '#tests/clock'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'

export type TestKeys = {
  readonly keys: KeyStore
  /** A second process of the same program, as far as the key store can tell. */
  another(): KeyStore
  readonly roots: Roots
  /** Where the roots lie. */
  readonly folder: string
  readonly address: DatabaseAddress
  /** Past every wall: to look at what is really there. */
  readonly admin: Sql
  readonly lines: readonly string[]
}

/** A key store of its own for one test file: a real database with its schema, roots in a temporary folder, started. */
export async function createTestKeys(program: Program, options: { clock?: Clock } = {}): Promise<TestKeys> {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-roots-'))
  const made: KeyStore[] = []
  // Said before the database is made, and so done before it is dropped.
  after(async () => {
    await Promise.all(made.map((each) => each.stop()))
    rmSync(folder, { recursive: true, force: true })
  })
  const { admin, name, socketFolder } = await createTestDatabase(program, 'keys')
  const address = { host: socketFolder, port: 5432, database: name, user: databaseName(program, 'keys') }
  const { log, lines } = createTestLog()
  const another = () => {
    const roots = createFileRoots(folder)
    const keys = createKeys({ address, roots, log, clock: options.clock ?? systemTime, everyMilliseconds: 100 })
    made.push(keys)
    return keys
  }
  const keys = another()
  await keys.start()
  return { keys, another, roots: createFileRoots(folder), folder, address, admin, lines }
}
