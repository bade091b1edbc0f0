import { AsyncLocalStorage } from 'node:async_hooks'

/** The same in the languages of the pages. */
export type Words = { readonly en: string; readonly fi: string }

/**
 * What personal data may be used for: a closed list. Each description names those that apply to it, each route, job, loop and message
 * handler names its one, and the database refuses what the two do not have in common. Terms: W3C DPV 2.3.
 */
export const purposes = {
  'sign-in': {
    dpv: 'dpv:IdentityAuthentication',
    words: { en: 'proving who somebody is', fi: 'henkilön tunnistaminen' },
  },
  account: {
    dpv: 'dpv:AccountManagement',
    words: { en: 'making and looking after one’s own account', fi: 'oman tilin luominen ja hoitaminen' },
  },
  access: {
    dpv: 'dpv:EnforceAccessControl',
    words: { en: 'deciding what somebody may see and do', fi: 'käyttöoikeuksien valvonta' },
  },
  members: {
    dpv: 'dpv:MemberPartnerManagement',
    words: { en: 'managing who belongs to an organisation', fi: 'organisaation jäsenten hallinta' },
  },
  service: {
    dpv: 'dpv:ServiceProvision',
    words: { en: 'delivering the service', fi: 'palvelun tuottaminen' },
  },
  security: {
    dpv: 'dpv:MisusePreventionAndDetection',
    words: { en: 'noticing and stopping misuse', fi: 'väärinkäytön havaitseminen ja estäminen' },
  },
  audit: {
    dpv: 'dpv:RecordManagement',
    words: { en: 'showing afterwards who did what', fi: 'tapahtumien jälkikäteinen selvittäminen' },
  },
  letters: {
    dpv: 'dpv:CommunicationManagement',
    words: { en: 'sending letters', fi: 'viestien lähettäminen' },
  },
  contact: {
    dpv: 'dpv:CommunicationForCustomerCare',
    words: { en: 'reading and answering messages to the controller', fi: 'yhteydenottoihin vastaaminen' },
  },
  rights: {
    dpv: 'dpv:RightsFulfilment',
    words: { en: 'carrying out the rights of persons', fi: 'henkilön oikeuksien toteuttaminen' },
  },
  upkeep: {
    dpv: 'dpv:TechnicalServiceProvision',
    words: {
      en: 'keeping the system in order: expiry, sealing, keys',
      fi: 'järjestelmän ylläpito: vanheneminen, sinetöinti, avaimet',
    },
  },
  bookkeeping: {
    dpv: 'dpv:LegalCompliance',
    words: { en: 'keeping what accounting law demands', fi: 'kirjanpitolain vaatima säilytys' },
  },
  'set-up': {
    dpv: 'dpv:ServiceRegistration',
    words: { en: 'setting up this Vartio', fi: 'tämän Vartion käyttöönotto' },
  },
  proof: {
    dpv: 'dpv:OrganisationComplianceManagement',
    words: { en: 'showing that promises are kept', fi: 'lupausten pitämisen osoittaminen' },
  },
} as const satisfies Readonly<Record<string, { dpv: `dpv:${string}`; words: Words }>>

export type Purpose = keyof typeof purposes

const current = new AsyncLocalStorage<Purpose>()

/** Whatever `run` reads, it reads for this purpose; a purpose inside another replaces it. */
export function within<T>(purpose: Purpose, run: () => T): T {
  return current.run(purpose, run)
}

/** From here on, whatever this process goes on to do is done for this purpose, save what says otherwise. */
export function enterPurpose(purpose: Purpose): void {
  current.enterWith(purpose)
}

/** Nothing outside of every purpose: there nothing about a person is read. */
export function currentPurpose(): Purpose | undefined {
  return current.getStore()
}
