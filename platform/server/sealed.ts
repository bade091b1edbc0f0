import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Database } from './database.ts'
import type { Description } from './describe.ts'
import type { Keys } from './keys/keys.ts'
import { type CarryOver, createCarryOver } from './sealed/carry-over.ts'
import { createErasing, type Erasing } from './sealed/erase.ts'
import { createNameLists, type NameLists } from './sealed/name-lists.ts'
import { createSealer, type Sealer } from './sealed/sealer.ts'
import { createSweep, type Sweep } from './sealed/sweep.ts'

export type { NamePage } from './sealed/name-list.ts'
export type { Names } from './sealed/name-lists.ts'
export type { Sealer } from './sealed/sealer.ts'

/** The door to sealed values (sealed/README.md). */
export type Sealing = {
  /** Seals and opens what `description` seals in this table; `fields` are those of the description. */
  table<const Field extends string>(description: Description, table: string, fields: readonly Field[]): Sealer<Field>
  /** Every table that was asked for, by `schema.table`: who exports or erases what is known of somebody opens each by its description. */
  readonly tables: ReadonlyMap<string, Sealer>
  /** Keys of what is gone. */
  readonly erasing: Pick<Erasing, 'run' | 'countWaiting'>
  /** Keys of what never came to be. */
  readonly sweep: Sweep
  readonly names: NameLists
  /** What earlier versions had in plain columns; before anything is opened. */
  readonly carryOver: CarryOver
  start(): Promise<void>
  stop(): Promise<void>
}

export function createSealing(options: {
  readonly database: Database
  readonly keys: Keys
  readonly log: Log
  readonly clock: Clock
  /** Of the whole program. */
  readonly descriptions: readonly Description[]
  /** For the lists of names. */
  readonly mostBytes?: number
  readonly trustMilliseconds?: number
  readonly idleMilliseconds?: number
}): Sealing {
  const tables = new Map<string, Sealer>()
  const names = createNameLists(options)
  const carryOver = createCarryOver(options)
  const erasing = createErasing({ ...options, tables })
  const sweep = createSweep({ ...options, tables })
  return {
    table(description, table, fields) {
      const sealer = createSealer(options.keys, description, table, fields)
      tables.set(sealer.name, sealer as unknown as Sealer)
      return sealer
    },
    tables,
    erasing,
    sweep,
    names,
    carryOver,
    async start() {
      await names.start()
      await erasing.start()
    },
    async stop() {
      await erasing.stop()
      await names.stop()
    },
  }
}
