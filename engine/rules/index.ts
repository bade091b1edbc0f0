import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileType } from '#engine/types'
import { type Candidate, chooseRules, type Size, type Skipped } from './choose.ts'
import { compileBatch } from './compile.ts'
import type { Externals, NativeRules } from './native.ts'
import type { Gate } from './parse.ts'
import type { RuleSet } from './sets.ts'

export type { Size, Skipped } from './choose.ts'
export type { Externals } from './native.ts'
export { type RuleSet, readRuleFiles } from './sets.ts'
export { testFiles } from './test-files.ts'

export type RuleMatch = { rule: string; ruleSet: string; author?: string; licence: string }

export type Rules = {
  /** What is compiled, and what was left out and why. */
  sets: readonly { name: string; licence: string; rules: number }[]
  skipped: readonly Skipped[]
  scan(bytes: Buffer, type: FileType, externals: Externals): RuleMatch[]
  close(): void
}

type Scanner = { gate: Gate | undefined; rules: NativeRules; known: ReadonlyMap<string, RuleMatch> }

/** Set by set, rule by rule: what YARA-X refuses is left out by name, and the rest still protects. */
export async function compileRules(sets: readonly RuleSet[], size: Size = 'whole'): Promise<Rules> {
  const skipped: Skipped[] = []
  const scanners: Scanner[] = []
  const counts = new Map<string, number>()
  for (const batch of chooseRules(sets, size, skipped)) {
    const compiled = compileBatch(batch, skipped)
    if (compiled === undefined) continue
    for (const { set } of compiled.kept) counts.set(set.name, (counts.get(set.name) ?? 0) + 1)
    const known = new Map(compiled.kept.map((candidate) => [candidate.rule.name, describe(candidate)]))
    scanners.push({ gate: batch[0]?.gate, rules: compiled.rules, known })
  }
  return {
    sets: sets.map(({ name, licence }) => ({ name, licence, rules: counts.get(name) ?? 0 })),
    skipped,
    scan(bytes, type, externals) {
      const found: RuleMatch[] = []
      for (const { gate, rules, known } of scanners) {
        if (!isOpen(gate, bytes)) continue
        for (const name of rules.scan(bytes, { ...externals, filetype: externals.filetype || type })) {
          const match = known.get(name)
          if (match) found.push(match)
        }
      }
      return found
    },
    close() {
      for (const { rules } of scanners) rules.close()
    },
  }
}

function describe({ rule, set }: Candidate): RuleMatch {
  const author = rule.meta.author || set.author
  return { rule: rule.name, ruleSet: set.name, ...(author ? { author } : {}), licence: set.licence }
}

/** The same comparison as in the conditions that were gated by it. */
function isOpen(gate: Gate | undefined, bytes: Buffer): boolean {
  if (gate === 'pe') return bytes.length >= 2 && bytes.readUInt16LE(0) === 0x5a4d
  if (gate === 'elf') return bytes.length >= 4 && bytes.readUInt32LE(0) === 0x464c457f
  return true
}

/** The project's own rules, which find test files and nothing else. */
export const testRules = (): RuleSet => ({
  name: 'vartio-test',
  licence: 'EUPL-1.2',
  author: 'Vartio',
  files: [{ name: 'test-rules.yar', text: readFileSync(join(import.meta.dirname, 'test-rules.yar'), 'utf8') }],
  isRealTime: true,
})
