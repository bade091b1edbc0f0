import { after } from 'node:test'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import type { Description } from '#server/describe'
import type { Program } from '#server/migrate'
import { createSealing, type Sealing } from '#server/sealed'
import { systemTime } from '#tests/clock'
import { createTestKeys, type TestKeys } from '#tests/keys'
import { createTestLog } from '#tests/log'

export type TestSealing = TestKeys & { readonly sealed: Sealing }

/** Sealed values over a real database with a real key store beside it. */
export async function createTestSealing(
  program: Program,
  database: Database,
  options: { clock?: Clock; descriptions?: readonly Description[] } = {},
): Promise<TestSealing> {
  const made = await createTestKeys(program, options)
  const { log } = createTestLog()
  const { clock = systemTime } = options
  const sealed = createSealing({ database, keys: made.keys, log, clock, descriptions: options.descriptions ?? [] })
  after(() => sealed.stop())
  return { ...made, sealed }
}
