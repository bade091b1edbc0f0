import type { FastifyInstance } from 'fastify'
import type { Clock } from '#base/clock'
import type { LineWatch } from '#base/line-watch'
import type { Log } from '#base/log'
import { watchCookies } from './cookies-sent.ts'
import type { DatabaseAddress } from './database.ts'
import type { Keys } from './keys/keys.ts'
import type { Program } from './migrate.ts'
import { defineOwnProofs, type Known } from './own-proofs.ts'
import { createProofs, type Proofs } from './proofs.ts'
import { connectProver } from './prover.ts'

export type Proving = {
  readonly proofs: Proofs
  /** Once, by the program's build: what it must know to prove what every program proves. */
  proveSelf(known: Known): void
  stop(): Promise<void>
}

/** Before any area registers a route: cookies are watched from the first answer on. */
export function createProving(options: {
  program: Program
  address: DatabaseAddress
  clock: Clock
  log: Log
  app: FastifyInstance
  publicFolder: string
  watch: Pick<LineWatch, 'found'>
  keys: Pick<Keys, 'state'>
}): Proving {
  const { program, address, clock, log, app, publicFolder, watch, keys } = options
  const prover = connectProver(address, program)
  const proofs = createProofs({ prover: prover as never, clock, log })
  const cookiesSent = watchCookies(app)
  return {
    proofs,
    proveSelf: (known) => defineOwnProofs({ program, proofs, publicFolder, watch, cookiesSent, keys }, known),
    stop: () => prover.end({ timeout: 5 }),
  }
}
