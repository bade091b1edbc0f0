import i18next from 'i18next'

/** A word of a newer server than this page is shown as it is. */
export function requestWord(group: 'kinds' | 'states' | 'grounds' | 'programs' | 'refusals', word: string): string {
  // Codes have a dot, which would lead deeper into the texts.
  const key = `requests.${group}.${word.replaceAll('.', '_')}`
  return i18next.exists(key) ? i18next.t(key as 'requests.kinds.export') : word
}
