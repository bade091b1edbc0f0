import type { Next, Problem } from '#base/errors'
import type { Language } from '#base/languages'
import { type Markup, markup } from '#base/markup'
import * as server from '#server/page'
import { renderProblem as renderAnyProblem, type Words } from '#server/problem-page'
import { scripts } from './routes.ts'
import { texts } from './texts.ts'

export { Markup, markup, type Part } from '#base/markup'
export { field, form, passkeyForm } from './forms.ts'
export { routes } from './routes.ts'

type Page = Omit<server.Page, 'isPublic' | 'script'> & {
  /** The page asks for a passkey, is the inbox, or posts itself. */
  readonly script?: keyof typeof scripts
}

/** One column, one decision, nothing that moves. */
export function renderPage({ script, ...page }: Page): string {
  return server.renderPage({ ...page, script: script && scripts[script].address })
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

/** The same where the service wants to be answered by a form. */
export function renderPost(language: Language, to: string, values: Readonly<Record<string, unknown>>): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.leaving,
    lead: text.leavingLead,
    script: 'post',
    body: markup`<form method="post" action="${to}" data-post>${Object.entries(values).map(
      ([name, value]) => markup`<input type="hidden" name="${name}" value="${String(value)}">`,
    )}<button class="main" type="submit">${text.carryOn}</button></form>`,
  })
}

/** What identity knows better about its own errors. */
export function wordsFor({ code }: Pick<Problem, 'code'>, language: Language): Words | undefined {
  const text = texts[language]
  if (code === 'oidc.session_not_found' || code === 'sign_in.event_ended') return [text.expiredTitle, text.expiredLead]
  if (code.startsWith('oidc.')) return [text.requestTitle, text.requestLead]
  return undefined
}

export function renderProblem(
  language: Language,
  problem: Pick<Problem, 'code' | 'status'>,
  home: string,
  next?: Next,
): string {
  return renderAnyProblem({ language, problem, home, next, words: wordsFor(problem, language) })
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

/** Somebody broke off signing in to their own pages: no service waits for them, so this is where they are. */
export function renderNotSignedIn(language: Language, signIn: string): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.notSignedInTitle,
    lead: text.notSignedInLead,
    body: markup`<p><a class="button main" href="${signIn}">${text.signIn}</a></p>`,
  })
}
