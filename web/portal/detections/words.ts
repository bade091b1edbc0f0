import i18next from 'i18next'
import type { ListedDetection } from '#portal/detections/api'
import { useTexts } from '../../texts/use-texts.ts'

export const doneLooks = {
  blocked: 'good',
  quarantined: 'good',
  stopped: 'good',
  reported: 'over',
  failed: 'refused',
} as const

export const fateLooks = {
  restoring: 'waiting',
  restored: 'good',
  deleting: 'waiting',
  deleted: 'good',
  failed: 'refused',
} as const

export const severityLooks = { critical: 'refused', high: 'over', medium: 'waiting', low: 'good' } as const
export const stateLooks = { new: 'waiting', investigating: 'waiting', resolved: 'good' } as const

export function useDetectionWords() {
  const t = useTexts()
  return {
    /** A rule has the name its author gave it; what the agent notices by itself has words of ours. */
    rule: ({ kind, rule }: Pick<ListedDetection, 'kind' | 'rule'>) =>
      kind === 'encryptor' && i18next.exists(`ruleNames.${rule}`)
        ? i18next.t(`ruleNames.${rule}` as 'ruleNames.canary')
        : rule,
    state: ({ state, resolution }: Pick<ListedDetection, 'state' | 'resolution'>) =>
      resolution === 'false-positive' ? t('handling.falsePositive') : t(`detectionStates.${state}`),
    assignee: ({ assignee }: Pick<ListedDetection, 'assignee'>) =>
      assignee === null ? t('handling.nobody') : (assignee.name ?? t('handling.erased')),
    done: (done: ListedDetection['done']) => t(`dones.${done}`),
    why: (why: string) => (i18next.exists(`whys.${why}`) ? i18next.t(`whys.${why}` as 'whys.policy') : why),
  }
}
