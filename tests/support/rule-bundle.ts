import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { packBundle, writeBundle, writeCompiled } from '#engine/bundle'
import { prepareRules, type RuleFile } from '#engine/rules'

const own = generateKeyPairSync('ed25519')

/** A rule set as a device gets it. */
export function makeRuleBundle(
  given: string | readonly RuleFile[],
  { set = 'trial', version = 1, licence = 'DRL-1.1', isRealTime = true, key = own.privateKey as KeyObject } = {},
): Buffer {
  const files = typeof given === 'string' ? [{ name: `${set}.yar`, text: given }] : given
  const prepared = prepareRules([{ name: set, licence, author: 'A. Writer', files, isRealTime }])
  const rules = prepared.sets.reduce((sum, one) => sum + one.rules, 0)
  const about = { kind: 'compiled', set, version, licence, author: 'A. Writer', isRealTime, rules } as const
  return packBundle(writeBundle(about, writeCompiled(prepared), key))
}
