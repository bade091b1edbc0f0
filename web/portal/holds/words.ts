import i18next from 'i18next'
import { useTexts } from '../../texts/use-texts.ts'
import type { Hold } from '../api.ts'

/** What a hold says, in words; a word of a newer server than this page is shown as it is. */
export function useHoldWords() {
  const t = useTexts()
  const say = (group: 'grounds' | 'outcomes', word: string) =>
    i18next.exists(`holds.${group}.${word}`) ? i18next.t(`holds.${group}.${word}` as 'holds.grounds.law') : word
  return {
    ground: (word: string) => say('grounds', word),
    outcome: (word: string) => say('outcomes', word),
    scope({ person, organization, log }: Pick<Hold, 'person' | 'organization' | 'log'>): string {
      const parts = [
        person ? (person.name ?? t('holds.somebody')) : undefined,
        organization ? (organization.name ?? t('holds.someOrganization')) : undefined,
        log ? t(log === 'audit-log' ? 'pages.audit' : 'pages.activity') : undefined,
      ].filter((part) => part !== undefined)
      return parts.length > 0 ? parts.join(' · ') : t('holds.nobodyAnyMore')
    },
  }
}
