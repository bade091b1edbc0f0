import { AppError } from '#base/errors'
import { createUnpacker } from '#engine/containers'
import type { RuleSet } from '#engine/rules'
import { typeOf } from '#engine/types'
import { Budget } from '../budget.ts'

/** Larger than any set that is published; what is over them is refused whole, never cut. */
const limits = { depth: 3, entries: 50_000, ratio: 250, bytes: 256 * 1024 * 1024, milliseconds: 60_000 }
const mostFiles = 20_000
const mostRuleBytes = 48 * 1024 * 1024

const unpackable = (why: string) =>
  new AppError('rules.not_unpacked', 422, `This cannot be unpacked as a rule set: ${why}.`)

/** The files of rules in an archive, or the one file that it is. */
export async function unpackRules(content: Buffer): Promise<RuleSet['files']> {
  const unpacker = createUnpacker(new Budget(limits, content.length))
  const files: { name: string; text: string }[] = []
  let bytes = 0
  const take = (name: string, part: Buffer) => {
    bytes += part.length
    if (files.length === mostFiles || bytes > mostRuleBytes) throw unpackable('it has more or larger files than it may')
    files.push({ name, text: part.toString('utf8') })
  }
  /** Whether it held anything at all. */
  async function open(part: Buffer, name: string, depth: number): Promise<boolean> {
    let isContainer = false
    for await (const inner of unpacker.parts(typeOf(part), part, name, depth)) {
      isContainer = true
      if ('reason' in inner) throw unpackable(inner.reason)
      if (/\.yara?$/i.test(inner.name)) take(inner.name, inner.bytes)
      else if (depth < limits.depth && isPacked.has(typeOf(inner.bytes))) await open(inner.bytes, inner.name, depth + 1)
    }
    return isContainer
  }
  if (!(await open(content, 'rules', 1))) take('rules.yar', content)
  if (files.length === 0) throw unpackable('no file in it is named .yar or .yara')
  return files.sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** An archive of an archive is published; a program or a letter inside one is no rules. */
const isPacked: ReadonlySet<string> = new Set(['zip', '7z', 'tar', 'gzip', 'xz', 'bzip2', 'zstd'])
