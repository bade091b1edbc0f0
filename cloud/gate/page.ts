import type { Language } from '#base/languages'
import { markup } from '#base/markup'
import { renderPage } from '#server/page'
import { texts } from './texts.ts'

export function renderAbout(language: Language): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.title,
    lead: text.lead,
    isPublic: true,
    otherLanguage: `/?language=${language === 'fi' ? 'en' : 'fi'}`,
    body: text.parts.map(
      ({ title, items }) => markup`<h2>${title}</h2><ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`,
    ),
  })
}
