import { AppError } from '#base/errors'
import type { Candidate, Skipped } from './choose.ts'
import type { RuleMatch } from './index.ts'
import { validate } from './native.ts'
import { type Gate, screenPrefix } from './parse.ts'

/** A rule that is dropped takes those with it that name it, and so on; a chain longer than this is no honest one. */
const mostRounds = 20

/** Rules that YARA-X takes, ready to be compiled without being read again. */
export type Batch = {
  gate: Gate | undefined
  source: string
  known: Record<string, RuleMatch>
  /** Names in it that are no rules of a set: screens. */
  others: readonly string[]
  /** Asked only when the screen of one of its rules, which lies in another batch, has matched. */
  isScreened: boolean
  /** A global rule decides over it, so nothing else may be compiled with it. */
  isAlone: boolean
}

/** What YARA-X refuses is left out by name, until it refuses nothing more. */
export function trimBatch(batch: readonly Candidate[], skipped: Skipped[]): Batch | undefined {
  let kept = batch
  for (let round = 0; round < mostRounds && kept.length > 0; round++) {
    const written = write(kept)
    const refused = findRefused(kept, written)
    if (refused.size === 0)
      return {
        gate: kept[0]?.gate,
        source: written.source,
        known: Object.fromEntries(
          kept
            .filter(({ rule }) => !rule.name.startsWith(screenPrefix))
            .map((candidate) => [candidate.rule.name, describe(candidate)]),
        ),
        others: kept.map(({ rule }) => rule.name).filter((name) => name.startsWith(screenPrefix)),
        isScreened: kept[0]?.isScreened ?? false,
        isAlone: kept.some(({ rule }) => rule.isGlobal),
      }
    for (const [{ rule, file, set }, why] of refused) skipped.push({ ruleSet: set.name, file, rule: rule.name, why })
    kept = kept.filter((candidate) => !refused.has(candidate))
  }
  for (const { rule, file, set } of kept)
    skipped.push({ ruleSet: set.name, file, rule: rule.name, why: 'still refused after many others were left out' })
  return undefined
}

function describe({ rule, set }: Candidate): RuleMatch {
  const author = rule.meta.author || set.author
  const stated = set.licence === 'mixed' ? rule.meta.license || rule.meta.licence || rule.meta.license_url : undefined
  const licence = stated?.slice(0, 100) || set.licence
  return { rule: rule.name, ruleSet: set.name, ...(author ? { author: author.slice(0, 200) } : {}), licence }
}

type Written = { source: string; modules: readonly string[]; lines: readonly number[] }

/** One source of all, and the line at which each rule begins; before them a line for each module. */
function write(candidates: readonly Candidate[]): Written {
  const modules = [...new Set(candidates.flatMap((candidate) => candidate.modules))]
  const lines: number[] = []
  let line = modules.length + 1
  for (const { rule } of candidates) {
    lines.push(line)
    line += rule.text.split('\n').length
  }
  const source = [...modules.map((name) => `import "${name}"`), ...candidates.map(({ rule }) => rule.text)].join('\n')
  return { source, modules, lines }
}

function findRefused(candidates: readonly Candidate[], { source, modules, lines }: Written) {
  const refused = new Map<Candidate, string>()
  for (const { line, why } of validate(source)) {
    const missing = modules[line - 1]
    const guilty =
      missing === undefined
        ? [candidates[lines.findLastIndex((first) => first <= line)]]
        : candidates.filter((candidate) => candidate.modules.includes(missing))
    // An objection to no rule is one to the way they were put together.
    if (guilty[0] === undefined) throw new AppError('engine.rules_refused', 500, `YARA-X refuses the rules: ${why}.`)
    for (const candidate of guilty) if (candidate && !refused.has(candidate)) refused.set(candidate, why)
  }
  return refused
}
