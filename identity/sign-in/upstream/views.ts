import { field, form, markup, passkeyForm } from '#identity/pages'
import type { Stage } from '../drafts.ts'
import type { Event } from '../events.ts'
import { texts } from '../texts.ts'
import { type Again, cancel, page } from '../views.ts'

/** Back from an upstream: its address is verified, and nothing else of it is taken, unless it is a register. `proves`: what it has said as one. */
export function renderName(
  event: Event,
  stage: Stage & { name: 'name' },
  proves: readonly string[],
  again?: Again,
): string {
  const text = texts[event.language]
  return page(event, '/name', {
    title: text.createTitle,
    lead: text.nameLead(stage.proved.upstream, stage.address, proves.length === 0),
    body: [
      proves.length > 0 && markup`<p>${text.linkProves(proves.join(', '))}</p>`,
      form(event.path('/name'), [
        field({
          name: 'name',
          label: text.name,
          value: again?.typed.name,
          problem: again !== undefined && text.nameInvalid,
          autocomplete: 'name',
          autofocus: true,
        }),
        markup`<button class="main" type="submit">${text.codeContinue}</button>`,
      ]),
      markup`<ul class="ways"><li><a href="${event.path('/create')}">${text.otherAddress}</a></li><li>${cancel(event)}</li></ul>`,
    ],
  })
}

/** Who it is there is said in full: whoever links it lets that somebody into their account. */
export function renderLink(event: Event, { proved }: Stage & { name: 'link' }, proves: readonly string[]): string {
  const text = texts[event.language]
  return page(event, '/link', {
    title: text.linkTitle(proved.upstream),
    lead: text.linkLead(proved.upstream, proved.knownAs),
    script: 'passkey',
    body: [
      passkeyForm(event.language, {
        kind: 'use',
        begin: event.path('/use-passkey/begin'),
        finish: event.path('/link/finish'),
        otherwise: event.path('/recovery'),
        body: [
          proves.length > 0 && markup`<p>${text.linkProves(proves.join(', '))}</p>`,
          markup`<button class="main" type="submit" autofocus>${text.linkButton(proved.upstream)}</button>`,
        ],
      }),
      markup`<ul class="ways"><li><a href="${event.path()}">${text.otherWay}</a></li><li>${cancel(event)}</li></ul>`,
    ],
  })
}
