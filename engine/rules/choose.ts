import { validate } from './native.ts'
import { type Gate, gateOf, type ParsedRule, parseRules, screenOf } from './parse.ts'
import { isUnder, type RuleSet } from './sets.ts'

/** `real-time` is small enough to stand before every open; `whole` is everything. */
export type Size = 'real-time' | 'whole'

export type Skipped = { ruleSet: string; file: string; rule?: string; why: string }

export type Candidate = {
  rule: ParsedRule
  /** Of YARA, that the condition names. */
  modules: readonly string[]
  file: string
  set: RuleSet
  /** The kind of file without which it cannot match. */
  gate: Gate | undefined
  /** What tells, without modules, the files for which it is worth asking. */
  screen?: ParsedRule
  /** It is asked only when its screen has matched. */
  isScreened?: true
}

/** What a rule names that is not its own: other rules, modules, externals. */
const namesIn = ({ condition }: ParsedRule) => condition.filter((token) => /^[A-Za-z_]/.test(token))

/** Everything that may be compiled, in batches in which no name occurs twice. */
export function chooseRules(sets: readonly RuleSet[], size: Size, skipped: Skipped[]): Candidate[][] {
  const groups = sets
    .filter(({ isRealTime }) => size === 'whole' || isRealTime)
    .flatMap((set) => readSet(set, size, skipped))
  const batches: Candidate[][] = []
  for (const group of groups) {
    const [first] = group
    if (group.length === 1 && first?.screen && isWorthScreening(groups, first.gate)) {
      place(batches, [{ ...first, isScreened: true }])
      place(batches, [{ rule: first.screen, modules: [], file: first.file, set: first.set, gate: first.gate }])
    } else place(batches, group)
  }
  return batches
}

/** Not where some rule of the same files needs its module anyway. */
function isWorthScreening(groups: readonly Candidate[][], gate: Gate | undefined): boolean {
  return groups.every((group) => group.every((one) => one.gate !== gate || one.modules.length === 0 || one.screen))
}

/** The rules of a set in groups that must be compiled together: by gate, and what hangs together in a file of its own. */
function readSet(set: RuleSet, size: Size, skipped: Skipped[]): Candidate[][] {
  const groups: Candidate[][] = []
  for (const file of set.files) {
    const { imports, hasIncludes, rules } = parseRules(file.text)
    const skip = (why: string, rule?: string) =>
      skipped.push({ ruleSet: set.name, file: file.name, ...(rule === undefined ? {} : { rule }), why })
    if (hasIncludes) skip('includes other files; give those instead')
    else if (rules.length === 0 && file.text.trim() !== '') skip('holds no rule')
    const own = rules.filter(({ name, meta }) => {
      const isOurs = isUnder(set.licence, meta.license ?? meta.licence)
      const isLeftOut = set.leftOut?.has(name) ?? false
      if (!isOurs) skip('states another licence than its set', name)
      else if (isLeftOut) skip('finds what is clean', name)
      return isOurs && !isLeftOut
    })
    for (const tied of tiedGroups(own)) {
      const isTied = tied.length > 1 || tied.some((rule) => rule.isGlobal)
      const candidates = tied.map((rule): Candidate => {
        const modules = imports.filter((name) => rule.condition.includes(name))
        const screen = isTied || modules.length === 0 ? undefined : screenOf(rule, modules)
        return {
          rule,
          modules,
          file: file.name,
          set,
          gate: isTied ? undefined : gateOf(rule.condition),
          // One that YARA-X does not take, for whatever reason, is none.
          ...(screen && validate(screen.text).length === 0 ? { screen } : {}),
        }
      })
      // What cannot run here is left to the scans that nobody waits for.
      groups.push(size === 'real-time' ? candidates.filter(({ gate }) => gate !== 'pe') : candidates)
    }
  }
  return groups.filter((group) => group.length > 0)
}

/** Rules of a file that name each other, in their order; all of them where one is global, which decides over every other. */
function tiedGroups(rules: readonly ParsedRule[]): ParsedRule[][] {
  if (rules.some(({ isGlobal }) => isGlobal)) return [[...rules]]
  const groupOf = new Map<string, ParsedRule[]>()
  for (const rule of rules) groupOf.set(rule.name, [...(groupOf.get(rule.name) ?? []), rule])
  for (const rule of rules)
    for (const name of namesIn(rule)) {
      const [own, other] = [groupOf.get(rule.name), groupOf.get(name)]
      if (!own || !other || own === other) continue
      own.push(...other)
      for (const one of other) groupOf.set(one.name, own)
    }
  const order = new Map(rules.map((rule, place) => [rule, place]))
  return [...new Set(groupOf.values())].map((group) =>
    group.sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0)),
  )
}

/** Into the first batch of its gate that has none of its names: two sets may use the same. A global rule stays among its own. */
function place(batches: Candidate[][], group: Candidate[]): void {
  const gate = group[0]?.gate
  const isAlone = group.some(({ rule }) => rule.isGlobal)
  const batch = isAlone
    ? undefined
    : batches.find(
        (one) =>
          one[0]?.gate === gate &&
          one[0]?.isScreened === group[0]?.isScreened &&
          !one.some((other) => other.rule.isGlobal) &&
          !namesOf(one).hasAny(group.map(({ rule }) => rule.name)),
      )
  if (batch) {
    batch.push(...group)
    namesOf(batch).add(group)
  } else {
    batches.push(group)
  }
}

const batchNames = new WeakMap<Candidate[], Set<string>>()

function namesOf(batch: Candidate[]) {
  let names = batchNames.get(batch)
  if (names === undefined) {
    names = new Set(batch.map(({ rule }) => rule.name))
    batchNames.set(batch, names)
  }
  const known = names
  return {
    hasAny: (asked: readonly string[]) => asked.some((name) => known.has(name)),
    add: (group: readonly Candidate[]) => {
      for (const { rule } of group) known.add(rule.name)
    },
  }
}
