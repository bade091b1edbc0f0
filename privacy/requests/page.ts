import type { Language } from '#base/languages'
import { type Markup, markup } from '#base/markup'
import { renderPage } from '#server/page'
import type { Receipt } from './look.ts'
import { texts } from './texts.ts'

type Shown = {
  readonly language: Language
  readonly receipt: Receipt
  readonly token: string
  readonly canDownload: boolean
  /** The verifier key of the log. */
  readonly key: string
}

/** For somebody who has no account any more, so it stands by itself: plain HTML, no script, no session. */
export function renderReceipt({ language, receipt, token, canDownload, key }: Shown): string {
  const text = texts[language]
  const other: Language = language === 'fi' ? 'en' : 'fi'
  const path = `/requests/receipt/${token}`
  const when = (at: Date) =>
    at.toLocaleString(language === 'fi' ? 'fi' : 'en-GB', {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: 'Europe/Helsinki',
    })
  const isRefused = receipt.state === 'refused'
  const head = (): [string, Markup] => {
    if (isRefused) {
      const code = receipt.refusal ?? ''
      return [text.refused, markup`<p>${text.refusals[code] ?? text.refusedOther(code)}</p>`]
    }
    if (canDownload) return [text.done(when(receipt.finishedAt ?? receipt.receivedAt)), markup``]
    const isWaiting = receipt.state === 'waiting'
    return [
      isWaiting ? text.waiting : text.doing,
      markup`<p>${isWaiting ? text.waitingWhat : text.doingWhat}</p><p><a href="${path}?language=${language}">${text.again}</a></p>`,
    ]
  }
  const [lead, what] = head()
  const rows = receipt.parts.flatMap(({ program, isDone, answer }) => {
    const name = text.programs[program]
    if (!isDone || answer?.outcome !== 'done')
      return [markup`<tr><td>${name}</td><td colspan="3">${text.notYet}</td></tr>`]
    const tables = answer.tables.filter(({ erased, kept }) => erased + kept > 0)
    if (tables.length === 0) return [markup`<tr><td>${name}</td><td colspan="3">${text.nothing}</td></tr>`]
    return tables.map(
      (table) =>
        markup`<tr><td>${name}</td><td>${table.title[language]}</td><td>${table.erased === 0 ? '–' : text.rows(table.erased)}</td><td>${table.kept === 0 ? '–' : text.rows(table.kept)}</td></tr>
`,
    )
  })
  const reasons = [
    ...new Set(
      receipt.parts.flatMap(({ answer }) =>
        answer?.outcome === 'done'
          ? answer.tables.flatMap(({ kept, because }) => (kept > 0 ? because.map((words) => words[language]) : []))
          : [],
      ),
    ),
  ]
  const table = markup`<h2>${text.parts}</h2>
<div class="wide"><table class="entries">
<thead><tr><th scope="col">${text.program}</th><th scope="col">${text.what}</th><th scope="col">${text.erased}</th><th scope="col">${text.stays}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
  const why = markup`<h2>${text.why}</h2>
<ul>${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`
  const proof = markup`<h2>${text.receipt}</h2>
<p>${text.receiptWhat}</p>
<p><a class="button main" href="${path}/file" download>${text.download}</a></p>
<p>${text.check}</p>
<pre tabindex="0">sh ./vartio verify vartio-account.tlog-proof '${key}'</pre>
<p>${text.until}</p>`
  return renderPage({
    language,
    title: text.title,
    otherLanguage: `${path}?language=${other}`,
    lead: `${lead} ${text.asked(when(receipt.receivedAt))}`,
    body: [what, isRefused ? undefined : table, reasons.length > 0 && why, canDownload && proof],
  })
}
