import type { Language } from '#base/languages'
import { markup, type Part } from '#base/markup'
import { readAsset } from './asset.ts'
import type { Route } from './routes.ts'

// Pages that a program renders itself, without an app: those of signing in, of the transparency log, and what anybody sees when
// something fails. One look for all of them.

const look = readAsset(import.meta.dirname, 'look.css')

/** Each program that renders a page serves these. */
export const pageRoutes: readonly Route[] = [look.route]

const texts = {
  fi: { product: 'Vartio', otherLanguage: 'In English' },
  en: { product: 'Vartio', otherLanguage: 'Suomeksi' },
} as const satisfies Record<Language, unknown>

export type Page = {
  readonly language: Language
  readonly title: string
  readonly lead?: Part
  readonly body?: Part
  /** Where the same page is in the other language; left out where an address cannot simply be asked for again. */
  readonly otherLanguage?: string | undefined
  /** Something to read, wider than one decision, that search engines may find. */
  readonly isPublic?: boolean
  /** The address of the one script it needs. */
  readonly script?: string | undefined
  /** Goes on by itself at once, without a script: a form's answer may not redirect to another site (form-action). */
  readonly goOnTo?: string
}

export function renderPage(page: Page): string {
  const text = texts[page.language]
  const other: Language = page.language === 'fi' ? 'en' : 'fi'
  return markup`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${!page.isPublic && markup`<meta name="robots" content="noindex">`}
${page.goOnTo !== undefined && markup`<meta http-equiv="refresh" content="0;url=${page.goOnTo}">`}
<title>${page.title} – ${text.product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${look.address}">
${page.script !== undefined && markup`<script type="module" src="${page.script}"></script>`}
</head>
<body>
<main${page.isPublic && markup` class="reading"`}>
<h1>${page.title}</h1>
${page.lead !== undefined && markup`<p class="lead">${page.lead}</p>`}
${page.body}
<footer><span>${text.product}</span>${
    page.otherLanguage !== undefined &&
    markup`<a href="${page.otherLanguage}" lang="${other}" hreflang="${other}">${text.otherLanguage}</a>`
  }</footer>
</main>
</body>
</html>
`.text
}
