import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { packBundle, writeBundle, writeCompiled } from '#engine/bundle'
import { prepareRules } from '#engine/rules'

const own = generateKeyPairSync('ed25519')

/** A rule set as a device gets it, made of one file of rules. */
export function makeRuleBundle(
  text: string,
  { set = 'trial', version = 1, isRealTime = true, key = own.privateKey as KeyObject } = {},
): Buffer {
  const files = [{ name: `${set}.yar`, text }]
  const prepared = prepareRules([{ name: set, licence: 'DRL-1.1', author: 'A. Writer', files, isRealTime }])
  const rules = prepared.sets.reduce((sum, one) => sum + one.rules, 0)
  const about = { kind: 'compiled', set, version, licence: 'DRL-1.1', author: 'A. Writer', isRealTime, rules } as const
  return packBundle(writeBundle(about, writeCompiled(prepared), key))
}
