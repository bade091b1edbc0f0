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
  const asked = (receipt.isDue ? text.unused : text.asked)(when(receipt.receivedAt))
  const again = markup`<p><a href="${path}?language=${language}">${text.again}</a></p>`
  const parts = receipt.parts.map((part) => renderPart(part, language))
  const page = (title: string, lead: string, body: readonly (Markup | false)[]) =>
    renderPage({ language, title, otherLanguage: `${path}?language=${other}`, lead, body })

  if (receipt.state === 'refused') {
    const code = receipt.refusal ?? ''
    return page(text.refused, asked, [markup`<p>${text.refusals[code] ?? text.refusedOther(code)}</p>`])
  }
  if (!canDownload && receipt.state === 'waiting')
    return page(text.waiting, `${asked} ${text.waitingWhat}`, [again, ...parts])
  if (!canDownload) return page(text.doing, `${asked} ${text.doingWhat}`, [again, ...parts])
  const reasons = reasonsOf(receipt, language)
  return page(text.done, `${asked} ${text.doneAt(when(receipt.finishedAt ?? receipt.receivedAt))}`, [
    markup`<h2>${text.receipt}</h2>
<p>${text.receiptWhat}</p>
<p><a class="button main" href="${path}/file" download>${text.download}</a></p>
<p>${text.check}</p>
<pre tabindex="0">sh ./vartio verify vartio-account.tlog-proof '${key}'</pre>
<p>${text.until}</p>`,
    reasons.length > 0 &&
      markup`<h2>${text.why}</h2>
<ul>${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`,
    ...parts,
  ])
}

function renderPart({ program, isDone, answer }: Receipt['parts'][number], language: Language): Markup {
  const text = texts[language]
  const head = markup`<h2>${text.programs[program]}</h2>`
  if (!isDone || answer?.outcome !== 'done') return markup`${head}<p>${text.notYet}</p>`
  const tables = answer.tables.filter(({ erased, kept }) => erased + kept > 0)
  if (tables.length === 0) return markup`${head}<p>${text.nothing}</p>`
  const count = (rows: number) => (rows === 0 ? '–' : text.rows(rows))
  return markup`${head}<div class="wide"><table class="entries">
<thead><tr><th scope="col">${text.what}</th><th scope="col">${text.erased}</th><th scope="col">${text.stays}</th></tr></thead>
<tbody>${tables.map(
    ({ title, erased, kept }) =>
      markup`<tr><td>${title[language]}</td><td>${count(erased)}</td><td>${count(kept)}</td></tr>
`,
  )}</tbody></table></div>`
}

/** Why something stays, each reason once. */
const reasonsOf = ({ parts }: Receipt, language: Language): string[] => [
  ...new Set(
    parts.flatMap(({ answer }) =>
      answer?.outcome === 'done'
        ? answer.tables.flatMap(({ kept, because }) => (kept > 0 ? because.map((words) => words[language]) : []))
        : [],
    ),
  ),
]
