import i18next from 'i18next'
import { useTexts } from '../../texts/use-texts.ts'
import type { ListedDetection } from '../api.ts'

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

export function useDetectionWords() {
  const t = useTexts()
  return {
    /** A rule has the name its author gave it; what the agent notices by itself has words of ours. */
    rule: ({ kind, rule }: Pick<ListedDetection, 'kind' | 'rule'>) =>
      kind === 'encryptor' && i18next.exists(`ruleNames.${rule}`)
        ? i18next.t(`ruleNames.${rule}` as 'ruleNames.canary')
        : rule,
    done: (done: ListedDetection['done']) => t(`dones.${done}`),
    why: (why: string) => (i18next.exists(`whys.${why}`) ? i18next.t(`whys.${why}` as 'whys.policy') : why),
  }
}
