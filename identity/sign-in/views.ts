import type { AppError } from '#base/errors'
import type { Language } from '#base/languages'
import { isHeldId } from '#identity/oidc'
import { field, form, type Markup, markup, type Part, passkeyForm, renderPage } from '#identity/pages'
import type { Person } from '#identity/people'
import type { Item } from '#identity/release'
import type { Use, Way, Ways } from '#identity/upstream'
import type { Event } from './events.ts'
import { texts } from './texts.ts'
import type { Problem } from './upstream/through.ts'

/** What was typed and what is wrong with it, to show the same page again. */
export type Again = { readonly typed: Readonly<Record<string, string>>; readonly error: AppError }

export function page(
  event: Event,
  step: string,
  rest: { title: string; lead?: Part; body?: Part; script?: 'passkey' },
): string {
  const other = event.language === 'fi' ? 'en' : 'fi'
  return renderPage({
    language: event.language,
    otherLanguage: `${event.path(step)}?service=${encodeURIComponent(event.service.clientId)}&lang=${other}`,
    ...rest,
  })
}

export function cancel(event: Event, look: 'link' | 'main' = 'link'): Markup {
  return markup`<form method="post" action="${event.path('/cancel')}"><button class="${look}" type="submit">${isAccount(event) ? texts[event.language].cancelAccount : texts[event.language].cancel}</button></form>`
}

/** The person's own pages here are no service anybody has heard of. */
const isAccount = (event: Event) => event.service.clientId === 'account'

/** One button for each upstream. */
function ways(event: Event, use: Use, some: readonly Way[], look?: 'main' | 'link'): Markup[] {
  const text = texts[event.language]
  return some.map(
    ({ upstreamId, name }, at) => markup`<form method="post" action="${event.path('/upstream')}">
<input type="hidden" name="use" value="${use}"><button${look !== undefined && (look === 'link' || at === 0) && markup` class="${look}"`} name="upstream" value="${upstreamId}" type="submit">${text.through[use](name)}</button></form>`,
  )
}

/** A contract may want people to come by upstreams only; every program of the house knows accounts only. */
export const hasAccounts = ({ service }: Event) => service.contract?.ways.includes('account') ?? true

export function renderSignIn(
  event: Event,
  step: string,
  open: Ways & { workAddress: string | undefined },
  problem?: Problem,
): string {
  const text = texts[event.language]
  const takesAccounts = hasAccounts(event)
  const isNoWay = !takesAccounts && open.identify.length === 0
  return page(event, step, {
    title: isAccount(event) ? text.signInAccountTitle : text.signInTitle(event.service.name),
    lead: takesAccounts ? text.signInLead : text.identifyLead,
    ...(takesAccounts ? { script: 'passkey' as const } : {}),
    body: [
      problem !== undefined && markup`<p class="problem" role="alert">${text.problems[problem]}</p>`,
      takesAccounts && passkeyToSignIn(event, problem === undefined),
      open.identify.length > 0 && [
        takesAccounts && markup`<h2>${text.identifyTitle}</h2><p class="lead">${text.identifyLead}</p>`,
        ways(event, 'identify', open.identify, takesAccounts ? undefined : 'main'),
      ],
      isNoWay && problem !== 'never-fresh' && markup`<p class="problem">${text.noWay}</p>`,
      isNoWay && cancel(event, 'main'),
      !isNoWay &&
        markup`<ul class="ways">
${takesAccounts && markup`<li>${text.noAccount} <a href="${event.path('/create')}">${text.createAccount}</a></li>`}
${ways(event, 'sign-in', open['sign-in'], 'link').map((way) => markup`<li>${way}</li>`)}
${open.workAddress !== undefined && markup`<li><a href="${open.workAddress}">${text.workAddress}</a></li>`}
${takesAccounts && markup`<li><a href="${event.path('/recovery')}">${text.noPasskey}</a></li>`}
<li>${cancel(event)}</li></ul>`,
    ],
  })
}

function passkeyToSignIn(event: Event, isFirst: boolean): Markup {
  const text = texts[event.language]
  return passkeyForm(event.language, {
    kind: 'use',
    begin: event.path('/use-passkey/begin'),
    finish: event.path('/use-passkey/finish'),
    otherwise: event.path('/recovery'),
    body: [
      field({
        name: 'email',
        label: text.signInField,
        hint: text.signInHint,
        type: 'email',
        autocomplete: 'username webauthn',
        value: loginHint(event),
        required: false,
        autofocus: isFirst,
      }),
      markup`<button class="main" type="submit">${text.signInButton}</button>`,
    ],
  })
}

