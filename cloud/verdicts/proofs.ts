import type { ProofTable } from '#server/proofs'
import { verifySegment } from './segment.ts'
import type { Store } from './store.ts'

/** Read through again so often, and after each change. */
const oldestMilliseconds = 24 * 3_600_000
/** In one look of the office: a store of many gigabytes is gone through in several. */
const mostSteps = 256

/** Whether the files still are what was written. */
export function createProofs(store: Store): ProofTable {
  const checked = new Map<string, { at: number; isWhole: boolean }>()
  let work: { path: string; steps: Generator<void, boolean> } | undefined

  const look = async (now: number) => {
    for (const path of checked.keys())
      if (!store.segments.some((segment) => segment.path === path)) checked.delete(path)
    for (let step = 0; step < mostSteps; step += 1) {
      if (work && !store.segments.some(({ path }) => path === work?.path)) work = undefined
      const due = store.segments.find(({ path }) => (checked.get(path)?.at ?? 0) < now - oldestMilliseconds)
      if (!work && due) work = { path: due.path, steps: verifySegment(due) }
      if (!work) return
      const { done, value } = work.steps.next()
      if (done) {
        checked.set(work.path, { at: now, isWhole: value })
        work = undefined
      }
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
  return {
    'verdicts.damaged': {
      clauses: ['SC-02'],
      limit: 0,
      unit: 'faults',
      async run({ now }) {
        await look(now.getTime())
        return [...checked.values()].filter(({ isWhole }) => !isWhole).length
      },
    },
  }
}
