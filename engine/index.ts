import type { Rules } from '#engine/rules'
import { scan } from './scan.ts'
import { defaultLimits, type KnownBad, type KnownGood, type Limits, type Source, type Verdict } from './verdict.ts'

export type { FileType } from '#engine/types'
export type { Finding, KnownBad, KnownGood, Limits, NotUnpacked, Reason, Source, Verdict } from './verdict.ts'
export { defaultLimits } from './verdict.ts'

export type Engine = {
  /** Content to verdict, on the spot. The name is for rules and for what is shown; what a file is, is asked of its content. */
  scan(source: Source, name?: string): Promise<Verdict>
  ruleSets: Rules['sets']
  close(): void
}

export type EngineOptions = {
  rules: Rules
  knownBad?: KnownBad
  knownGood?: KnownGood
  limits?: Partial<Limits>
}

export async function createEngine({ limits, ...uses }: EngineOptions): Promise<Engine> {
  const all = { ...uses, limits: { ...defaultLimits, ...limits } }
  return {
    scan: (source, name = '') => scan(all, source, name),
    ruleSets: uses.rules.sets,
    close: () => uses.rules.close(),
  }
}
