import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileType } from '#engine/types'
import { chooseRules, type Size, type Skipped } from './choose.ts'
import { compile, type Externals, giveMemoryBack } from './native.ts'
import { type Gate, screenPrefix } from './parse.ts'
import type { RuleSet } from './sets.ts'
import { type Batch, trimBatch } from './trim.ts'

export type { Size, Skipped } from './choose.ts'
export type { Externals } from './native.ts'
export { type RuleFile, type RuleSet, readRuleFiles } from './sets.ts'
export { testFiles } from './test-files.ts'
export type { Batch } from './trim.ts'

export type RuleMatch = { rule: string; ruleSet: string; author?: string; licence: string }

export type Rules = {
  /** What is compiled, and what was left out and why. */
  sets: readonly { name: string; licence: string; rules: number }[]
  skipped: readonly Skipped[]
  scan(bytes: Buffer, type: FileType, externals: Externals): RuleMatch[]
  close(): void
}

/** Rule sets as they were chosen and tried: compiled from this, nothing is read, judged or tried again. */
export type RuleBundle = {
  sets: readonly { name: string; licence: string; rules: number }[]
  skipped: readonly Skipped[]
  batches: readonly Batch[]
}

/** Set by set, rule by rule: what YARA-X refuses is left out by name, and the rest still protects. */
export function prepareRules(sets: readonly RuleSet[], size: Size = 'whole'): RuleBundle {
  const skipped: Skipped[] = []
  const batches = chooseRules(sets, size, skipped).flatMap((batch) => trimBatch(batch, skipped) ?? [])
  const all = batches.flatMap(({ known }) => Object.values(known))
  const count = (name: string) => all.filter(({ ruleSet }) => ruleSet === name).length
  return { sets: sets.map(({ name, licence }) => ({ name, licence, rules: count(name) })), skipped, batches }
}

export async function loadRules({ sets, skipped, batches }: RuleBundle): Promise<Rules> {
  const scanners = batches
    .map(({ source, ...batch }) => ({ ...batch, rules: compile(source) }))
    .sort((a, b) => Number(a.isScreened) - Number(b.isScreened))
  await giveMemoryBack()
  return {
    sets,
    skipped,
    scan(bytes, type, externals) {
      const found: RuleMatch[] = []
      const opened = new Set<string>()
      for (const { gate, rules, known, isScreened } of scanners) {
        if (!isOpen(gate, bytes)) continue
        if (isScreened && ![...opened].some((name) => name in known)) continue
        for (const name of rules.scan(bytes, { ...externals, filetype: externals.filetype || type })) {
          const match = known[name]
          if (match) found.push(match)
          else if (name.startsWith(screenPrefix)) opened.add(name.slice(screenPrefix.length))
        }
      }
      return found
    },
    close() {
      for (const { rules } of scanners) rules.close()
    },
  }
}

export const compileRules = (sets: readonly RuleSet[], size: Size = 'whole'): Promise<Rules> =>
  loadRules(prepareRules(sets, size))

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
