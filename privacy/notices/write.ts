import type { z } from 'zod'
import { cookies } from '#architecture'
import type { Language } from '#base/languages'
import { markup, type Part } from '#base/markup'
import type { Controller } from '#portal/organizations/api'
import type { registerAnswer } from '#server/register-calls'
import { cookieWords, texts } from './texts.ts'

type Held = z.output<typeof registerAnswer>['lines']

/** All of the notice but its version and its pledges, which stand as they are now. */
export function writeNotice(language: Language, controller: Controller, held: Held): string {
  const text = texts[language]
  const row = (name: string, value: Part) => value !== undefined && markup`<div><dt>${name}</dt><dd>${value}</dd></div>`
  return markup`<h2>${text.controller}</h2>
<dl>
${row(text.name, controller.name)}
${row(text.businessId, controller.businessId ?? text.notGiven)}
${row(text.address, controller.postalAddress)}
${row(text.contact, controller.contactEmail)}
${row(text.form, markup`<a href="/contact?language=${language}">${text.formLink}</a> ${text.formText}`)}
${row(text.operator, text.operatorIs(controller))}
${row(text.officer, controller.dataProtectionOfficer ?? text.notGiven)}
</dl>
<h2>${text.held}</h2>
<p>${text.heldText}</p>
${held.map((line) => {
  const one = line[language]
  return markup`<h3>${one.activity}</h3>
<dl>
${row(text.what, one.data.join(', '))}
${row(text.whose, one.persons.join(', '))}
${row(text.from, one.sources.join(', '))}
${row(text.purpose, one.purposes.join(', '))}
${row(text.basis, one.bases.join(', '))}
${one.interests.length > 0 && row(text.interest, one.interests.join(', '))}
${row(text.seenBy, one.recipients.join(', '))}
${row(text.keep, one.keep)}
</dl>
`
})}
<h2>${text.cookies}</h2>
<p>${text.cookiesText}</p>
<dl>
${cookies.map(({ name }) => row(name, cookieWords[name]?.[language]))}
</dl>
<h2>${text.rights}</h2>
<p>${text.rightsText}</p>
<p>${text.complaint}</p>
<h2>${text.place}</h2>
<p>${text.placeText}</p>`.text
}
