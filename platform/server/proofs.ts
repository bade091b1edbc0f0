import { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { Sql } from './database.ts'
import type { Keys } from './keys/keys.ts'
import { type Route, route } from './routes.ts'

/** What a figure counts. A closed list: the page of pledges has words for each. */
export const units = [
  'rows', 'days', 'columns', 'rights', 'cookies', 'lines', 'samples', 'walls', 'entries', 'faults', 'seconds', 'backups', 'keys',
] as const // biome-ignore format: a list reads better in lines than in a column
export type Unit = (typeof units)[number]

export type Proof = {
  /** Clauses of the specification that hold while the figure is at most `limit`. */
  readonly clauses: readonly string[]
  readonly limit: number
  readonly unit: Unit
  /**
   * A figure and never data. `prover` is a connection of a role that can read no table: it may only execute functions named
   * `prove_…`, and those return counts and times. `at` is for a figure that was taken earlier than now.
   */
  readonly run: (ask: { readonly prover: Sql; readonly now: Date }) => Promise<number | { figure: number; at: Date }>
}

/** Proofs by name: `area.what`, in the area's own word. */
export type ProofTable = Readonly<Record<`${string}.${string}`, Proof>>

/** What the program answers to privacy. A figure that could not be taken is null: then nobody knows, which is not the same as kept. */
export const provedAnswer = z.object({
  proofs: z
    .array(
      z.object({
        name: z.string().max(100),
        clauses: z.array(z.string().max(10)).max(50),
        limit: z.number(),
        unit: z.enum(units),
        figure: z.number().nullable(),
        at: z.iso.datetime(),
      }),
    )
    .max(200),
  /** Up to which day its keys were written anew; missing when the store does not answer. */
  keyStore: z.object({ store: z.uuid(), epoch: z.int().min(0), rootNumber: z.int().min(0) }).optional(),
})
export type Proved = z.output<typeof provedAnswer>['proofs'][number]

export type Proofs = {
  /** Before the program listens. */
  define(name: keyof ProofTable, proof: Proof): void
  /** Takes every figure now. Whoever asks while they are being taken gets the same ones. */
  measure(): Promise<readonly Proved[]>
  names(): readonly string[]
}

/** Of a statement that asks one function of the prover: `select area.prove_…(…)::text as figure`. */
export function figureIn(rows: readonly { figure?: unknown }[]): number {
  return Number(rows[0]?.figure ?? Number.NaN)
}

/** No proof holds up the others for longer. */
const mostMilliseconds = 8_000

export function createProofs({ prover, clock, log }: { prover: Sql; clock: Clock; log: Log }): Proofs {
  const proofs = new Map<string, Proof>()
  let underWay: Promise<readonly Proved[]> | undefined

  const take = async (name: string, { clauses, limit, unit, run }: Proof): Promise<Proved> => {
    const now = clock.now()
    let [figure, at]: [number | null, Date] = [null, now]
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(reject, mostMilliseconds, new AppError('proofs.too_slow', 503, 'A proof took too long.'))
    })
    try {
      const taken = await Promise.race([run({ prover, now }), late])
      if (typeof taken === 'number') figure = taken
      else ({ figure, at } = taken)
      if (!Number.isFinite(figure)) throw new AppError('proofs.no_figure', 500, 'A proof gave no figure.')
    } catch (error) {
      figure = null
      log.warn('a proof could not be taken', { area: name, error })
    } finally {
      clearTimeout(timer)
    }
    return { name, clauses: [...clauses], limit, unit, figure, at: at.toISOString() }
  }
  // One after the other: proofs are never in a hurry, and whom they prove something about is at work.
  const takeAll = async () => {
    const taken: Proved[] = []
    for (const [name, proof] of proofs) taken.push(await take(name, proof))
    return taken
  }

  return {
    define(name, proof) {
      if (proofs.has(name)) throw new Error(`proof ${name} is defined twice`)
      proofs.set(name, proof)
    },
    async measure() {
      underWay ??= takeAll().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    names: () => [...proofs.keys()],
  }
}

/** One of the calls that every program answers to privacy. */
export const proofRoutes = (proofs: Pick<Proofs, 'measure'>, keys: Pick<Keys, 'state'>): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/rights/prove',
    permission: 'program:privacy',
    purpose: 'proof',
    does: 'answers the figures of this program',
    body: z.object({}),
    answer: provedAnswer,
    run: async () => {
      const measured = [...(await proofs.measure())]
      const state = await keys.state().catch(() => undefined)
      if (!state) return { proofs: measured }
      const { storeId: store, epoch, rootNumber } = state
      return { proofs: measured, keyStore: { store, epoch, rootNumber } }
    },
  }),
]
