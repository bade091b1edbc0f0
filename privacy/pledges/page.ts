import type { z } from 'zod'
import type { Language } from '#base/languages'
import { type Markup, markup } from '#base/markup'
import { renderPage } from '#server/page'
import type { Unit } from '#server/proofs'
import type { pledgesAnswer } from './api.ts'
import { type Judged, worstFirst } from './judge.ts'
import { texts } from './texts.ts'

type Shown = { readonly language: Language; readonly judged: readonly Judged[]; readonly now: Date }

export function renderPledges({ language, judged, now }: Shown): string {
  const text = texts[language]
  const other: Language = language === 'fi' ? 'en' : 'fi'
  const count = (state: Judged['state']) => judged.filter((one) => one.state === state).length
  const all = judged.length.toLocaleString(language)
  const head =
    count('kept') === judged.length ? text.allKept(all) : text.notKept(count('broken'), count('unknown'), all)
  return renderPage({
    language,
    title: head,
    isPublic: true,
    otherLanguage: `/pledges?language=${other}`,
    lead: text.lead,
    body: markup`<ul class="pledges">
${worstFirst(judged).map((one) => renderOne(one, language, now))}</ul>
<p><a href="/log">${text.log}</a> · <a href="/pledges.json">${text.machine}</a></p>`,
  })
}

function renderOne({ pledge, state, figure, declared }: Judged, language: Language, now: Date): Markup {
  const text = texts[language]
  const { kept } = pledge
  const source =
    kept.kind === 'tested'
      ? text.sources.tested(kept.path)
      : kept.kind === 'built in'
        ? text.sources['built in'](kept.check)
        : kept.kind === 'declared'
          ? declared
            ? text.sources.declared(declared.by, day(language, declared.on), day(language, declared.until))
            : text.sources.undeclared
          : undefined
  const number = (value: number) => value.toLocaleString(language)
  const unit = (value: number) => (text.units[(figure?.unit ?? 'rows') as Unit] ?? text.units.rows)[value === 1 ? 0 : 1]
  const value =
    figure === undefined || figure.figure === null ? text.noFigure : `${number(figure.figure)} ${unit(figure.figure)}`
  return markup`<li>
<div><p>${pledge.says[language]}</p>
<p class="hint">${pledge.clauses.join(', ')} · ${text.kinds[kept.kind]}: ${source ?? pledge.how[language]}</p></div>
<div><p class="state ${state}">${text.states[state]}</p>
${state !== 'kept' && kept.kind === 'measured' && markup`<p class="hint">${text.why[state]}</p>`}
${state !== 'kept' && kept.kind === 'declared' && markup`<p class="hint">${declared ? text.why.over : text.why.undeclared}</p>`}
${
  kept.kind === 'measured' &&
  markup`<p class="hint">${value}${figure && markup`, ${text.limit(number(figure.limit))}<br>${text.taken} <time datetime="${figure.takenAt.toISOString()}" title="${figure.takenAt.toISOString()}">${ago(language, figure.takenAt, now)}</time>`}</p>`
}</div>
</li>
`
}

/** A day of the calendar here, as it is written in that language. */
function day(language: Language, at: string): string {
  return new Intl.DateTimeFormat(language === 'fi' ? 'fi' : 'en-GB', {
    dateStyle: language === 'fi' ? 'short' : 'long',
    timeZone: 'Europe/Helsinki',
  }).format(new Date(at))
}

function ago(language: Language, at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1_000))
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return seconds < 60 ? format.format(-seconds, 'second') : format.format(-Math.floor(seconds / 60), 'minute')
}

export function writePledges(judged: readonly Judged[], now: Date): z.input<typeof pledgesAnswer> {
  return {
    at: now.toISOString(),
    pledges: judged.map(({ pledge, state, figure, declared }) => ({
      id: pledge.id,
      clauses: [...pledge.clauses],
      fi: pledge.says.fi,
      en: pledge.says.en,
      kind: pledge.kept.kind,
      source:
        pledge.kept.kind === 'measured'
          ? [...pledge.kept.proofs]
          : pledge.kept.kind === 'tested'
            ? [pledge.kept.path, pledge.kept.name]
            : pledge.kept.kind === 'built in'
              ? [pledge.kept.check]
              : declared
                ? [declared.by, declared.on, declared.until]
                : [],
      state,
      figure: figure?.figure ?? null,
      limit: figure?.limit ?? null,
      unit: figure?.unit ?? null,
      takenAt: figure?.takenAt.toISOString() ?? null,
    })),
  }
}
