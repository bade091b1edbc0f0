import type { Words } from '#server/purpose'

type Program = 'identity' | 'portal' | 'privacy' | 'cloud'

/** What keeps a pledge. The page says which of the four it is. */
export type Kept =
  /** A figure that the running programs give every few minutes, against its limit. */
  | { readonly kind: 'measured'; readonly proofs: readonly `${Program}/${string}`[] }
  /** A test of this version, by its file and its whole name. */
  | { readonly kind: 'tested'; readonly path: string; readonly name: string }
  /** A check that fails the build, by its name in `npm run check`. */
  | { readonly kind: 'built in'; readonly check: string }
  /** Somebody's word, which a named person of the provider gives in the portal, until a set day. */
  | { readonly kind: 'declared' }

export type Pledge = {
  readonly id: string
  readonly clauses: readonly string[]
  /** The sentence as the notice prints it. */
  readonly says: Words
  /** By what means. */
  readonly how: Words
  readonly kept: Kept
}

const everywhere = (name: string) =>
  [
    `identity/${name}`,
    `portal/${name}`,
    `privacy/${name}`,
    `cloud/${name}`,
  ] as const satisfies readonly `${Program}/${string}`[]

/** Each sentence of the notice that promises something, and what shows that it is kept. tests/checks/pledges.test.ts holds it to the code. */
export const registry: readonly Pledge[] = [
  {
    id: 'nothing-past-its-limit',
    clauses: ['ID-71', 'RT-22'],
    says: {
      fi: 'Mitään tietoja ei säilytetä kauemmin kuin niille on ilmoitettu.',
      en: 'No data is kept longer than is stated for it.',
    },
    how: {
      fi: 'jokaisen taulun säilytysaika on kirjattu, ja vanhentunut poistetaan viiden minuutin välein',
      en: 'the time of every table is written down, and what is past it is deleted every five minutes',
    },
    kept: { kind: 'measured', proofs: everywhere('expiry.past-deadline') },
  },
  {
    id: 'audit-three-years',
    clauses: ['RT-03'],
    says: {
      fi: 'Tarkastuslokin rivi katoaa viimeistään kolmen vuoden ikäisenä.',
      en: 'A row of the audit log is gone when it is three years old at the latest.',
    },
    how: { fi: 'kokonaiset päivät pudotetaan ennen rajaa', en: 'whole days are dropped before the limit' },
    kept: { kind: 'measured', proofs: ['portal/audit.records'] },
  },
  {
    id: 'activity-one-year',
    clauses: ['RT-04'],
    says: {
      fi: 'Toimintalokin rivi katoaa viimeistään vuoden ikäisenä.',
      en: 'A row of the activity log is gone when it is a year old at the latest.',
    },
    how: { fi: 'kokonaiset päivät pudotetaan ennen rajaa', en: 'whole days are dropped before the limit' },
    kept: { kind: 'measured', proofs: ['portal/audit.activities'] },
  },
  {
    id: 'logs-unchanged',
    clauses: ['DI-15', 'DI-16'],
    says: {
      fi: 'Kukaan ei ole muuttanut päättyneiden päivien lokeja.',
      en: 'Nobody has changed the logs of days that have ended.',
    },
    how: {
      fi: 'jokaista päättynyttä päivää verrataan läpinäkyvyyslokissa olevaan tiivisteeseen',
      en: 'every past day is compared with its root in the transparency log',
    },
    kept: { kind: 'measured', proofs: ['portal/audit.compared', 'portal/audit.unsealed'] },
  },
  {
    id: 'log-only-grows',
    clauses: ['DI-15'],
    says: {
      fi: 'Läpinäkyvyysloki vain kasvaa, eikä mikään jää siitä pois.',
      en: 'The transparency log only grows, and nothing is left out of it.',
    },
    how: {
      fi: 'loki lasketaan uudelleen ja verrataan siihen, mitä on allekirjoitettu',
      en: 'the log is worked out again and compared with what was signed',
    },
    kept: { kind: 'measured', proofs: ['privacy/transparency.head', 'privacy/transparency.waiting'] },
  },
  {
    id: 'cloud-knows-nobody',
    clauses: ['SC-04'],
    says: {
      fi: 'Turvapilven tietokannassa ei ole ketään.',
      en: 'Nobody is in the database of the Security Cloud.',
    },
    how: {
      fi: 'rivit tauluissa, joissa voisi olla henkilö, lasketaan; niitä on nolla',
      en: 'rows of the tables that could hold a person are counted, and there are none',
    },
    kept: { kind: 'measured', proofs: ['cloud/gate.persons'] },
  },
  {
    id: 'cloud-asks-no-credential',
    clauses: ['SC-04'],
    says: {
      fi: 'Turvapilvi ei tiedä, kuka kysyy: kysymys, jossa olisi tunnus tai muu erottava tieto, torjutaan.',
      en: 'The Security Cloud does not know who asks: a question with a credential or another distinguishing mark is refused.',
    },
    how: {
      fi: 'tehtävät on erotettu; tämä ei ole salaustekninen takuu',
      en: 'by separation of roles; this is no cryptographic guarantee',
    },
    kept: {
      kind: 'tested',
      path: 'tests/refusals/cloud.test.ts',
      name: 'SC-04 A-40 a question is answered without a credential, and with any credential or mark it is refused',
    },
  },
  {
    id: 'deleted-for-good',
    clauses: ['DSR-05', 'DI-15'],
    says: {
      fi: 'Kun henkilö poistetaan, hänen tietojensa avain tuhotaan niin, ettei mikään jäljelle jäävä avaa niitä enää minuutin kuluttua.',
      en: 'When a person is deleted, the key of their data is destroyed so that a minute later nothing that is left opens them.',
    },
    how: {
      fi: 'ohjelman juuriavain vaihtuu jokaisen poiston jälkeen ja kaikki avaimet joka päivä; avainten varmuuskopiot elävät kaksi päivää kauemmin',
      en: 'the root key of a program is replaced after each deletion and all keys every day; backups of keys live for two days more',
    },
    kept: { kind: 'measured', proofs: [...everywhere('keys.rotation'), ...everywhere('keys.epoch')] },
  },
  {
    id: 'old-keys-never-used',
    clauses: ['DSR-05', 'RT-24'],
    says: {
      fi: 'Poistettu ei palaa varmuuskopiosta: yli kaksi päivää vanhoja avaimia ei enää käytetä.',
      en: 'Whoever was deleted does not come back from a backup: keys that are more than two days old are never used again.',
    },
    how: {
      fi: 'avainvaraston ikää verrataan läpinäkyvyyslokiin, ja kirjatut vanhat varmuuskopiot tuhotaan; muualle siirretyn kopion tuhoaa sen haltija',
      en: 'the age of the key store is compared with the transparency log, and recorded old backups are destroyed; a copy moved elsewhere is destroyed by its holder',
    },
    kept: { kind: 'measured', proofs: [...everywhere('keys.as-logged'), 'privacy/keys.old-backups'] },
  },
  {
    id: 'sealed-only',
    clauses: ['DI-15', 'DI-16'],
    says: {
      fi: 'Nimet, osoitteet ja muut henkilön yksilöivät tiedot ovat tietokannassa vain salattuina.',
      en: 'Names, addresses and whatever else identifies a person lie in the database only encrypted.',
    },
    how: {
      fi: 'salattaviksi kuvatuista riveistä lasketaan ne, jotka eivät voi olla salattuja; suurista tauluista otos',
      en: 'of rows that are described as encrypted those are counted that cannot be; of large tables a sample',
    },
    kept: { kind: 'measured', proofs: everywhere('sealed.form') },
  },
  {
    id: 'holds-looked-at',
    clauses: ['RT-23'],
    says: {
      fi: 'Mitään ei säilytetä määräaikaa pidempään ilman, että syy tarkistetaan sovittuna päivänä.',
      en: 'Nothing is kept beyond its time without the reason being looked at again on its day.',
    },
    how: {
      fi: 'säilytyspidolla on tarkistuspäivä ja loppu, ja niiden yli menneet lasketaan',
      en: 'a hold has a day of review and an end, and those past either are counted',
    },
    kept: { kind: 'measured', proofs: ['privacy/holds.overdue'] },
  },
  {
    id: 'every-column-described',
    clauses: ['DSR-01', 'PT-20'],
    says: {
      fi: 'Tiedämme jokaisesta tallennetusta tiedosta, mikä se on, kenen, mistä ja miksi.',
      en: 'Of every stored datum we know what it is, whose, from where and why.',
    },
    how: {
      fi: 'käytössä olevaa tietokantaa verrataan kuvauksiin',
      en: 'the database in use is compared with the descriptions',
    },
    kept: { kind: 'measured', proofs: everywhere('database.undescribed') },
  },
  {
    id: 'rights-as-written',
    clauses: ['ID-85', 'DI-15', 'DI-17'],
    says: {
      fi: 'Ohjelma pääsee vain niihin tietoihin, jotka sille on kirjattu.',
      en: 'A program reaches only the data that is written down for it.',
    },
    how: {
      fi: 'tietokannan oikeuksia verrataan luetteloon, joka on osa ohjelmaa',
      en: 'rights in the database are compared with a list that is part of the program',
    },
    kept: { kind: 'measured', proofs: everywhere('database.rights') },
  },
  {
    id: 'own-database',
    clauses: ['ID-85', 'DI-17'],
    says: {
      fi: 'Jokaisella ohjelmalla on oma tietokantansa, johon toiset eivät pääse.',
      en: 'Each program has a database of its own that the others cannot enter.',
    },
    how: { fi: 'oma rooli, joka ei pääse muualle', en: 'a role of its own that gets nowhere else' },
    kept: {
      kind: 'tested',
      path: 'platform/server/walls.test.ts',
      name: 'ID-85 each program reaches its own database and no other',
    },
  },
  {
    id: 'cookies-as-listed',
    clauses: ['ID-103', 'ID-106', 'ID-107'],
    says: {
      fi: 'Evästeitä on vain tässä selosteessa luetellut, ja jokainen niistä on palvelulle välttämätön.',
      en: 'There are no cookies but those listed in this notice, and each of them is needed for the service.',
    },
    how: {
      fi: 'selaimille lähetettyjä evästeitä verrataan luetteloon',
      en: 'cookies sent to browsers are compared with the list',
    },
    kept: { kind: 'measured', proofs: everywhere('http.cookies') },
  },
  {
    id: 'no-storage',
    clauses: ['ID-103', 'ID-107'],
    says: {
      fi: 'Selaimesi muistiin ei tallenneta evästeiden lisäksi mitään.',
      en: 'Nothing but cookies is kept in your browser.',
    },
    how: { fi: 'ohjelma, joka tallentaisi, ei valmistu', en: 'a program that kept anything would not be built' },
    kept: { kind: 'built in', check: 'cookies and storage' },
  },
  {
    id: 'cookies-sealed',
    clauses: ['ID-82', 'ID-83'],
    says: {
      fi: 'Sen, mitä selaimessasi on, voi lukea vain tämä palvelu.',
      en: 'What lies in your browser only this service can read.',
    },
    how: { fi: 'sisältö on salattu', en: 'its contents are encrypted' },
    kept: {
      kind: 'tested',
      path: 'identity/upstream/identify.test.ts',
      name: 'ID-82 ID-83 what lies in the browser is sealed, and opens in no other place',
    },
  },
  {
    id: 'session-eight-hours',
    clauses: ['ID-72'],
    says: {
      fi: 'Istunto päättyy viimeistään kahdeksan tunnin kuluttua siitä, kun tunnistauduit.',
      en: 'A session ends eight hours after you proved who you are, at the latest.',
    },
    how: { fi: 'aika ei jatku käytöstä', en: 'use does not prolong it' },
    kept: {
      kind: 'tested',
      path: 'identity/oidc/protocol.test.ts',
      name: 'A-06 ID-72 a session ends 8 hours after it began, however busy it is, and its codes and grants with it',
    },
  },
  {
    id: 'unused-account-erased',
    clauses: ['ID-76'],
    says: {
      fi: 'Tili, jota ei käytetä, poistetaan tietoineen viimeistään neljän kuukauden kuluttua viimeisestä käytöstä.',
      en: 'An account that is not used is erased with its data four months after its last use, at the latest.',
    },
    how: {
      fi: 'lasketaan tilit, joiden aika on ohi; mukana eivät ole ne, joiden tiedot on lukittu tai säilytyspidossa',
      en: 'accounts whose time is over are counted; not those whose data is restricted or held',
    },
    kept: { kind: 'measured', proofs: ['identity/people.unused'] },
  },
  {
    id: 'expired-account-returns',
    clauses: ['ID-74', 'ID-75'],
    says: {
      fi: 'Tili vanhenee kolmessa kuukaudessa käyttämättä. Sen saa takaisin kirjautumalla 30 päivän kuluessa, ennen poistoa.',
      en: 'An account expires after three months without use. Signing in within 30 days brings it back, before it is erased.',
    },
    how: {
      fi: 'oikeat päivät näkyvät tilillä ja kerrotaan kirjeissä etukäteen',
      en: 'the real dates are on the account, and letters tell them before',
    },
    kept: {
      kind: 'tested',
      path: 'identity/life-cycle/life-cycle.test.ts',
      name: 'ID-74 ID-75 ID-76 an account that nobody uses expires after three months and is erased 30 days later, with a letter before each',
    },
  },
  {
    id: 'code-once',
    clauses: ['ID-31'],
    says: {
      fi: 'Yhdestä tunnistautumisesta syntyvä tunniste kelpaa vain kerran.',
      en: 'What comes of one identification is accepted only once.',
    },
    how: {
      fi: 'toinen käyttö päättää kaiken, mitä ensimmäisestä seurasi',
      en: 'a second use ends all that came of the first',
    },
    kept: {
      kind: 'tested',
      path: 'identity/oidc/protocol.test.ts',
      name: 'RFC 9700 4.2 4.3 ID-31 a code is redeemed at most once, even by six at the same moment, and its second use ends what came of the first',
    },
  },
  {
    id: 'verified-addresses',
    clauses: ['ID-24'],
    says: {
      fi: 'Sähköpostiosoite tallennetaan vasta, kun olet osoittanut sen omaksesi.',
      en: 'An e-mail address is stored only once you have shown that it is yours.',
    },
    how: { fi: 'kertakoodilla', en: 'by a one-time code' },
    kept: {
      kind: 'tested',
      path: 'identity/people/people.test.ts',
      name: 'ID-24 a person has verified addresses only, and one address has one person, even when two verify it at once',
    },
  },
  {
    id: 'no-addresses-in-logs',
    clauses: ['DI-15', 'DI-16'],
    says: {
      fi: 'Ohjelmien tekniseen tulosteeseen ei kirjoiteta osoitteita eikä henkilötunnuksia.',
      en: 'Neither addresses nor identity codes are written to the technical output of the programs.',
    },
    how: {
      fi: 'jokainen rivi tarkistetaan, ja suodatinta koetellaan esimerkeillä',
      en: 'every line is looked at, and the filter is tried on samples',
    },
    kept: { kind: 'measured', proofs: [...everywhere('log.addresses'), ...everywhere('log.redaction')] },
  },
  {
    id: 'purpose-of-each-use',
    clauses: ['DI-13', 'ID-86'],
    says: {
      fi: 'Jokaiselle henkilötietojen käytölle on kirjattu tarkoitus ja se, kenellä on oikeus siihen.',
      en: 'Every use of personal data has a purpose and a right that are written down.',
    },
    how: { fi: 'ohjelma, josta ne puuttuvat, ei valmistu', en: 'a program that lacks them would not be built' },
    kept: { kind: 'built in', check: 'routes' },
  },
  {
    id: 'own-users',
    clauses: ['DI-16', 'DI-17'],
    says: {
      fi: 'Jokainen ohjelma toimii tässä koneessa omana käyttäjänään.',
      en: 'Each program runs as a user of its own on this machine.',
    },
    how: {
      fi: 'näin on, kun Vartion käynnistää pääkäyttäjä (root); muuten ohjelmilla on sama käyttäjä ja tämä seinä puuttuu',
      en: 'so it is when root starts Vartio; otherwise the programs share a user and this wall is missing',
    },
    kept: { kind: 'measured', proofs: everywhere('process.own-user') },
  },
  {
    id: 'permission-model',
    clauses: ['DI-16'],
    says: {
      fi: 'Ohjelma ei voi käynnistää muita ohjelmia eikä lukea muiden tiedostoja.',
      en: 'A program can neither start others nor read their files.',
    },
    how: { fi: 'Noden oikeusmalli on päällä', en: 'Node’s permission model is on' },
    kept: { kind: 'measured', proofs: everywhere('process.permissions') },
  },
  {
    id: 'emergency-armed',
    clauses: ['ID-97', 'ID-98'],
    says: {
      fi: 'Kaikki henkilötiedot voidaan hädän tullen tuhota heti, kahden vastuuhenkilön määräyksestä.',
      en: 'In an emergency all personal data can be destroyed at once, on the orders of two officers.',
    },
    how: {
      fi: 'ilman kahden vastuuhenkilön avaimia hätähävitystä ei ole viritetty',
      en: 'without the keys of two officers emergency destruction is not armed',
    },
    kept: { kind: 'measured', proofs: ['privacy/emergency.officers'] },
  },
  {
    id: 'force-majeure',
    clauses: ['ID-100'],
    says: {
      fi: 'Sopimuksissamme on ylivoimaisen esteen ehto, jonka nojalla palvelu voidaan vaaran uhatessa lopettaa heti.',
      en: 'Our contracts hold a term on force majeure, on which the service can end at once in an emergency.',
    },
    how: {
      fi: 'joku lukee käytössä olevat sopimuspohjat vuosittain',
      en: 'somebody reads the contract templates in use once a year',
    },
    kept: { kind: 'declared' },
  },
  {
    id: 'only-users',
    clauses: ['ID-04', 'ID-20'],
    says: {
      fi: 'Tietoja on vain palvelujemme käyttäjistä ja asiakkaistamme sekä niistä, joiden kanssa meillä on sopimus.',
      en: 'Data is held only about users of our services and our customers, and about those with whom there is a contract.',
    },
    how: {
      fi: 'joku käy läpi, keiden tietoja rekisterissä on ja miten he ovat siihen tulleet',
      en: 'somebody goes through whose data the register has, and how they came into it',
    },
    kept: { kind: 'declared' },
  },
  {
    id: 'closed-rooms',
    clauses: ['DI-16', 'DI-17'],
    says: {
      fi: 'Palvelimet ovat Euroopan talousalueella lukituissa tiloissa, joihin pääsevät vain valtuutetut.',
      en: 'The servers stand in the European Economic Area, in locked rooms that only authorised people enter.',
    },
    how: {
      fi: 'joku tarkistaa palvelinten paikan ja kulkuoikeudet',
      en: 'somebody checks where the servers stand and who may enter',
    },
    kept: { kind: 'declared' },
  },
]