function loginHint(event: Event): string {
  const hint = event.interaction.params.login_hint
  return typeof hint === 'string' && hint.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(hint) ? hint : ''
}

export function renderCreate(event: Event, signedIn: Person | undefined, open: Ways, again?: Again): string {
  const text = texts[event.language]
  const wrong = (name: string) => again?.error.fields?.[name] !== undefined
  return page(event, '/create', {
    title: text.createTitle,
    lead: isAccount(event) ? text.createAccountLead : text.createLead(event.service.name),
    body: [
      signedIn &&
        markup`<h2>${text.alreadyTitle(signedIn.name)}</h2>${form(
          event.path('/as-before'),
          markup`<button class="main" type="submit">${text.alreadyContinue(signedIn.emails[0]?.address ?? signedIn.name)}</button>`,
        )}`,
      again &&
        !again.error.fields &&
        markup`<p class="problem" role="alert">${again.error.status === 429 ? text.tooManyCodes : text.emailInvalid}</p>`,
      signedIn && markup`<h2>${text.createAnother}</h2>`,
      form(event.path('/create'), [
        field({
          name: 'name',
          label: text.name,
          value: again?.typed.name,
          problem: wrong('name') && text.nameInvalid,
          autocomplete: 'name',
          autofocus: !signedIn && !wrong('email'),
        }),
        field({
          name: 'email',
          label: text.email,
          type: 'email',
          value: again?.typed.email ?? loginHint(event),
          problem: wrong('email') && text.emailInvalid,
          autocomplete: 'email',
          autofocus: wrong('email'),
        }),
        markup`<button class="${signedIn ? '' : 'main'}" type="submit">${text.sendCode}</button>`,
      ]),
      ways(event, 'register', open.register),
      markup`<ul class="ways"><li>${text.haveAccount} <a href="${event.path('/use-passkey')}">${text.signIn}</a></li><li>${cancel(event)}</li></ul>`,
    ],
  })
}

export function renderCode(
  event: Event,
  address: string,
  options: { error?: AppError; sentAgain?: boolean } = {},
): string {
  const text = texts[event.language]
  const { error } = options
  return page(event, '/code', {
    title: text.codeTitle,
    lead: text.codeLead(address),
    body: [
      options.sentAgain && markup`<p role="status">${text.codeAgainDone}</p>`,
      error?.status === 429 && markup`<p class="problem" role="alert">${text.tooManyCodes}</p>`,
      form(event.path('/code'), [
        field({
          name: 'code',
          label: text.codeLabel,
          problem: error !== undefined && error.status !== 429 && text.codeWrong,
          autocomplete: 'one-time-code',
          inputmode: 'numeric',
          className: 'code',
          autofocus: true,
        }),
        markup`<button class="main" type="submit">${text.codeContinue}</button>`,
      ]),
      markup`<ul class="ways"><li><form method="post" action="${event.path('/code/again')}"><button class="link" type="submit">${text.codeAgain}</button></form></li>
<li><a href="${event.path('/create')}">${text.otherAddress}</a></li>
<li>${text.haveAccount} <a href="${event.path('/use-passkey')}">${text.signIn}</a></li>
<li>${cancel(event)}</li></ul>`,
    ],
  })
}

export function renderPasskey(event: Event): string {
  const text = texts[event.language]
  const isRecovered = event.stage?.name === 'recovered'
  return page(event, '/passkey', {
    title: isRecovered ? text.recoveredTitle : text.passkeyTitle,
    lead: isRecovered ? text.recoveredLead : text.passkeyLead,
    script: 'passkey',
    body: [
      passkeyForm(event.language, {
        kind: 'make',
        begin: event.path('/passkey/begin'),
        finish: event.path('/passkey/finish'),
        otherwise: event.path('/recovery'),
        body: markup`<button class="main" type="submit" autofocus>${text.passkeyButton}</button>`,
      }),
      isRecovered && form(event.path('/passkey/later'), markup`<button type="submit">${text.notNow}</button>`),
      markup`<ul class="ways"><li>${cancel(event)}</li></ul>`,
    ],
  })
}

export function renderCodes(event: Event, codes: readonly string[]): string {
  const text = texts[event.language]
  return page(event, '/codes', {
    title: text.codesTitle,
    lead: text.codesLead,
    body: [
      markup`<ol class="codes">${codes.map((code) => markup`<li>${code}</li>`)}</ol>`,
      markup`<p class="hint">${text.codesHint}</p>`,
      form(event.path('/codes'), markup`<button class="main" type="submit">${text.codesSaved}</button>`),
      // The account is made, and stays; only this service is told nothing.
      markup`<ul class="ways"><li>${cancel(event)}</li></ul>`,
    ],
  })
}

