import type { Language } from '#base/languages'
import { type Markup, markup } from '#base/markup'
import { renderPage } from '#server/page'
import { logEntry } from './api.ts'
import type { Head } from './sequence.ts'
import { texts } from './texts.ts'

type Shown = {
  readonly language: Language
  readonly head: Head
  readonly newest: readonly { readonly index: number; readonly entryId: string; readonly entry: unknown }[]
  readonly key: string
  readonly url: URL
  readonly now: Date
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

function ago(language: Language, at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1_000))
  const [unit, length] = units.find(([, most]) => seconds >= most) ?? (['second', 1] as const)
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.floor(seconds / length), unit)
}

export function renderLog({ language, head, newest, key, url, now }: Shown): string {
  const text = texts[language]
  const other: Language = language === 'fi' ? 'en' : 'fi'
  const number = (value: number) => value.toLocaleString(language)
  const exact = `${head.signedAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const origin = key.slice(0, key.indexOf('+'))
  const checkpoint = new URL('/log/checkpoint', url).href
  const describe = (entry: unknown): string => {
    const { data } = logEntry.safeParse(entry)
    if (!data) return text.unknownEntry
    if (data.kind === 'log-continued') return text.logContinued
    if (data.kind === 'account-forgotten') return text.accountForgotten
    if (data.kind === 'keys-renewed') return text.keysRenewed(data.program)
    if (data.kind === 'command-used')
      return `${text.commandUsed[data.command]}${data.outcome === 'refused' ? `: ${text.refused}` : ''}`
    if (data.kind === 'officers-agreed') return text.officersAgreed(data.count)
    const day = new Date(`${data.day}T00:00:00Z`).toLocaleDateString(language === 'fi' ? 'fi' : 'en-GB', {
      timeZone: 'UTC',
      dateStyle: 'medium',
    })
    return text.daySealed(text.logs[data.log], day, text.rows(data.count, number(data.count)))
  }
  const list: Markup =
    newest.length === 0
      ? markup`<p>${text.none}</p>`
      : markup`<div class="wide"><table class="entries">
<thead><tr><th scope="col">${text.number}</th><th scope="col">${text.entry}</th><th scope="col">${text.receipt}</th></tr></thead>
<tbody>${newest.map(
          ({ index, entryId, entry }) =>
            markup`<tr><td>${number(index)}</td><td>${describe(entry)}</td><td><a href="/log/receipt/${entryId}" aria-label="${`${text.download}: ${text.receipt} ${number(index)}`}">${text.download}</a></td></tr>
`,
        )}</tbody></table></div>`
  return renderPage({
    language,
    title: text.title,
    isPublic: true,
    otherLanguage: `/log?language=${other}`,
    lead: markup`${text.lead(text.entries(head.size, number(head.size)))}<time datetime="${head.signedAt.toISOString()}" title="${exact}">${ago(language, head.signedAt, now)}</time>.`,
    body: markup`<p>${text.whatText}</p>
<h2>${text.newest}</h2>
${list}
<h2>${text.head}</h2>
<dl>
<div><dt>${text.origin}</dt><dd class="exact">${origin}</dd></div>
<div><dt>${text.size}</dt><dd>${number(head.size)}</dd></div>
<div><dt>${text.root}</dt><dd class="exact">${head.root.toString('base64')}</dd></div>
<div><dt>${text.signedAt}</dt><dd>${exact}</dd></div>
<div><dt>${text.key}</dt><dd class="exact">${key}</dd></div>
</dl>
<h2>${text.check}</h2>
<ol>${text.checkSteps.map((step) => markup`<li>${step}</li>`)}</ol>
<pre tabindex="0">sh ./vartio verify ${newest[0]?.entryId ?? 'FILE'}.tlog-proof '${key}'</pre>
<p>${text.limits}</p>
<p>${text.checkMore} <a href="/log/checkpoint">${checkpoint}</a>.</p>`,
  })
}
