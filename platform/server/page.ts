import type { Language } from '#base/languages'
import { markup, type Part } from '#base/markup'
import { readAsset } from './asset.ts'
import { type Route, redirect, route } from './routes.ts'

// Pages that a program renders itself, without an app: those of signing in, of the transparency log, and what anybody sees when
// something fails. One look for all of them.

const look = readAsset(import.meta.dirname, 'look.css')

/** Each program that renders a page serves these. The office's own pages have the same addresses everywhere, so that every footer leads there. */
export const pageRoutes = (office?: URL): readonly Route[] => [
  look.route,
  ...(office ? (['/notice', '/pledges', '/contact'] as const) : []).map((path) =>
    route({
      method: 'GET',
      path,
      permission: 'anyone',
      purpose: 'proof',
      does: 'leads to the page of the privacy office',
      run: async () => redirect(new URL(path, office).href),
    }),
  ),
]

const texts = {
  fi: {
    product: 'Vartio',
    otherLanguage: 'In English',
    notice: 'Tietosuojaseloste',
    pledges: 'Lupaukset',
    contact: 'Ota yhteyttä',
  },
  en: {
    product: 'Vartio',
    otherLanguage: 'Suomeksi',
    notice: 'Privacy notice',
    pledges: 'Pledges',
    contact: 'Contact us',
  },
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
<footer><span>${text.product}</span><a href="/notice">${text.notice}</a><a href="/pledges">${text.pledges}</a><a href="/contact">${text.contact}</a>${
    page.otherLanguage !== undefined &&
    markup`<a href="${page.otherLanguage}" lang="${other}" hreflang="${other}">${text.otherLanguage}</a>`
  }</footer>
</main>
</body>
</html>
`.text
}

/** First on each page of a Vartio whose data is made up, so that no picture of it is taken for a real one. */
export const demoMark =
  '<aside class="made-up"><span lang="fi">Esittely: kaikki tiedot ovat keksittyjä.</span> <span lang="en">Demo: all data is made up.</span></aside>'
