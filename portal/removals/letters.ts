import type { Language } from '#base/languages'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import type { Uses } from './decide.ts'

type What =
  | { readonly kind: 'asked'; readonly decideBy: Date }
  | { readonly kind: 'noticed'; readonly dueAt: Date }
  | { readonly kind: 'declined' | 'taken_back' }

const mostLetters = 50
const dayOf = (at: Date, language: Language) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'Europe/Helsinki' }).format(at)

/** What a person may ask for themselves is cut by nothing of this, and every letter says so. */
const own = {
  fi: 'Jokainen voi itse pyytää kopion omista tiedoistaan tai niiden poistamisen omalta tilisivultaan, mitä organisaatiosta päätetäänkin.',
  en: 'Everybody can ask for a copy of their own data, or have it deleted, on their own account page, whatever is decided of the organisation.',
}

const texts: Readonly<
  Record<Language, Readonly<Record<What['kind'], (name: string, day: string) => [string, string]>>>
> = {
  fi: {
    asked: (name, day) => [
      `${name}: poistamista on pyydetty`,
      `Organisaation ${name} poistamista Vartiosta on pyydetty. Tilaus on ostettu operaattorilta, joka päättää asiasta. Päätöstä odotetaan viimeistään ${day}. Siihen asti mikään ei muutu.`,
    ],
    noticed: (name, day) => [
      `${name}: tiedot poistetaan ${day}`,
      `Organisaation ${name} tilaus on päättynyt. Uutta ei enää kerätä. Kaikki, mitä organisaatiosta on Vartiossa, poistetaan ${day}. Siihen asti sen voi perua se, joka on lisännyt organisaation.`,
    ],
    declined: (name) => [
      `${name}: organisaatiota ei poisteta`,
      `Operaattori päätti, ettei organisaatiota ${name} poisteta. Syy on portaalissa tilausten sivulla.`,
    ],
    taken_back: (name) => [
      `${name}: poistaminen peruttiin`,
      `Organisaatiota ${name} ei poisteta. Tilaus jatkuu kuten ennen.`,
    ],
  },
  en: {
    asked: (name, day) => [
      `${name}: removal was asked for`,
      `It was asked to remove the organisation ${name} from Vartio. The subscription was bought from an operator, who decides. The decision is expected by ${day}. Nothing changes until then.`,
    ],
    noticed: (name, day) => [
      `${name}: everything is removed on ${day}`,
      `The subscription of ${name} has ended. Nothing more is collected. Everything of the organisation in Vartio is removed on ${day}. Until then whoever added the organisation can take this back.`,
    ],
    declined: (name) => [
      `${name}: the organisation stays`,
      `The operator decided that ${name} is not removed. The reason is in the portal, on the page of subscriptions.`,
    ],
    taken_back: (name) => [
      `${name}: the removal was taken back`,
      `${name} is not removed. The subscription goes on as before.`,
    ],
  },
}

/** Of the company itself; `tx` sees it. The letters leave exactly if what they tell of has happened. */
export function tellAdministrators({ people, organizations, mail }: Uses, tx: Sql, companyId: string, what: What) {
  return within('members', async () => {
    const name = (await organizations.describe(tx, [companyId])).get(companyId)?.name ?? ''
    const may = await people.whoMay(tx, { organizationId: companyId, permission: 'removals.ask', most: mostLetters })
    for (const { personId } of may.filter(({ isOwn }) => isOwn)) {
      const letter = await people.whereTo(tx, personId)
      if (!letter) continue
      const { to, language } = letter
      const at = what.kind === 'asked' ? what.decideBy : what.kind === 'noticed' ? what.dueAt : undefined
      const [subject, text] = texts[language][what.kind](name, at ? dayOf(at, language) : '')
      await mail.send(tx, { to, subject, text: `${text}\n\n${own[language]}\n`, language })
    }
  })
}
