import type { Language } from '#base/languages'
import { enter } from '#portal/organizations'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Uses } from './owned.ts'

// Letters to whoever has something to do next. They leave exactly if what they tell of has happened, to those who may act by then, and lead to a page
// that asks again who they are. What was sent, and why it was declined, stays there.

const mostLetters = 50
const day = 86_400_000
/** Of one organisation the provider gets so many letters a day: what else waits is on its overview. */
const mostToldPerDay = 20

type Kind = 'force' | 'change'
type Decided = 'approved' | 'declined'
type Words = readonly [subject: string, text: string]

/** An owner types the name of its service: in the provider's mailbox stands the organisation, which did not choose that alone. */
const waiting: Readonly<Record<Language, Record<Kind, (organization: string) => Words>>> = {
  fi: {
    force: (organization) => [
      `${organization}: palvelu odottaa hyväksyntääsi`,
      `${organization} on lähettänyt palvelun sopimuksen hyväksyttäväksi. Palvelu on testikäytössä, kunnes sopimus on hyväksytty.`,
    ],
    change: (organization) => [
      `${organization}: palvelun muutos odottaa hyväksyntääsi`,
      `${organization} on lähettänyt voimassa olevan sopimuksen muutoksen hyväksyttäväksi. Sopimus jatkuu ennallaan, kunnes muutos on hyväksytty.`,
    ],
  },
  en: {
    force: (organization) => [
      `${organization}: a service waits for your approval`,
      `${organization} has sent the contract of a service for approval. The service is in test mode until the contract is approved.`,
    ],
    change: (organization) => [
      `${organization}: a change of a service waits for your approval`,
      `${organization} has sent a change of a contract in force for approval. The contract goes on as it is until the change is approved.`,
    ],
  },
}

const answered: Readonly<Record<Language, Record<Decided, Record<Kind, (service: string) => Words>>>> = {
  fi: {
    approved: {
      force: (service) => [
        `Palvelun sopimus on voimassa: ${service}`,
        `Tarjoaja hyväksyi palvelun ${service} sopimuksen. Palvelu saa nyt ihmisten oikeita tietoja, kun he jatkavat siihen.`,
      ],
      change: (service) => [
        `Palvelun muutos hyväksyttiin: ${service}`,
        `Tarjoaja hyväksyi palvelun ${service} sopimukseen pyydetyn muutoksen. Se on voimassa.`,
      ],
    },
    declined: {
      force: (service) => [
        `Palvelun sopimusta ei hyväksytty: ${service}`,
        `Tarjoaja ei hyväksynyt palvelun ${service} sopimusta. Testikäyttö jatkuu. Tarjoajan kirjoittama syy on portaalissa palvelun sivulla.`,
      ],
      change: (service) => [
        `Palvelun muutosta ei hyväksytty: ${service}`,
        `Tarjoaja ei hyväksynyt palvelun ${service} sopimukseen pyydettyä muutosta. Sopimus jatkuu ennallaan. Tarjoajan kirjoittama syy on portaalissa palvelun sivulla.`,
      ],
    },
  },
  en: {
    approved: {
      force: (service) => [
        `The contract of a service is in force: ${service}`,
        `The provider has approved the contract of ${service}. The service now gets real data of people when they continue to it.`,
      ],
      change: (service) => [
        `A change of a service was approved: ${service}`,
        `The provider has approved the change of the contract of ${service} that was asked for. It is in force.`,
      ],
    },
    declined: {
      force: (service) => [
        `The contract of a service was not approved: ${service}`,
        `The provider has not approved the contract of ${service}. Test mode goes on. The reason that the provider gave is in the portal, on the page of the service.`,
      ],
      change: (service) => [
        `A change of a service was not approved: ${service}`,
        `The provider has not approved the change of the contract of ${service} that was asked for. The contract goes on as it is. The reason that the provider gave is in the portal, on the page of the service.`,
      ],
    },
  },
}

