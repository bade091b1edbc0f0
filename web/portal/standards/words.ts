import { useTexts } from '../../texts/use-texts.ts'
import type { LevelState } from '../api.ts'
import { isSame, settingOrder, usePolicyWords } from '../policy/words.ts'

/** What a standard says of each setting, in one form; nothing: each company decides. */
export function useSaid() {
  const t = useTexts()
  const words = usePolicyWords()
  return ({ own, locked }: LevelState, name: (typeof settingOrder)[number]): string =>
    own[name] === undefined
      ? t('standards.notDecided')
      : `${words.value(name, own[name])}${locked.includes(name) ? ` (${t('standards.locked')})` : ''}`
}

/** Names of settings of which two do not say the same. */
export const differing = (one: LevelState, other: LevelState) =>
  settingOrder.filter(
    (name) =>
      !isSame(one.own[name], other.own[name]) ||
      (one.own[name] !== undefined && one.locked.includes(name) !== other.locked.includes(name)),
  )
