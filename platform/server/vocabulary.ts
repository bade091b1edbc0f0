import type { Program } from './migrate.ts'
import type { Words } from './purpose.ts'

// The words descriptions are made of, each a closed list with its term of the W3C Data Privacy Vocabulary (DPV 2.3, pinned: a term means
// what that version says) and its Finnish and English words. A term without words does not pass the types.

/** What a prefix stands for in data that leaves us. Pinned, because DPV's own addresses lead to its latest version. */
export const namespaces = {
  dpv: 'https://w3id.org/dpv/2.3/dpv#',
  pd: 'https://w3id.org/dpv/2.3/pd#',
  'eu-gdpr': 'https://w3id.org/dpv/2.3/legal/eu/gdpr#',
} as const

/** What kinds of personal data there are. */
export const dataTerms = {
  'pd:Authenticating': { en: 'sign-in data', fi: 'kirjautumistieto' },
  'pd:AuthenticationHistory': { en: 'when somebody has signed in', fi: 'kirjautumisajankohta' },
  'pd:Behavioural': { en: 'what somebody has done', fi: 'tehty toimi' },
  'pd:Contact': { en: 'contact details', fi: 'yhteystiedot' },
  'pd:DeviceBased': { en: 'data about a device', fi: 'laitetieto' },
  'pd:DeviceSoftware': { en: 'browser and system', fi: 'selain ja järjestelmä' },
  'pd:EmailAddress': { en: 'e-mail address', fi: 'sähköpostiosoite' },
  'pd:EmailContent': { en: 'content of a letter', fi: 'viestin sisältö' },
  'pd:GroupMembership': { en: 'groups and roles', fi: 'ryhmät ja roolit' },
  'pd:Historical': { en: 'when something happened', fi: 'tapahtuma-aika' },
  'pd:Household': { en: 'family or household', fi: 'perhe tai talous' },
  'pd:IPAddress': { en: 'IP address', fi: 'IP-osoite' },
  'pd:Language': { en: 'language', fi: 'kieli' },
  'pd:Name': { en: 'name', fi: 'nimi' },
  'pd:OfficialID': { en: 'identifier of a register', fi: 'rekisterin antama tunnus' },
  'pd:Picture': { en: 'link to a picture', fi: 'linkki kuvaan' },
  'pd:Preference': { en: 'preference', fi: 'oma valinta' },
  'pd:Profile': { en: 'details given when registering', fi: 'rekisteröitymisessä annetut tiedot' },
  'pd:ServiceConsumptionBehaviour': { en: 'use of the service', fi: 'palvelun käyttö' },
  'pd:TelephoneNumber': { en: 'telephone number', fi: 'puhelinnumero' },
  'pd:Transactional': { en: 'what was agreed, invoiced or paid', fi: 'sopimukset, laskut ja maksut' },
  'pd:UID': { en: 'number that stands for a person', fi: 'henkilön tunniste' },
  'pd:UserAgent': { en: 'name of the browser', fi: 'selaimen nimi' },
} as const satisfies Readonly<Record<`pd:${string}`, Words>>

export type DataTerm = keyof typeof dataTerms

/** Where data comes from (PT-20). A row that comes from outside names its own source in a column. */
export const sources = {
  device: { dpv: 'dpv:DataSubjectDataSource', words: { en: 'the device', fi: 'laite' } },
  person: { dpv: 'dpv:DataSubjectDataSource', words: { en: 'the person', fi: 'henkilö itse' } },
  administrator: {
    dpv: 'dpv:ThirdPartyDataSource',
    words: { en: 'an administrator of the organisation', fi: 'organisaation pääkäyttäjä' },
  },
  'group administrator': {
    dpv: 'dpv:ThirdPartyDataSource',
    words: { en: 'an administrator of the group', fi: 'ryhmän pääkäyttäjä' },
  },
  identity: { dpv: 'dpv:ThirdPartyDataSource', words: { en: 'the sign-in service', fi: 'tunnistuspalvelu' } },
  upstream: {
    dpv: 'dpv:ThirdPartyDataSource',
    words: { en: 'an upstream that the person chose', fi: 'henkilön valitsema tunnistuslähde' },
  },
  system: { dpv: 'dpv:DataControllerDataSource', words: { en: 'made by the service itself', fi: 'syntyy palvelussa' } },
} as const satisfies Readonly<Record<string, { dpv: `dpv:${string}`; words: Words }>>

export type Source = keyof typeof sources

/** Legal bases of the GDPR. */
export const bases = {
  'eu-gdpr:A6-1-a': { en: 'consent', fi: 'suostumus' },
  'eu-gdpr:A6-1-b': { en: 'contract', fi: 'sopimus' },
  'eu-gdpr:A6-1-c': { en: 'legal obligation', fi: 'lakisääteinen velvoite' },
  'eu-gdpr:A6-1-f': { en: 'legitimate interest', fi: 'oikeutettu etu' },
} as const satisfies Readonly<Record<`eu-gdpr:${string}`, Words>>

export type Basis = keyof typeof bases

