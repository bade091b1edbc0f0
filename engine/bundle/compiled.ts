import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Batch, RuleBundle, Size } from '#engine/rules'
import { unusable } from './form.ts'

export const mostTextBytes = 64 * 1024 * 1024
/** Cut after the first line behind `least` whose checksum says so: the same lines are cut alike, wherever they stand. */
const cut = { least: 8 * 1024, most: 1024 * 1024, oneIn: 1_024 }

/** Rules that were prepared, in pieces that change little from one version to the next. */
export function writeCompiled({ sets, skipped: _told, batches }: RuleBundle): Buffer[] {
  const lines = { sets, batches: batches.map((batch) => ({ ...batch, source: batch.source.split('\n') })) }
  const text = Buffer.from(JSON.stringify(lines, undefined, 1))
  if (text.length > mostTextBytes) throw unusable('it is larger than a rule set may be')
  return cutText(text).map((piece) => deflateRawSync(piece, { level: 9 }))
}

export function cutText(text: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  let [begin, line] = [0, 0]
  while (begin < text.length) {
    const newline = text.indexOf(10, line)
    const end = Math.min(newline < 0 ? text.length : newline + 1, begin + cut.most)
    const isLast = end === text.length
    const isCut = end - begin >= cut.least && crc32(text.subarray(line, end)) % cut.oneIn === 0
    if (isLast || isCut || end - begin === cut.most) {
      pieces.push(text.subarray(begin, end))
      begin = end
    }
    line = end
  }
  return pieces
}

export function readCompiled(parts: readonly Buffer[]): RuleBundle {
  let left = mostTextBytes
  const pieces = parts.map((part) => {
    try {
      const piece = inflateRawSync(part, { maxOutputLength: Math.max(1, left) })
      left -= piece.length
      return piece
    } catch (cause) {
      throw unusable('a part cannot be unpacked within the limits', cause)
    }
  })
  let value: unknown
  try {
    value = JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch (cause) {
    throw unusable('its rules cannot be read', cause)
  }
  return readRules(value)
}

type Given = Readonly<Record<string, unknown>>
const given = (value: unknown): Given => (typeof value === 'object' && value !== null ? (value as Given) : {})
const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

function readRules(value: unknown): RuleBundle {
  const { sets, batches } = given(value)
  const isSet = (set: unknown) => {
    const { name, licence, rules } = given(set)
    return typeof name === 'string' && typeof licence === 'string' && Number.isSafeInteger(rules)
  }
  if (!Array.isArray(sets) || !sets.every(isSet) || !Array.isArray(batches)) throw unusable('its rules are none')
  return { sets: sets as RuleBundle['sets'], skipped: [], batches: batches.map(readBatch) }
}

function readBatch(value: unknown): Batch {
  const { gate, source, known, others, isScreened, isAlone } = given(value)
  const isWhole =
    (gate === undefined || gate === 'pe' || gate === 'elf') &&
    areTexts(source) &&
    areTexts(others) &&
    typeof isScreened === 'boolean' &&
    typeof isAlone === 'boolean' &&
    Object.values(given(known)).every((match) => {
      const { rule, ruleSet, author, licence } = given(match)
      return [rule, ruleSet, author ?? '', licence].every((text) => typeof text === 'string')
    })
  if (!isWhole) throw unusable('some of its rules are none')
  // Without a prototype: a rule may be called `constructor`.
  const matches: Batch['known'] = Object.assign(Object.create(null), known)
  return { gate, source: source.join('\n'), known: matches, others, isScreened, isAlone }
}

/** Several sets as one: what is of one kind is compiled together, or each further set would cost a scan of its own. */
export function mergeCompiled(bundles: readonly { rules: RuleBundle; isRealTime: boolean }[], size: Size): RuleBundle {
  const wanted = bundles.filter(({ isRealTime }) => size === 'whole' || isRealTime).map(({ rules }) => rules)
  const merged: { batch: Batch; names: Set<string>; sources: string[] }[] = []
  for (const batch of wanted.flatMap(({ batches }) => batches)) {
    // What cannot run here is left to the scans that nobody waits for.
    if (size === 'real-time' && batch.gate === 'pe') continue
    const names = [...Object.keys(batch.known), ...batch.others]
    const same = merged.find(
      (one) =>
        one.batch.gate === batch.gate &&
        one.batch.isScreened === batch.isScreened &&
        !one.batch.isAlone &&
        !batch.isAlone &&
        !names.some((name) => one.names.has(name)),
    )
    if (same) {
      same.sources.push(batch.source)
      for (const name of names) same.names.add(name)
      Object.assign(same.batch.known, batch.known)
    } else {
      const known: Batch['known'] = Object.assign(Object.create(null), batch.known)
      merged.push({ batch: { ...batch, known }, names: new Set(names), sources: [batch.source] })
    }
  }
  const batches = merged.map(({ batch, sources }) => ({ ...batch, source: joinSources(sources) }))
  const count = (set: string) =>
    batches.flatMap(({ known }) => Object.values(known)).filter(({ ruleSet }) => ruleSet === set).length
  const sets = wanted.flatMap((rules) => rules.sets.map((set) => ({ ...set, rules: count(set.name) })))
  return { sets, skipped: [], batches }
}

/** Imports stand at the top of each (`trim.ts` writes them there), and once at the top of all. */
function joinSources(sources: readonly string[]): string {
  if (sources.length === 1) return sources[0] as string
  const imports = new Set<string>()
  const rest = sources.map((source) => {
    const lines = source.split('\n')
    const end = lines.findIndex((line) => !/^import "\w+"$/.test(line))
    for (const line of lines.slice(0, end)) imports.add(line)
    return lines.slice(end).join('\n')
  })
  return [...imports, ...rest].join('\n')
}
