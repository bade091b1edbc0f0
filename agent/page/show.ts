import { createHash } from 'node:crypto'
import { describeEntry, type Entry } from '#agent/journal'
import type { Language } from '#base/languages'
import { type Markup, markup } from '#base/markup'
import { texts } from './texts.ts'

// Plain HTML without script: what is shown comes in part from names that somebody else chose.

type Protection = {
  readonly name: string
  readonly state: 'on' | 'watching' | 'off' | 'failed'
  readonly why?: string
  readonly since: string
}

export type Shown = {
  readonly status: {
    readonly organizationName: string | undefined
    readonly asRoot: boolean
    /** What is typed to reach the agent. */
    readonly command: string
    readonly policy: { readonly settings: { readonly reportOnly: boolean; readonly profile: 'default' | 'strict' } }
    readonly state:
      | {
          readonly protections: readonly Protection[]
          readonly rules: { readonly testOnly: boolean; readonly updatedAt: string | null }
          readonly isolated: boolean
          readonly canaries: number
          readonly spool: { readonly lost: number }
        }
      | undefined
    readonly cloud: { readonly updatedAt: string | undefined }
    readonly connection: { readonly lastSeenAt: string | undefined; readonly refused: string | undefined } | undefined
  }
  readonly entries: readonly (Entry & { hidden: number })[]
  readonly now: Date
}

const style = `:root{color-scheme:light dark;--g:#fafaf7;--t:#17211d;--a:#1f6f54;--l:#d9ddd6;--w:#8a5a00}
@media(prefers-color-scheme:dark){:root{--g:#0f1513;--t:#e8ede9;--a:#5bc79a;--l:#2a332f;--w:#f2b84b}}
body{margin:0 auto;max-width:44rem;padding:2rem 1rem;background:var(--g);color:var(--t);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.125rem;margin-top:2rem;border-top:1px solid var(--l);padding-top:1rem}
ul{list-style:none;padding:0}li{padding:.5rem 0;border-bottom:1px solid var(--l);overflow-wrap:anywhere}
.w{color:var(--w)}code,pre{font-size:.875rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}summary{color:var(--a);cursor:pointer}time{font-variant-numeric:tabular-nums}`
export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`

type Event = {
  kind?: unknown
  at?: unknown
  path?: unknown
  done?: unknown
  process?: { path?: unknown }
  files?: unknown
  findings?: { rule?: unknown; ruleSet?: unknown }[]
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** Its name, how it stands and why. */
export function describeProtection(one: Protection, language: Language): string {
  const say = texts[language]
  const why = one.why ? ` (${say.whys[one.why as 'policy'] ?? one.why})` : ''
  return `${say.names[one.name as 'scanner'] ?? one.name}: ${say.states[one.state]}${why}`
}

export function showPage({ status, entries }: Shown, language: Language): string {
  const say = texts[language]
  const time = (at: string) =>
    markup`<time datetime="${at}">${new Date(at).toLocaleString(language === 'fi' ? 'fi-FI' : 'en-GB')}</time>`
  const { state, connection } = status
  const events = entries.flatMap(({ kind, body }) =>
    kind === 'events' ? (((body as { events?: Event[] } | null)?.events ?? []) as Event[]) : [],
  )
  const realTime = state?.protections.find(({ name }) => name === 'real-time')?.state
  const sentences: (Markup | string | undefined | false)[] = [
    status.organizationName ? say.enrolled(status.organizationName) : say.notEnrolled,
    realTime === 'on' ? say.blocking[status.policy.settings.profile] : realTime === 'watching' ? say.watching : say.off,
    realTime === 'watching' && !status.asRoot && say.watchingRoot(status.command),
    status.policy.settings.reportOnly && say.reportOnly,
    state?.rules.testOnly && say.testRules,
    state?.isolated && say.isolated,
    state && state.canaries > 0 && say.canaries(state.canaries),
    state && state.spool.lost > 0 && say.lost(state.spool.lost),
    connection?.refused
      ? say.refused
      : connection?.lastSeenAt
        ? markup`${say.lastSeen} ${time(connection.lastSeenAt)}`
        : say.never,
  ]
  const page = markup`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${say.title}</title><style>${styleMarkup}</style></head>
<body><main><h1>${say.title}</h1>
${sentences.filter(Boolean).map((sentence) => markup`<p>${sentence as Markup | string}</p>`)}
<h2>${say.protections}</h2><ul>${(state?.protections ?? []).map(
    (one) => markup`<li>${describeProtection(one, language)}, ${time(one.since)}</li>`,
  )}</ul>${state?.rules.updatedAt != null && markup`<p>${say.rulesUpdated} ${time(state.rules.updatedAt)}</p>`}${status.cloud.updatedAt !== undefined && markup`<p>${say.listChecked} ${time(status.cloud.updatedAt)}</p>`}
<h2>${say.stopped}</h2>${events.length === 0 ? markup`<p>${say.nothingStopped}</p>` : markup`<ul>${events.map((event) => showEvent(event, say, time))}</ul><p>${say.restoreHow}</p>`}
<h2>${say.sent}</h2><p>${say.sentWhy}</p>${entries.length === 0 ? markup`<p>${say.nothingSent}</p>` : markup`<ul>${entries.map((entry) => showEntry(entry, language, time))}</ul>`}
</main></body></html>
`
  return page.text
}

const styleMarkup = markup([style] as unknown as TemplateStringsArray)

function showEvent(event: Event, say: (typeof texts)[Language], time: (at: string) => Markup): Markup {
  if (event.kind === 'encryptor')
    return markup`<li>${say.encryptor(text(event.process?.path), Number(event.files) || 0)} ${say.encryptorDone[text(event.done) as 'stopped'] ?? ''} ${time(text(event.at))}</li>`
  const [finding] = Array.isArray(event.findings) ? event.findings : []
  const done = say.done[text(event.done) as 'blocked'] ?? text(event.done)
  return markup`<li><code>${text(event.path)}</code>: ${done}. ${finding && say.whyStopped(text(finding.rule), text(finding.ruleSet))} ${time(text(event.at))}</li>`
}

function showEntry(entry: Entry & { hidden: number }, language: Language, time: (at: string) => Markup): Markup {
  const say = texts[language]
  const body = JSON.stringify(entry.body, undefined, 1)
  return markup`<li>${time(entry.at)} ${describeEntry(entry, language).join(' ')}${entry.times > 1 && ` ${say.times(entry.times)}.`}${entry.hidden > 0 && ` ${say.hidden(entry.hidden)}`}
<details><summary>${say.exact}</summary><pre>${body}</pre></details></li>`
}
