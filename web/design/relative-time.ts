export type Language = 'fi' | 'en'

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

const justNow = { fi: 'juuri nyt', en: 'just now' } as const

/** "3 minuuttia sitten", "eilen", "2 tunnin päästä". Days are those of the calendar: 23.50 was yesterday at 0.10. */
export function relativeTime(at: Date, now: Date, language: Language): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
  if (Math.abs(seconds) < 45) return justNow[language]
  const days = calendarDay(at) - calendarDay(now)
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? (['minute', 60] as const)
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  if (unit === 'day') return format.format(days, 'day')
  return format.format(Math.trunc(seconds / length) || Math.sign(seconds), unit)
}

const calendarDay = (at: Date) => Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000)

/** The exact time, as it is said: "21.11.2026 klo 21.05.03". */
export function exactTime(at: Date, language: Language): string {
  const locale = language === 'fi' ? 'fi-FI' : 'en-GB'
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
}

/** A day that somebody counts on: "21.11.2026". */
export function exactDay(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(language === 'fi' ? 'fi-FI' : 'en-GB', { dateStyle: 'medium' }).format(at)
}

/** When the words change next, so that a page left open does not keep saying "just now". */
export function changesAfterMs(at: Date, now: Date): number {
  const age = Math.abs(now.getTime() - at.getTime())
  if (age < 45_000) return 46_000 - age
  return age < 3_600_000 ? 30_000 : 900_000
}
