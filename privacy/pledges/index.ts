import type { z } from 'zod'
import type { Language } from '#base/languages'
import type { Jobs } from '#server/jobs'
import type { Metrics } from '#server/metrics'
import type { ProofTable } from '#server/proofs'
import type { Route } from '#server/routes'
import type { declarableAnswer } from './api.ts'
import { type Judged, judge } from './judge.ts'
import { createDeclared, look, readFigures, type Uses } from './look.ts'
import { renderPledges, writePledges } from './page.ts'
import { createProofs } from './proofs.ts'
import { registry } from './registry.ts'
import { routes } from './routes.ts'

export type { Judged } from './judge.ts'
export { registry }

type Needs = Omit<Uses, 'silences' | 'transparency' | 'declared'> & {
  readonly jobs: Pick<Jobs, 'define' | 'send'>
  readonly metrics: Pick<Metrics, 'gauges'>
  readonly publicFolder: string
}

export type Pledges = {
  /** Asks every program for its figures; every two minutes by itself. */
  look(): Promise<void>
  judge(): Promise<readonly Judged[]>
  page(language: Language): Promise<string>
  /** The same for machines. */
  write(): Promise<ReturnType<typeof writePledges>>
  /** Once the program listens: not two minutes later. */
  begin(): Promise<void>
  /** What people may vouch for in the portal. */
  declarable(): z.input<typeof declarableAnswer>
  readonly proofs: ProofTable
  readonly routes: readonly Route[]
}

export function createPledges(given: Needs, { transparency }: Pick<Uses, 'transparency'>): Pledges {
  const needs = { ...given, transparency, silences: new Map<string, number>(), declared: createDeclared(given) }
  const { clock, jobs, metrics } = needs
  const judgeNow = async () => judge(registry, await readFigures(needs), await needs.declared(), clock.now())
  metrics.gauges(
    'vartio_pledge_kept',
    'Whether a pledge is kept: 1, or 0 when it is not or nobody knows.',
    'pledge',
    async () => (await judgeNow()).map(({ pledge, state }) => [pledge.id, state === 'kept' ? 1 : 0]),
  )
  jobs.define('pledges.look', { purpose: 'proof', cron: '*/2 * * * *' }, () => look(needs))
  const pledges = {
    look: () => look(needs),
    judge: judgeNow,
    page: async (language) => renderPledges({ language, judged: await judgeNow(), now: clock.now() }),
    declarable: () => ({
      pledges: registry
        .filter(({ kept }) => kept.kind === 'declared')
        .map(({ id, clauses, says, how }) => ({ pledge: id, clauses: [...clauses], says, how })),
    }),
    write: async () => writePledges(await judgeNow(), clock.now()),
    begin: () => jobs.send(undefined, 'pledges.look', {}),
  } satisfies Omit<Pledges, 'routes' | 'proofs'>
  return { ...pledges, proofs: createProofs(needs.publicFolder), routes: routes(pledges) }
}
