import i18next, { type FormatterModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../design/relative-time.ts'
import { sayNumber } from '../design/say-number.ts'
import { en } from './en.ts'
import { fi } from './fi.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'texts'
    resources: { texts: typeof fi }
  }
}

/** Every number that a text is filled with. */
const formatter: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  format: (value: unknown) => (typeof value === 'number' ? sayNumber(value) : (value as string)),
  add: () => undefined,
  addCached: () => undefined,
}

export async function startTexts(language: Language): Promise<void> {
  await i18next
    .use(initReactI18next)
    .use(formatter)
    .init({
      lng: language,
      fallbackLng: 'fi',
      defaultNS: 'texts',
      resources: { fi: { texts: fi }, en: { texts: en } },
      interpolation: { escapeValue: false /* React escapes */, alwaysFormat: true },
      returnNull: false,
    })
  document.documentElement.lang = language
}

export async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** Before anybody has signed in the browser's own wish counts: the same list it sends as Accept-Language. */
export function wishedLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const language = wish.slice(0, 2).toLowerCase()
    if (language === 'fi' || language === 'en') return language
  }
  return 'en'
}
