import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { descriptions as cloud } from '#cloud'
import { descriptions as identity } from '#identity'
import { descriptions as portal } from '#portal'
import { descriptions as privacy } from '#privacy'
import type { Database, DatabaseAddress } from '#server/database'
import { createDatabase } from '#server/database'
import { createKeys } from '#server/keys/keys'
import { createFileRoots } from '#server/keys/root-files'
import type { Program } from '#server/migrate'
import { enterPurpose } from '#server/purpose'
import { createSealing, type Sealer } from '#server/sealed'
import { adminUser } from '#supervisor/postgres'
import { systemTime } from '#tests/clock'
import { createTestLog } from '#tests/log'

export type OpenFolder = {
  readonly database: Database
  /** `schema.table` */
  sealer(name: string): Sealer
  close(): Promise<void>
}

const descriptions = { identity, portal, privacy, cloud }

/**
 * A program's database and key store in the data folder of a Vartio that runs, past every wall: what a test writes there is sealed as the program would,
 * and what it finds can be opened.
 */
export function openDataFolder(data: string, program: Program): OpenFolder {
  enterPurpose('rights')
  const folder = join(data, 'programs', program)
  const address = (file: string): DatabaseAddress => ({
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as DatabaseAddress),
    user: adminUser,
  })
  const { log } = createTestLog()
  const database = createDatabase(address('database.json'), descriptions[program], 2)
  const keys = createKeys({
    address: address('key-store.json'),
    roots: createFileRoots(join(folder, 'roots')),
    log,
    clock: systemTime,
    connections: 2,
  })
  const sealed = createSealing({ database, keys, log, clock: systemTime, descriptions: descriptions[program] })
  return {
    database,
    sealer(name) {
      const [schema, table = ''] = name.split('.')
      const found = descriptions[program].find((one) => one.schema === schema && table in one.tables)
      if (!found) throw new Error(`nobody describes ${name}`)
      return sealed.table(found, table, Object.keys(found.tables[table]?.sealed?.fields ?? {}))
    },
    async close() {
      await keys.stop()
      await database.close()
    },
  }
}
