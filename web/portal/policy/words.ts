import type { Scope, SettingName } from '#portal/policies/api'
import { listed } from '../../design/listed.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { LevelState, PolicySettings } from '../api.ts'

/** In the order in which the page asks for them. */
export const settingOrder = [
  'realTime',
  'reportOnly',
  'profile',
  'schedule',
  'cloud',
  'clamd',
  'unknownContent',
  'ruleSets',
] as const satisfies readonly SettingName[]

/** The database gives the keys of a schedule in an order of its own. */
const plain = (value: unknown) => (value && typeof value === 'object' ? Object.entries(value).toSorted() : value)
export const isSame = (one: unknown, other: unknown) => JSON.stringify(plain(one)) === JSON.stringify(plain(other))
export const without = (own: LevelState['own'], name: SettingName): LevelState['own'] =>
  Object.fromEntries(Object.entries(own).filter(([one]) => one !== name))

export function usePolicyWords() {
  const t = useTexts()
  return {
    setting: (name: SettingName) => t(`policy.${name === 'unknownContent' ? 'unknown' : name}`),
    /** Of a newer server there may be values that this page does not know: then nothing is said. */
    value(name: SettingName, given: unknown): string {
      if (typeof given === 'boolean') return given ? t('policy.on') : t('policy.off')
      if (name === 'profile') return t(`policy.profiles.${given === 'strict' ? 'strict' : 'default'}`)
      if (name === 'unknownContent') return t(`policy.unknowns.${given === 'send' ? 'send' : 'never'}`)
      if (name === 'schedule') {
        const schedule = given as PolicySettings['schedule']
        return schedule ? `${t(`policy.schedules.${schedule.every}`)} ${schedule.at}` : t('policy.schedules.never')
      }
      const sets = given as PolicySettings['ruleSets']
      return sets ? (sets.length > 0 ? listed(sets) : t('policy.noRuleSets')) : t('policy.everyRuleSet')
    },
    scope({ kind, name }: Pick<Scope, 'kind' | 'name'>): string {
      if (kind === 'organization') return t('policy.levelOrganization')
      return t(`policy.levelOf.${kind}`, { name: name ?? t('fleet.erased') })
    },
  }
}
