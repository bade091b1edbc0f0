import type { Language } from '#base/languages'
import { Markup, markup } from '#base/markup'
import type { Judged } from '#privacy/pledges'
import { renderPage } from '#server/page'
import type { Version } from './publish.ts'
import { texts } from './texts.ts'

export function renderNotice(language: Language, version: Version, judged: readonly Judged[]): string {
  const text = texts[language]
  const other: Language = language === 'fi' ? 'en' : 'fi'
  const path = version.isInForce ? '/notice' : `/notice/${version.day}`
  const kept = judged.filter(({ state }) => state === 'kept')
  const open = judged.filter(({ state }) => state !== 'kept')
  const list = (some: readonly Judged[]) =>
    markup`<ul>${some.map(
      ({ pledge }) => markup`<li>${pledge.says[language]}</li>
`,
    )}</ul>`
  return renderPage({
    language,
    title: text.title,
    isPublic: true,
    otherLanguage: `${path}?language=${other}`,
    lead: markup`${text.version} <time datetime="${version.day}">${version.day}</time>. ${version.isInForce ? text.inForce : text.superseded}`,
    body: markup`<p>${text.binding}${language !== 'fi' && markup` <a href="${path}?language=fi" lang="fi" hreflang="fi">${text.original}</a>`}</p>
${
  version.isInForce &&
  markup`<h2>${text.pledges}</h2>
<p>${text.pledgesText} <a href="/pledges?language=${language}">${text.pledgesLink}</a></p>
${list(kept)}
${
  open.length > 0 &&
  markup`<h2>${text.open}</h2>
<p>${text.openText}</p>
${list(open)}`
}`
}
${new Markup(version.body)}
<h2>${text.versions}</h2>
<p>${text.versionsText}</p>
<ul>${version.days.map(
      (day) => markup`<li><a href="/notice/${day}?language=${language}">${day}</a></li>
`,
    )}</ul>
<p>${text.licence} <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.</p>`,
  })
}
