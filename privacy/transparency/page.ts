import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '#base/languages'
import { type Markup, markup } from '#base/markup'
import { logEntry } from './api.ts'
import type { Head } from './sequence.ts'
import { texts } from './texts.ts'

/** Read once: it is part of the program. */
export const look = readFileSync(join(import.meta.dirname, 'look.css'))

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
    const day = new Date(`${data.day}T00:00:00Z`).toLocaleDateString(language === 'fi' ? 'fi' : 'en-GB', {
      timeZone: 'UTC',
      dateStyle: 'medium',
    })
    return text.daySealed(text.logs[data.log], day, text.rows(data.count, number(data.count)))
  }
  const list: Markup =
    newest.length === 0
      ? markup`<p>${text.none}</p>`
      : markup`<div class="wide"><table>
<thead><tr><th scope="col">${text.number}</th><th scope="col">${text.entry}</th><th scope="col">${text.receipt}</th></tr></thead>
<tbody>${newest.map(
          ({ index, entryId, entry }) =>
            markup`<tr><td>${number(index)}</td><td>${describe(entry)}</td><td><a href="/log/receipt/${entryId}" aria-label="${`${text.download}: ${text.receipt} ${number(index)}`}">${text.download}</a></td></tr>
`,
        )}</tbody></table></div>`
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title} – ${text.product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/log/look.css">
</head>
<body>
<main>
<h1>${text.title}</h1>
<p class="lead">${text.lead(text.entries(head.size, number(head.size)))}<time datetime="${head.signedAt.toISOString()}" title="${exact}">${ago(language, head.signedAt, now)}</time>.</p>
<p>${text.whatText}</p>
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
<p>${text.checkMore} <a href="/log/checkpoint">${checkpoint}</a>.</p>
<footer><span>${text.product}</span><a href="/log?language=${other}" lang="${other}" hreflang="${other}">${text.otherLanguage}</a></footer>
</main>
</body>
</html>
`.text
}