export function renderRecovery(event: Event, again?: Again): string {
  const text = texts[event.language]
  return page(event, '/recovery', {
    title: text.recoveryTitle,
    lead: text.recoveryLead,
    body: [
      form(event.path('/recovery'), [
        field({
          name: 'email',
          label: text.email,
          type: 'email',
          value: again?.typed.email ?? loginHint(event),
          autocomplete: 'username',
          autofocus: !again,
        }),
        field({
          name: 'code',
          label: text.recoveryCode,
          hint: text.recoveryHint,
          problem: again !== undefined && text.recoveryWrong,
          autocomplete: 'off',
          autofocus: again !== undefined,
        }),
        markup`<button class="main" type="submit">${text.recoveryButton}</button>`,
      ]),
      markup`<h2>${text.recoveryOther}</h2><p class="lead">${text.recoveryOtherLead}</p>
<ul class="ways"><li><a href="${event.path('/use-passkey')}">${text.recoveryBack}</a></li><li>${cancel(event)}</li></ul>`,
    ],
  })
}

/** Nothing is told to the service: the person unlocks their data first, or goes back. */
export function renderRestricted(event: Event): string {
  const text = texts[event.language]
  return page(event, '', {
    title: text.restrictedTitle,
    lead: text.restrictedLead(event.service.name),
    body: markup`<p><a class="button main" href="/account/own-data">${text.restrictedOpen}</a></p>
<ul class="ways"><li>${cancel(event)}</li></ul>`,
  })
}

const dateOf = (locale: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'Europe/Helsinki' })
/** Made once: making one takes longer than the whole page. */
const dates = { fi: dateOf('fi'), en: dateOf('en-GB') }

/**
 * What goes out if the person continues, and to whom (ID-13, ID-22, ID-48): nothing else goes. `groups`: what those are called that the service may ask
 * about afterwards.
 */
export function renderContinue(event: Event, items: readonly Item[], groups: readonly string[]): string {
  const text = texts[event.language]
  const { name, contract } = event.service
  const date = (at: Date) => dates[event.language].format(at)
  const origin = (from: Item['origin']) => {
    if (from.by === 'code') return text.origin.code(date(from.at))
    if (from.by === 'upstream') return text.origin.upstream(from.name)
    if (from.by === 'register')
      return text.origin.register(from.register[event.language], from.name, from.at && date(from.at))
    return text.origin[from.by]
  }
  const isHeld = isHeldId(event.accountId)
  const ofGroup = items.find((item) => item.name === 'group')
  return page(event, '', {
    title: text.continueTitle(name),
    lead: text.continueLead,
    body: [
      contract?.state === 'test' && markup`<p class="problem">${text.continueTest}</p>`,
      markup`<dl>
${items
  .filter(({ name }) => name !== 'group')
  .map(
    (item) => markup`<div><dt>${item.type?.name[event.language] ?? text.released[item.name]}</dt><dd>${
      item.name === 'language' ? (text.languageName[item.value as Language] ?? item.value) : item.value
    }<small>${origin(item.origin)}</small></dd></div>
`,
  )}<div><dt>${text.pseudonym}</dt><dd>${
        contract?.subject === 'event' || isHeld ? text.pseudonymOfEvent : text.pseudonymMeaning
      }<small>${text.origin.system}</small></dd></div>
<div><dt>${text.event}</dt><dd>${isHeld ? text.eventHeld : text.eventMeaning}<small>${text.origin.system}</small></dd></div>
${
  ofGroup &&
  groups.length > 0 &&
  markup`<div><dt>${text.released.group}</dt><dd>${groups.join(', ')}<small>${origin(ofGroup.origin)}. ${text.groupsLater}</small></dd></div>`
}</dl>`,
      contract && markup`<p>${text.continueAnswers(contract.organization)}</p>`,
      isHeld && markup`<p>${text.continueHeld}</p>`,
      form(event.path('/continue'), [
        contract &&
          markup`<p class="choice"><input id="remember" name="remember" type="checkbox" value="yes"> <label for="remember">${text.remember}</label></p>`,
        markup`<button class="main" type="submit">${text.continueButton}</button>`,
      ]),
      form(event.path('/cancel'), markup`<button type="submit">${text.continueCancel}</button>`),
    ],
  })
}
