import type { z } from 'zod'
import type { Log } from '#base/log'
import type { Calls } from '#server/calls'
import type { Jobs } from '#server/jobs'
import type { Messages } from '#server/messages'
import type { Metrics } from '#server/metrics'
import { figureIn, type ProofTable } from '#server/proofs'
import type { Route } from '#server/routes'
import type { decideBody, finishBody, holdList, proposeBody, reviewBody } from './api.ts'
import { changed, closeEnded, decide, finish, type Needs, propose, review } from './decide.ts'
import { countOverdue, list } from './list.ts'
import { routes } from './routes.ts'
import { tell } from './tell.ts'

export type Holds = {
  list(): Promise<z.input<typeof holdList>>
  propose(asked: z.output<typeof proposeBody>): Promise<void>
  decide(asked: z.output<typeof decideBody>): Promise<void>
  review(asked: z.output<typeof reviewBody>): Promise<void>
  finish(asked: z.output<typeof finishBody>): Promise<void>
  /** Every hour: holds whose end has come. */
  closeEnded(): Promise<void>
  readonly proofs: ProofTable
  readonly routes: readonly Route[]
}

export function createHolds(
  needs: Needs & {
    readonly log: Log
    readonly calls: Pick<Calls, 'call'>
    readonly messages: Pick<Messages, 'publish' | 'subscribe'>
    readonly jobs: Pick<Jobs, 'define'>
    readonly metrics: Pick<Metrics, 'gauge'>
  },
): Holds {
  const { database, clock, messages, jobs, metrics } = needs
  const holds = {
    list: () => list(database, clock.now()),
    propose: (asked) => propose(needs, asked),
    decide: (asked) => decide(needs, asked),
    review: (asked) => review(needs, asked),
    finish: (asked) => finish(needs, asked),
    closeEnded: () => closeEnded(needs),
    proofs: {
      'holds.overdue': {
        clauses: ['RT-23'],
        limit: 0,
        unit: 'rows',
        run: async ({ prover, now }) => figureIn(await prover`select holds.prove_overdue(${now})::text as figure`),
      },
    },
  } satisfies Omit<Holds, 'routes'>
  // Until every program has answered; later words on the same hold wait for it.
  messages.subscribe(changed, { name: 'holds.tell-programs', purpose: 'rights' }, ({ payload }, tx) =>
    tell(needs, tx, String(payload.holdId)),
  )
  jobs.define('holds.close-ended', { purpose: 'rights', cron: '13 * * * *' }, holds.closeEnded)
  metrics.gauge('vartio_holds_overdue', 'Holds whose review is due.', () => countOverdue(database, clock.now()))
  return { ...holds, routes: routes(holds) }
}
