import type { Language } from '#base/languages'
import { field, form, markup, passkeyForm, renderPage } from '#identity/pages'
import { texts } from './texts.ts'

export function renderCode(language: Language, token: string, isWrong: boolean): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.codeTitle,
    lead: text.codeLead,
    body: form(`/recovery/${token}`, [
      field({
        name: 'code',
        label: text.codeLabel,
        problem: isWrong && text.codeWrong,
        autocomplete: 'off',
        inputmode: 'numeric',
        className: 'code',
        autofocus: true,
      }),
      markup`<button class="main" type="submit">${text.codeContinue}</button>`,
    ]),
  })
}

export function renderPasskey(language: Language): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.passkeyTitle,
    lead: text.passkeyLead,
    script: 'passkey',
    body: passkeyForm(language, {
      kind: 'make',
      begin: '/recovery/passkey/begin',
      finish: '/recovery/passkey/finish',
      otherwise: '/recovery/passkey',
      body: markup`<button class="main" type="submit" autofocus>${text.passkeyButton}</button>`,
    }),
  })
}

export function renderDone(language: Language, home: string): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.doneTitle,
    lead: text.doneLead,
    body: markup`<p><a class="button main" href="${home}">${text.doneButton}</a></p>`,
  })
}

export function renderEnded(language: Language, home: string): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.endedTitle,
    lead: text.endedLead,
    body: markup`<p><a class="button" href="${home}">${text.home}</a></p>`,
  })
}
