import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { AppError } from '#base/errors'

/** Rules of one origin under one licence. */
export type RuleSet = {
  name: string
  /** As SPDX names it; rules that state another are dropped. `mixed`: each rule is under the licence it states. */
  licence: string
  /** Who wrote those that name nobody. */
  author?: string
  files: readonly RuleFile[]
  /** Decides while somebody waits for a file; sets that are not are for scans that nobody waits for. */
  isRealTime: boolean
  /** Rules that found what is clean. */
  leftOut?: ReadonlySet<string>
}

export type RuleFile = { name: string; text: string }

const mostFiles = 20_000
const mostBytes = 200 * 1024 * 1024

/** Every YARA file of a folder and the folders in it, in the order of their names. */
export function readRuleFiles(folder: string): RuleFile[] {
  const files: RuleFile[] = []
  let bytes = 0
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.yara?$/i.test(path)) continue
    const full = join(folder, path)
    const stat = statSync(full)
    if (!stat.isFile()) continue
    bytes += stat.size
    if (files.length === mostFiles || bytes > mostBytes)
      throw new AppError('engine.too_many_rules', 422, 'A rule set has more files or bytes than it may.')
    files.push({ name: relative(folder, full), text: readFileSync(full, 'utf8') })
  }
  return files
}

/** How licences are written in rules that are under them. */
const spellings: Readonly<Record<string, RegExp>> = {
  MIT: /^(?:the )?mit\b/i,
  'DRL-1.1': /detection rule licen[cs]e|\bDRL[ -]?1/i,
  'Apache-2.0': /apache/i,
  'BSD-2-Clause': /\bbsd\b.*2|2.*\bbsd\b/i,
  'BSD-3-Clause': /\bbsd\b.*3|3.*\bbsd\b/i,
}

/** What forbids to protect others for money, or as a service, which is what a provider does. */
const notForAService = /\bnc\b|non-?commercial|elastic/i

/** A rule without a word on it is under the licence of its set. */
export const isUnder = (licence: string, stated: string | undefined): boolean =>
  stated === undefined ||
  stated.trim() === '' ||
  stated.trim().toLowerCase() === licence.toLowerCase() ||
  (licence === 'mixed' ? !notForAService.test(stated) : (spellings[licence]?.test(stated) ?? false))
