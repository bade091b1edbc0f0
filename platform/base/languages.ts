/** Finnish is the first language of pages and the only binding one of notices (ID-02); English stands beside it. */
export const languages = ['fi', 'en'] as const
export type Language = (typeof languages)[number]

/**
 * The language a request asks for (RFC 9110 §12.5.4). Ties and unknown languages fall to Finnish.
 * The header is cut before it is read: it comes from outside and has no limit of its own.
 */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  let chosen: Language = 'fi'
  let best = 0
  for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const quality = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1]).find(Boolean)
    const weight = quality === undefined ? 1 : Number(quality)
    const language = languages.find((known) => tag === known || tag.startsWith(`${known}-`))
    if (language && weight > best) {
      best = weight
      chosen = language
    }
  }
  return chosen
}
