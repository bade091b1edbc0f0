import type { Pledge } from './registry.ts'

export type Figure = {
  readonly program: string
  readonly name: string
  readonly unit: string
  readonly limit: number
  readonly figure: number | null
  readonly takenAt: Date
}

/** Somebody's word for a pledge. */
export type Declared = { readonly pledge: string; readonly by: string; readonly on: string; readonly until: string }

export type State = 'kept' | 'broken' | 'unknown'

export type Judged = {
  readonly pledge: Pledge
  readonly state: State
  /** Of a measured pledge: the figure that decides, the worst of its proofs. */
  readonly figure?: Figure
  /** Of a declared one: the newest word, also when its time is over. */
  readonly declared?: Declared
}

/** Privacy looks every two minutes. A figure older than two looks, and a little, tells nothing about now. */
export const oldestMilliseconds = 5 * 60_000

const rank: Readonly<Record<State, number>> = { broken: 0, unknown: 1, kept: 2 }

function judgeFigure(figure: Figure | undefined, now: Date): State {
  if (!figure || figure.figure === null) return 'unknown'
  if (now.getTime() - figure.takenAt.getTime() > oldestMilliseconds) return 'unknown'
  return figure.figure <= figure.limit ? 'kept' : 'broken'
}

/** Whether each pledge is kept now. What nobody knows is never kept. */
export function judge(
  registry: readonly Pledge[],
  figures: readonly Figure[],
  declarations: readonly Declared[],
  now: Date,
): Judged[] {
  const byName = new Map(figures.map((figure) => [`${figure.program}/${figure.name}`, figure]))
  return registry.map((pledge) => {
    const { kept } = pledge
    if (kept.kind === 'declared') {
      const declared = declarations.find((one) => one.pledge === pledge.id)
      const state = declared && now < new Date(declared.until) ? ('kept' as const) : ('unknown' as const)
      return { pledge, state, ...(declared ? { declared } : {}) }
    }
    // Their proof is that this version was built at all.
    if (kept.kind !== 'measured') return { pledge, state: 'kept' as const }
    const [worst] = kept.proofs
      .map((name) => ({ figure: byName.get(name), state: judgeFigure(byName.get(name), now) }))
      .sort((a, b) => rank[a.state] - rank[b.state] || (b.figure?.figure ?? 0) - (a.figure?.figure ?? 0))
    return { pledge, state: worst?.state ?? 'unknown', ...(worst?.figure ? { figure: worst.figure } : {}) }
  })
}

/** What needs somebody first. */
export const worstFirst = (judged: readonly Judged[]): Judged[] =>
  [...judged].sort((a, b) => rank[a.state] - rank[b.state])
