import { after } from 'node:test'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import type { Program } from '#server/migrate'
import { createSealing, type Sealing } from '#server/sealed'
import { systemTime } from '#tests/clock'
import { createTestKeys, type TestKeys } from '#tests/keys'
import { createTestLog } from '#tests/log'

export type TestSealing = TestKeys & {
  readonly sealed: Sealing
  /** As another process of the same program has it: with its own connections and memory. */
  alsoOn(database: Database): Promise<Sealing>
}

/** Sealed values over a real database with a real key store beside it. */
export async function createTestSealing(
  program: Program,
  database: Database,
  options: { clock?: Clock } = {},
): Promise<TestSealing> {
  const made = await createTestKeys(program, options)
  const { log } = createTestLog()
  const { clock = systemTime } = options
  const alsoOn = async (other: Database) => {
    const keys = made.another()
    await keys.start()
    const sealed = createSealing({ database: other, keys, log, clock })
    await sealed.names.start()
    after(() => sealed.stop())
    return sealed
  }
  const sealed = createSealing({ database, keys: made.keys, log, clock })
  after(() => sealed.stop())
  return { ...made, sealed, alsoOn }
}
