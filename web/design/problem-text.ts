import i18next from 'i18next'
import { ApiProblem, codeOf } from './client.ts'

/** What happened, what is safe and what to do, for a code; unknown codes get an honest general sentence. */
export function problemText(error: unknown): string {
  const key = `problems.${codeOf(error)}`
  if (i18next.exists(key)) return i18next.t(key as 'problems.unknown')
  if (!(error instanceof ApiProblem)) return i18next.t('problems.web.fault')
  if (error.status === 403) return i18next.t('problems.not_permitted')
  if (error.status === 404) return i18next.t('problems.not_found')
  if (error.status === 429) return i18next.t('problems.too_many')
  return i18next.t('problems.unknown')
}
