import type { Candidate, Skipped } from './choose.ts'
import { compile, type NativeRules, validate } from './native.ts'

/** A rule that is dropped takes those with it that name it, and so on; a chain longer than this is no honest one. */
const mostRounds = 20

export type Compiled = { rules: NativeRules; kept: readonly Candidate[] }

/** What YARA-X refuses is left out by name, until it refuses nothing more. */
export function compileBatch(batch: readonly Candidate[], skipped: Skipped[]): Compiled | undefined {
  let kept = batch
  for (let round = 0; round < mostRounds && kept.length > 0; round++) {
    const written = write(kept)
    let failure: unknown
    try {
      return { rules: compile(written.source), kept }
    } catch (error) {
      failure = error
    }
    const refused = findRefused(kept, written)
    // Not an objection to a rule: the compiler itself is not there, or does not work.
    if (refused.size === 0) throw failure
    for (const [{ rule, file, set }, why] of refused) skipped.push({ ruleSet: set.name, file, rule: rule.name, why })
    kept = kept.filter((candidate) => !refused.has(candidate))
  }
  for (const { rule, file, set } of kept)
    skipped.push({ ruleSet: set.name, file, rule: rule.name, why: 'still refused after many others were left out' })
  return undefined
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
    for (const candidate of guilty) if (candidate && !refused.has(candidate)) refused.set(candidate, why)
  }
  return refused
}
