import type { Language } from '#base/languages'
import { markup, renderPage } from '#identity/pages'
import type { InboxLetters } from '#server/inbox'
import { texts } from './texts.ts'

export function renderLetters(language: Language, letters: InboxLetters, isWhole: boolean): string {
  const text = texts[language]
  const time = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return renderPage({
    language,
    title: text.title(letters.length),
    lead: text.lead,
    script: 'inbox',
    body: [
      !isWhole && markup`<p class="problem" role="alert">${text.partly}</p>`,
      letters.length === 0 && markup`<p>${text.empty}</p>`,
      markup`<div class="mails">${letters.map(
        (letter) => markup`<article lang="${letter.language}"><h2>${letter.subject}</h2>
<p class="hint">${text.to}: ${letter.to} · <time datetime="${letter.writtenAt}">${time.format(new Date(letter.writtenAt))}</time></p>
<pre>${withLinks(letter.text)}</pre></article>`,
      )}</div>`,
      markup`<p><a class="button" href="/inbox">${text.refresh}</a></p>`,
    ],
  })
}

/** Our own letters' links can be followed, as a mail program would show them. Nothing but http addresses becomes one. */
function withLinks(text: string) {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, place) => (place % 2 === 1 ? markup`<a href="${part}">${part}</a>` : part))
}

export function renderAskKey(language: Language, isWrong: boolean): string {
  const text = texts[language]
  return renderPage({
    language,
    title: text.keyTitle,
    lead: text.keyLead,
    script: 'inbox',
    body: markup`<p class="problem" role="alert">${isWrong && text.wrong}</p>
<form method="post" action="/inbox" data-wrong="${text.wrong}"><div class="field"><label for="key">${text.key}</label>
<input id="key" name="key" type="password" autocomplete="off" required></div><button class="main" type="submit">${text.open}</button></form>`,
  })
}

export function renderClosed(language: Language): string {
  const text = texts[language]
  return renderPage({ language, title: text.closedTitle, lead: text.closedLead })
}
