import { createHash } from 'node:crypto'
import { AppError } from '#base/errors'
import { writeCompiled } from '#engine/bundle'
import { loadRules, prepareRules, type RuleBundle, type RuleSet, type Skipped } from '#engine/rules'
import { cleanRoots, type Tried, tryOut } from './try-out.ts'
import { unpackRules } from './unpack.ts'

export type Order = {
  set: string
  licence: string
  author?: string
  isRealTime: boolean
  /** Where clean files lie, if not where every system has them. */
  roots?: readonly string[]
}

export type Made = {
  rules: number
  /** Of what came in. */
  sha256: string
  /** Rules left out and why, the first of each; all of them are counted. */
  skipped: readonly Skipped[]
  skippedCount: number
  tried: Tried
  parts: readonly Buffer[]
}

const mostTold = 2_000
const ruleCount = ({ sets }: RuleBundle) => sets.reduce((sum, { rules }) => sum + rules, 0)

export async function makeRules(
  { set, roots = cleanRoots, ...order }: Order,
  content: Buffer,
  progress: (step: 'prepare' | 'try', done: number, of: number) => void = () => undefined,
): Promise<Made> {
  const given: RuleSet = { name: set, ...order, files: await unpackRules(content) }
  progress('prepare', 0, given.files.length)
  const first = prepareRules([given])
  if (ruleCount(first) === 0) throw new AppError('rules.none', 422, 'Not one rule in it can be used.')
  const rules = await loadRules(first)
  const tried = tryOut(rules, roots, (done, of) => progress('try', done, of))
  rules.close()
  const alarms = new Set(tried.falseAlarms.map(({ rule }) => rule))
  const prepared = alarms.size === 0 ? first : prepareRules([{ ...given, leftOut: alarms }])
  if (ruleCount(prepared) === 0)
    throw new AppError('rules.all_find_clean', 422, 'Every rule in it finds clean files of this machine.')
  const { skipped } = prepared
  return {
    rules: ruleCount(prepared),
    sha256: createHash('sha256').update(content).digest('hex'),
    skipped: skipped.slice(0, mostTold).map(({ why, ...one }) => ({ ...one, why: why.slice(0, 200) })),
    skippedCount: skipped.length,
    tried: { ...tried, falseAlarms: tried.falseAlarms.slice(0, mostTold) },
    parts: writeCompiled(prepared),
  }
}