/** */
const due: Readonly<Record<Language, (service: string) => Words>> = {
  fi: (service) => [
    `EEA-vakuutus on uusittava: ${service}`,
    `Palvelun ${service} sopimuksen vakuutus on annettava uudelleen: vuosi on kulunut, tai osoite tai maa on muuttunut. Lue sopimusehdot ja vakuuta, että kotipaikka ja palvelu ovat EEA-alueella.`,
  ],
  en: (service) => [
    `The EEA declaration is due: ${service}`,
    `The declaration of the contract of ${service} is given anew: a year has passed, or an address or a country has changed. Read the terms and assure that seat and service are in the EEA.`,
  ],
}

const see: Readonly<Record<Language, string>> = { fi: 'Palvelut portaalissa:', en: 'Services in the portal:' }

/** To those of the organisation itself who look after services; `tx` sees whom was written to last afterwards. */
function write({ people, mail, portal }: Uses, tx: Sql, organizationId: string, words: (language: Language) => Words) {
  const link = new URL(`/contracts?organization=${organizationId}`, portal).href
  return within('members', async () => {
    await enter(tx, organizationId)
    const may = await people.whoMay(tx, { organizationId, permission: 'contracts.manage', most: mostLetters })
    for (const { personId } of may.filter(({ isOwn }) => isOwn)) {
      const whereTo = await people.whereTo(tx, personId)
      if (!whereTo) continue
      const [subject, text] = words(whereTo.language)
      const body = `${text}\n\n${see[whereTo.language]}\n${link}\n`
      await mail.send(tx, { ...whereTo, subject: subject.slice(0, 200), text: body })
    }
  })
}

/**
 * To whoever runs this Vartio: something waits. Of each service once until it is decided, and again when that has taken a day: taking back and sending anew
 * fills nobody's mailbox. `tx` sees the owner, before and after.
 */
export async function tellProvider(
  uses: Uses,
  tx: Sql,
  { organizationId, name }: { readonly organizationId: string; readonly name: string },
  clientId: string,
  kind: Kind,
): Promise<void> {
  const now = uses.clock.now()
  const before = new Date(now.getTime() - day)
  const { count } = await tx`
    update contracts.owned set told_at = ${now}
    where organization_id = ${organizationId} and client_id = ${clientId} and (told_at is null or told_at < ${before})
      and ${mostToldPerDay} > (select count(*) from contracts.owned o
        where o.organization_id = ${organizationId} and o.told_at >= ${before})`
  const providerId = await uses.organizations.findProvider(tx)
  if (count === 0 || !providerId) return
  await write(uses, tx, providerId, (language) => waiting[language][kind](name))
  await enter(tx, organizationId)
}

/** To the owner: it was decided. `service`: its name as it is from now on. `tx` sees the owner, before and after. */
export async function tellOwner(
  uses: Uses,
  tx: Sql,
  { ownerId, clientId, kind, decided, service }: Told,
): Promise<void> {
  await tx`
    update contracts.owned set told_at = null where organization_id = ${ownerId} and client_id = ${clientId}`
  await write(uses, tx, ownerId, (language) => answered[language][decided][kind](service))
  await enter(tx, ownerId)
}

/** Once, and again after a month while it is not given. `tx` sees the owner. */
export async function remindOwner(uses: Uses, tx: Sql, ownerId: string, clientId: string, service: string) {
  const now = uses.clock.now()
  const { count } = await tx`
    update contracts.owned set reminded_at = ${now}
    where organization_id = ${ownerId} and client_id = ${clientId}
      and (reminded_at is null or reminded_at < ${new Date(now.getTime() - 30 * day)})`
  if (count > 0) await write(uses, tx, ownerId, (language) => due[language](service))
}

type Told = {
  readonly ownerId: string
  readonly clientId: string
  readonly kind: Kind
  readonly decided: Decided
  readonly service: string
}
