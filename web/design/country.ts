import type { Language } from './relative-time.ts'

/** As people call it, with the code that the form and the contract have: "Suomi (FI)". */
export function sayCountry(code: string, language: Language): string {
  const name = /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(language, { type: 'region' }).of(code) : undefined
  return name === undefined || name === code ? code : `${name} (${code})`
}
