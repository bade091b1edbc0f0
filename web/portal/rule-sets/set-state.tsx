import { useTexts } from '../../texts/use-texts.ts'
import type { ListedRuleSet } from '../api.ts'

const steps = ['fetch', 'prepare', 'try'] as const

type Stand = Pick<ListedRuleSet, 'state' | 'version' | 'isUsed' | 'rules' | 'why' | 'step' | 'done' | 'outOf'>

export const isUnderWay = ({ state }: Pick<Stand, 'state'>) => ['waiting', 'fetching', 'making'].includes(state)

export const kilobytes = (bytes: number) =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`

/** How far a set has come, and whether devices have it. */
export function SetState({ set }: { set: Stand }) {
  const t = useTexts()
  const rules = t('ruleSets.rules', { count: set.rules })
  const before = set.version > 0 && set.isUsed ? ` ${t('ruleSets.before', { rules })}` : ''
  if (set.state === 'failed')
    return `${t('ruleSets.failed')}: ${t(`ruleSets.whys.${set.why ?? 'other'}`, { defaultValue: set.why ?? '' })}${before}`
  if (isUnderWay(set)) {
    const figure =
      set.outOf > 0
        ? set.step === 'fetch'
          ? ` ${kilobytes(set.done)} / ${kilobytes(set.outOf)}`
          : ` ${set.done} / ${set.outOf}`
        : ''
    const step = steps.find((one) => one === set.step) ?? 'wait'
    return `${t(`ruleSets.steps.${step}`)}${figure}${before}`
  }
  return `${set.isUsed ? t('ruleSets.used') : t('ruleSets.notUsed')}, ${rules}`
}