/** Who may come to see data. Whoever is not in the list sees nothing. */
export const recipients = {
  person: { en: 'the person', fi: 'henkilö itse' },
  'invited person': { en: 'whoever holds the invitation', fi: 'kutsun haltija' },
  administrator: { en: 'administrators of the organisation', fi: 'organisaation pääkäyttäjät' },
  partner: {
    en: 'whoever the organisation has its devices looked after by',
    fi: 'se, jolle organisaatio on antanut laitteensa hoidettaviksi',
  },
  provider: { en: 'the provider of this service, and nobody else', fi: 'tämän palvelun tarjoaja, eikä kukaan muu' },
  'privacy officer': { en: 'the privacy officer', fi: 'tietosuojavastaava' },
  'group administrator': { en: 'administrators of the group', fi: 'ryhmän pääkäyttäjät' },
  'group member': { en: 'members of the group', fi: 'ryhmän jäsenet' },
  service: { en: 'the service the person continues to', fi: 'asiointipalvelu, johon henkilö jatkaa' },
  'mail server': { en: 'the mail server on the way to the person', fi: 'sähköpostipalvelin matkalla henkilölle' },
  'inbox holder': {
    en: 'whoever holds the key of the inbox page, while no mail server is set',
    fi: 'postilaatikkosivun avaimen haltija, kun sähköpostipalvelinta ei ole asetettu',
  },
  everyone: { en: 'everyone', fi: 'kaikki' },
  nobody: { en: 'nobody: the programs alone use it', fi: 'ei kukaan: vain ohjelmat käyttävät sitä' },
} as const satisfies Readonly<Record<string, Words>>

export type Recipient = keyof typeof recipients

/** How somebody of this kind is found when they ask for their rights. */
export type Found =
  /** Each program's column that names them: `schema.table.column`. */
  | { readonly at: Readonly<Partial<Record<Program, string>>> }
  /** Held, but of nobody we could tell (GDPR Art. 11(2)): this is what they are answered. */
  | { readonly cannot: Words }
  /** Nothing is held of them. The first table that does must say how they are found. */
  | { readonly holdsNothing: string }

/**
 * Whose data it is: a closed list. It covers private persons and those of companies, whoever buys, registers for or uses the services, whose
 * devices or traffic are protected, who gave data through any channel (DSR-21), and their family or household (DSR-20).
 */
export const persons = {
  'account holder': {
    dpv: 'dpv:User',
    words: { en: 'account holder', fi: 'tilin haltija' },
    found: { at: { identity: 'people.person.person_id', portal: 'people.person.subject' } },
  },
  'identified person': {
    dpv: 'dpv:User',
    words: { en: 'person who identifies without an account', fi: 'ilman tiliä tunnistautuva' },
    found: {
      cannot: {
        en: 'What is held for some minutes opens only with what the person’s own browser holds, and names nobody.',
        fi: 'Muutaman minuutin säilyvä tieto aukeaa vain henkilön oman selaimen hallussa olevalla avaimella eikä nimeä ketään.',
      },
    },
  },
  administrator: {
    dpv: 'dpv:User',
    words: { en: 'person in an organisation', fi: 'organisaation henkilö' },
    found: { at: { portal: 'people.person.subject' } },
  },
  'invited person': {
    dpv: 'dpv:HumanSubject',
    words: { en: 'invited person', fi: 'kutsuttu' },
    found: { at: { portal: 'invitations.invitation.email_token' } },
  },
  'contract person': {
    dpv: 'dpv:Client',
    words: { en: 'contact person of a contract', fi: 'sopimuksen yhteyshenkilö' },
    found: {
      at: { identity: 'services.contract_person.email_token', portal: 'organizations.controller.contact_token' },
    },
  },
  customer: {
    dpv: 'dpv:Customer',
    words: {
      en: 'person who buys or asks, through any channel',
      fi: 'asiakas tai yhteydenottaja, mitä kautta tahansa',
    },
    found: {
      cannot: {
        en: 'Whoever writes to the controller is not asked who they are, and messages are kept encrypted one by one. Say what you wrote and when, and whoever reads them can erase it.',
        fi: 'Rekisterinpitäjälle kirjoittavalta ei kysytä, kuka hän on, ja viestit säilytetään yksitellen salattuina. Kerro, mitä kirjoitit ja milloin, niin niiden lukija voi poistaa viestin.',
      },
    },
  },
  employee: {
    dpv: 'dpv:Employee',
    words: { en: 'person whose device is protected', fi: 'suojatun laitteen käyttäjä' },
    found: {
      cannot: {
        en: 'A device names its user as its own system calls them, which leads to nobody we know. Ask the organisation whose device it is: it finds the device by its name and can erase it.',
        fi: 'Laite nimeää käyttäjänsä niin kuin sen oma järjestelmä, eikä se johda kehenkään, jonka tuntisimme. Kysy organisaatiolta, jonka laite on: se löytää laitteen nimellä ja voi poistaa sen tiedot.',
      },
    },
  },
  correspondent: {
    dpv: 'dpv:HumanSubject',
    words: { en: 'person somebody writes to or hears from', fi: 'viestinnän toinen osapuoli' },
    found: { holdsNothing: 'mail is not protected yet' },
  },
  household: {
    dpv: 'dpv:HumanSubject',
    words: { en: 'member of the family or household', fi: 'perheen tai talouden jäsen' },
    found: { holdsNothing: 'nobody is asked about their household' },
  },
} as const satisfies Readonly<Record<string, { dpv: `dpv:${string}`; words: Words; found: Found }>>

export type Whose = keyof typeof persons
