import type { Language } from '#base/languages'
import { type Markup, markup, type Part } from '#base/markup'
import { texts } from './texts.ts'

export function field(options: {
  name: string
  label: string
  value?: string | undefined
  problem?: string | false | undefined
  hint?: string
  type?: string
  autocomplete: string
  inputmode?: string
  className?: string
  autofocus?: boolean
  required?: boolean
}): Markup {
  const { name, problem, hint } = options
  const described = [problem && `${name}-problem`, hint !== undefined && `${name}-hint`].filter(Boolean).join(' ')
  return markup`<div class="field"><label for="${name}">${options.label}</label>
<input id="${name}" name="${name}" type="${options.type ?? 'text'}" value="${options.value ?? ''}" autocomplete="${options.autocomplete}" autocapitalize="none" spellcheck="false"${
    options.inputmode !== undefined && markup` inputmode="${options.inputmode}"`
  }${options.className !== undefined && markup` class="${options.className}"`}${
    described !== '' && markup` aria-describedby="${described}"`
  }${problem && markup` aria-invalid="true"`}${options.autofocus && markup` autofocus`}${
    (options.required ?? true) && markup` required`
  }>
${problem && markup`<p class="field-problem" id="${name}-problem">${problem}</p>`}
${hint !== undefined && markup`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`
}

export function form(action: string, body: Part): Markup {
  return markup`<form method="post" action="${action}">${body}</form>`
}

/** A form the script takes over; without a script it goes where there is another way. */
export function passkeyForm(
  language: Language,
  options: { kind: 'make' | 'use'; begin: string; finish: string; otherwise: string; body: Part },
): Markup {
  const text = texts[language]
  return markup`<form method="get" action="${options.otherwise}" data-passkey="${options.kind}" data-begin="${options.begin}" data-finish="${options.finish}" data-unsupported="${text.passkeyUnsupported}" data-cancelled="${text.passkeyCancelled}" data-already="${text.passkeyAlready}" data-taken="${text.addressTaken}" data-over="${text.accountOver}" data-refused="${options.kind === 'use' ? text.passkeyRefused : text.passkeyFailed}" data-failed="${text.passkeyFailed}">
<p class="problem" role="alert" tabindex="-1"></p>
<noscript><p class="problem">${text.scriptNeeded}</p></noscript>
${options.body}</form>`
}
