import { useTranslation } from 'react-i18next'
import type { Language } from '../design/relative-time.ts'

export const useTexts = () => useTranslation().t

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'fi' ? 'fi' : 'en'
}
