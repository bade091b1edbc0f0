import type { Language } from '#base/languages'
import type { Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Sql } from '#server/database'
import type { Mail } from '#server/mail'
import { within } from '#server/purpose'
import { recordName } from './look-up.ts'

type What = { readonly step: 'lost' | 'off'; readonly domain: string; readonly offAt: Date }

const mostLetters = 50
const dayOf = (at: Date, language: Language) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'Europe/Helsinki' }).format(at)

const texts: Readonly<
  Record<Language, Record<What['step'], (name: string, domain: string, day: string) => [subject: string, text: string]>>
> = {
  fi: {
    lost: (name, domain, day) => [
      `${name}: verkkotunnuksen ${domain} todiste puuttuu`,
      `Nimipalvelimet eivät enää kerro todistetta, jolla ${domain} on organisaation ${name}. Tietue on ${recordName(domain)}, ja sen arvo on portaalissa yrityksen kirjautumisen sivulla. Jos tietue ei ole takaisin viimeistään ${day}, osoitteet verkkotunnuksessa ${domain} eivät enää johda teidän tunnistuslähteeseenne. Muu kirjautuminen toimii ennallaan.`,
    ],
    off: (name, domain) => [
      `${name}: ${domain} ei enää johda tunnistuslähteeseenne`,
      `Todistetta ei ole ollut nimipalvelimissa kahteen viikkoon, joten ${domain} ei enää ole todistetusti organisaation ${name}. Osoitteet siinä eivät johda teidän tunnistuslähteeseenne. Oma kirjautumislinkkinne ja pääsyavaimet toimivat ennallaan.`,
    ],
  },
  en: {
    lost: (name, domain, day) => [
      `${name}: the proof of ${domain} is missing`,
      `The name servers do not tell the value any more that proves ${domain} to be of ${name}. The record is ${recordName(domain)}; its value is in the portal, on the page of company sign-in. If it is not back by ${day}, addresses in ${domain} do not lead to your provider any more. Every other way to sign in stays.`,
    ],
    off: (name, domain) => [
      `${name}: ${domain} does not lead to your provider any more`,
      `The proof has been missing from the name servers for two weeks, so ${domain} is not proved to be of ${name} any more. Addresses in it do not lead to your provider. Your own link to sign in by, and passkeys, work as before.`,
    ],
  },
}

/** Those who can put it right; `tx` sees the organisation. */
export function tellOfDomain(
  {
    people,
    organizations,
    mail,
  }: {
    people: Pick<People, 'whoMay' | 'whereTo'>
    organizations: Pick<Organizations, 'describe'>
    mail: Pick<Mail, 'send'>
  },
  tx: Sql,
  organizationId: string,
  { step, domain, offAt }: What,
) {
  return within('members', async () => {
    const name = (await organizations.describe(tx, [organizationId])).get(organizationId)?.name ?? ''
    const may = await people.whoMay(tx, { organizationId, permission: 'company-sign-in.manage', most: mostLetters })
    for (const { personId } of may.filter(({ isOwn }) => isOwn)) {
      const whereTo = await people.whereTo(tx, personId)
      if (!whereTo) continue
      const [subject, text] = texts[whereTo.language][step](name, domain, dayOf(offAt, whereTo.language))
      await mail.send(tx, { ...whereTo, subject: subject.slice(0, 200), text: `${text}\n` })
    }
  })
}
