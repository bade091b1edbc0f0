import type { Language } from '#base/languages'
import { markup } from '#base/markup'
import { renderPage } from '#server/page'
import { mostCharacters, mostReachCharacters } from './api.ts'
import { texts } from './texts.ts'

export type Written = { readonly message: string; readonly reach: string }
type Problem = 'messageMissing' | 'messageLong' | 'reachLong' | 'badText'
export type Problems = { readonly [Field in keyof Written]?: Problem }

type Shown = {
  readonly language: Language
  readonly written?: Written
  readonly problems?: Problems
  /** No more can be taken: where to write instead. */
  readonly full?: { readonly address: string | undefined }
}

const otherOf = (language: Language): Language => (language === 'fi' ? 'en' : 'fi')

/** Works without a script and without a cookie; nothing but the message is asked for. */
export function renderForm({ language, written, problems = {}, full }: Shown): string {
  const text = texts[language]
  const { message = '', reach = '' } = written ?? {}
  const described = (field: keyof Written) =>
    markup` aria-describedby="${problems[field] && `${field}-problem `}${field}-hint"${problems[field] && markup` aria-invalid="true"`}`
  const notes = (field: keyof Written, hint: string) => {
    const problem = problems[field]
    return markup`${problem && markup`<p class="field-problem" id="${field}-problem">${text[problem]}</p>`}
<p class="hint" id="${field}-hint">${hint}</p>`
  }
  return renderPage({
    language,
    title: text.title,
    // What was written would be lost by going to the other language.
    otherLanguage: written ? undefined : `/contact?language=${otherOf(language)}`,
    lead: text.lead,
    body: markup`${
      full &&
      markup`<p class="problem" role="alert">${text.full} ${written && text.fullKept}</p>
<p>${
        full.address === undefined
          ? markup`<a href="/notice?language=${language}">${text.insteadNotice}</a>`
          : markup`${text.instead} <a href="mailto:${full.address}">${full.address}</a>`
      }</p>`
    }${
      (!full || written) &&
      markup`<form method="post" action="/contact?language=${language}">
<div class="field"><label for="message">${text.message}</label>
<textarea id="message" name="message" rows="8" maxlength="${mostCharacters}" required${described('message')}>
${message}</textarea>
${notes('message', text.messageHint)}</div>
<div class="field"><label for="reach">${text.reach}</label>
<input id="reach" name="reach" type="text" value="${reach}" maxlength="${mostReachCharacters}" autocomplete="off" autocapitalize="none" spellcheck="false"${described('reach')}>
${notes('reach', text.reachHint)}</div>
<button class="main" type="submit">${text.send}</button>
</form>`
    }
<p class="hint">${text.kept}</p>`,
  })
}

export function renderSent(language: Language, canAnswer: boolean): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.sentTitle,
    otherLanguage: `/contact/sent?answer=${canAnswer ? 'yes' : 'no'}&language=${otherOf(language)}`,
    lead: canAnswer ? text.sentAnswer : text.sentNoAnswer,
    body: markup`<p><a href="/contact?language=${language}">${text.another}</a></p>`,
  })
}
