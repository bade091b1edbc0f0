import type { Problem } from '#base/errors'
import type { Language } from '#base/languages'
import { type Markup, markup, type Part } from '#base/markup'
import { inboxScript, look, passkeyScript } from './assets.ts'
import { texts } from './texts.ts'

export { Markup, markup, type Part } from '#base/markup'
export { field, form, passkeyForm } from './forms.ts'
export { routes } from './routes.ts'

const scripts = { passkey: passkeyScript, inbox: inboxScript }

export type Page = {
  readonly language: Language
  readonly title: string
  readonly lead?: Part
  readonly body?: Part
  /** Where the same page is in the other language; left out where an address cannot simply be asked for again. */
  readonly otherLanguage?: string | undefined
  /** The page asks for a passkey, or is the inbox. */
  readonly script?: keyof typeof scripts
  /** Goes on by itself at once, without a script: a form's answer may not redirect to another site (form-action). */
  readonly goOnTo?: string
}

/** One column, one decision, nothing that moves. */
export function renderPage(page: Page): string {
  const text = texts[page.language]
  const other: Language = page.language === 'fi' ? 'en' : 'fi'
  return markup`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${page.goOnTo !== undefined && markup`<meta http-equiv="refresh" content="0;url=${page.goOnTo}">`}
<title>${page.title} – ${text.product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${look.address}">
${page.script && markup`<script type="module" src="${scripts[page.script].address}"></script>`}
</head>
<body>
<main>
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

/** The last page of a form before another site: it leads on by itself, or by its button. */
export function renderLeaving(language: Language, to: string): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.leaving,
    lead: text.leavingLead,
    goOnTo: to,
    body: markup`<p><a class="button main" href="${to}">${text.carryOn}</a></p>`,
  })
}

/** What went wrong, what is safe, and one way on; the code is there for whoever is asked for help. */
export function renderProblem(options: {
  language: Language
  problem: Pick<Problem, 'code' | 'status'>
  home: string
  /** Set where the same address may simply be asked for once more. */
  again?: string | undefined
}): string {
  const { language, problem, home } = options
  const text = texts[language]
  const kind = kindOf(problem)
  const again = kind === 'unavailable' || kind === 'tooMany' ? options.again : undefined
  return renderPage({
    language,
    title: text[`${kind}Title`],
    lead: text[`${kind}Lead`],
    body: [
      again !== undefined && markup`<p><a class="button main" href="${again}">${text.again}</a></p>`,
      markup`<p><a class="button${again === undefined ? ' main' : ''}" href="${home}">${text.home}</a></p>`,
      markup`<p class="hint">${text.errorCode}: ${problem.code}</p>`,
    ],
  })
}

function kindOf({ code, status }: Pick<Problem, 'code' | 'status'>) {
  if (code === 'oidc.session_not_found' || code === 'sign_in.event_ended') return 'expired'
  if (code.startsWith('oidc.')) return 'request'
  if (status === 404) return 'notFound'
  if (status === 429) return 'tooMany'
  if (status === 503) return 'unavailable'
  return 'problem'
}

/** The question before signing out. `form` is the protocol core's own and carries its token against forgery. */
export function renderSignOut(language: Language, form: Markup): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.signOutTitle,
    lead: text.signOutLead,
    body: [
      form,
      markup`<div class="actions"><button class="main" type="submit" form="op.logoutForm" name="logout" value="yes">${text.signOut}</button>
<button type="submit" form="op.logoutForm">${text.stay}</button></div>`,
    ],
  })
}

export function renderSignedOut(language: Language, home: string): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.signedOutTitle,
    lead: text.signedOutLead,
    body: markup`<p><a class="button" href="${home}">${text.home}</a></p>`,
  })
}
