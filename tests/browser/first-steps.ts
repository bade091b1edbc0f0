import assert from 'node:assert/strict'
import type { Role } from '#portal/people/api'
import { type Inbox, register } from './identity-pages.ts'
import type { Person, Stage } from './journey.ts'

// How people come to a Vartio, and what several journeys do on its pages.

const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const carryOn = /^(Jatka|Continue)$/

/** The first administrator, from the printed link to the open portal. */
export async function setUp(stage: Stage, person: Person, inbox: Inbox, organization: string): Promise<void> {
  assert.ok(stage.vartio.setUpLink, 'no set-up link was printed')
  await person.open(stage.vartio.setUpLink)
  await person.write(field(person, 'name'), organization)
  await person.write(field(person, 'postalAddress'), 'Rantatie 1, 00100 Helsinki')
  await person.write(field(person, 'contactEmail'), 'tietosuoja@paja.example')
  await person.press(button(person, carryOn))
  await person.page.waitForURL('**/create')
  await register(person, inbox, { pictures: false })
  await person.write(field(person, 'name'), organization)
  await person.press(button(person, /^(Perusta organisaatio|Create the organisation)$/))
  await person.page.getByRole('link', { name: /^(Henkilöt|People)$/ }).waitFor()
}

/** `host` invites `guest`, as a viewer and whatever else is named, who follows the link of the letter, registers and joins. */
export async function inviteAndJoin(
  host: Person,
  guest: Person,
  inbox: Inbox,
  alsoAs: readonly Role[] = [],
): Promise<void> {
  await host.press(host.page.getByRole('link', { name: /^(Henkilöt|People)$/ }))
  await host.press(button(host, /^(Kutsu henkilö|Invite a person)$/).first())
  await host.write(field(host, 'email'), guest.email)
  await host.write(field(host, 'name'), guest.name)
  for (const role of alsoAs) await host.press(host.page.locator(`input[value="${role}"]`), 'Space')
  await host.press(button(host, /^(Lähetä kutsu|Send the invitation)$/))
  await host.page.getByRole('dialog').waitFor({ state: 'hidden' })
  await guest.open(await inbox.waitForLink(guest.email, /\/invitation#\S+/))
  await guest.press(button(guest, carryOn))
  await register(guest, inbox, { pictures: false })
  await guest.page.getByRole('link', { name: /^(Yleiskuva|Overview)$/ }).waitFor()
}

/** Words about what was just done would lie on the next picture. */
export async function quiet(person: Person): Promise<void> {
  const close = person.page.locator('.toasts').getByRole('button')
  while ((await close.count()) > 0) await close.first().click()
}
