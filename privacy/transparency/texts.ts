import type { Language } from '#base/languages'

const fi = {
  title: 'Läpinäkyvyysloki',
  lead: (size: string) => `Lokissa on ${size}. Viimeksi allekirjoitettu `,
  entries: (count: number, text: string) => (count === 1 ? '1 merkintä' : `${text} merkintää`),
  whatText:
    'Julkinen luettelo siitä, mitä tämä Vartio on tehnyt, esimerkiksi minkä päivän tarkastusloki on päättynyt ja mikä sen tiiviste on. Merkintää ei voi jälkeenpäin muuttaa, poistaa eikä lisätä väliin niin, ettei sitä huomaisi. Merkintöjä ei poisteta koskaan, eikä niissä ole kenenkään henkilötietoja.',
  head: 'Allekirjoitettu tilanne',
  origin: 'Lokin nimi',
  size: 'Merkintöjä',
  root: 'Juuritiiviste',
  signedAt: 'Allekirjoitettu',
  key: 'Lokin avain',
  newest: 'Uusimmat merkinnät',
  none: 'Merkintöjä ei vielä ole. Ensimmäiset tulevat muutamassa minuutissa.',
  number: 'Nro',
  entry: 'Merkintä',
  receipt: 'Todistus',
  download: 'Lataa',
  daySealed: (log: string, day: string, count: string) => `${log} ${day}: ${count}`,
  rows: (count: number, text: string) => (count === 1 ? '1 rivi' : `${text} riviä`),
  logs: { 'audit.record': 'Tarkastusloki', 'audit.activity': 'Toimintaloki' },
  logContinued: 'Loki jatkuu uudella avaimella palautuksen jälkeen',
  officersAgreed: (count: number) => `Hätähävityksen voi määrätä kaksi vastuuhenkilöä yhdessä, joita on ${count}`,
  keysRenewed: (program: string) => `Kaikki avaimet vaihdettiin ohjelmassa ${program}`,
  accountForgotten: 'Yksi tili poistettiin, pyynnöstä',
  commandUsed: {
    recover: 'Palvelimen omistaja päästi henkilön takaisin sisään',
    restore: 'Tiedot palautettiin varmuuskopiosta',
    'keys-restore': 'Avaimet palautettiin varmuuskopiosta',
    'emergency-destroy': 'Hätähävitystä yritettiin',
  },
  refused: 'hylättiin',
  unknownEntry: 'Merkintä, jota tämä versio ei tunne',
  check: 'Näin tarkistat itse',
  checkSteps: [
    'Ota lokin avain talteen nyt. Säilytä se muualla kuin todistukset.',
    'Lataa merkinnän todistus.',
    'Tarkista se millä tahansa koneella, jossa Vartion koodi on. Verkkoa ei tarvita:',
  ],
  checkMore:
    'Loki noudattaa avointa muotoa (c2sp.org/tlog-tiles), joten sen voi lukea ja tarkistaa myös muiden tekemillä ohjelmilla. Allekirjoitettu tilanne on osoitteessa',
  limits:
    'Todistus osoittaa, että merkintä on lokissa, jonka tämä avain on allekirjoittanut. Se ei osoita, että merkintä on totta, eikä että loki näyttää kaikille samaa: siksi allekirjoitettu tilanne kannattaa ottaa talteen ja verrata sitä myöhempään.',
}

const en: typeof fi = {
  title: 'Transparency log',
  lead: (size) => `The log has ${size}. Last signed `,
  entries: (count, text) => (count === 1 ? '1 entry' : `${text} entries`),
  whatText:
    'A public list of what this Vartio has done: for example which day of the audit log has ended, and what its hash is. An entry cannot be changed, removed or put in between afterwards without being noticed. Entries are never removed, and there is nobody’s personal data in them.',
  head: 'Signed checkpoint',
  origin: 'Name of the log',
  size: 'Entries',
  root: 'Root hash',
  signedAt: 'Signed',
  key: 'Key of the log',
  newest: 'Newest entries',
  none: 'There are no entries yet. The first come within minutes.',
  number: 'No',
  entry: 'Entry',
  receipt: 'Receipt',
  download: 'Download',
  daySealed: (log, day, count) => `${log} ${day}: ${count}`,
  rows: (count, text) => (count === 1 ? '1 row' : `${text} rows`),
  logs: { 'audit.record': 'Audit log', 'audit.activity': 'Activity log' },
  logContinued: 'The log goes on under a new key after a restore',
  officersAgreed: (count) => `Two of ${count} officers together can order emergency destruction`,
  keysRenewed: (program) => `All keys of the program ${program} were replaced`,
  accountForgotten: 'An account was deleted, as its holder asked',
  commandUsed: {
    recover: 'The owner of the server let a person in again',
    restore: 'Data was restored from a backup',
    'keys-restore': 'Keys were restored from a backup',
    'emergency-destroy': 'Emergency destruction was tried',
  },
  refused: 'refused',
  unknownEntry: 'An entry that this version does not know',
  check: 'How to check it yourself',
  checkSteps: [
    'Keep the key of the log now, somewhere else than the receipts.',
    'Download the receipt of an entry.',
    'Verify it on any machine that has the code of Vartio. No network is needed:',
  ],
  checkMore:
    'The log follows an open format (c2sp.org/tlog-tiles), so programs by others can read and check it too. The signed checkpoint is at',
  limits:
    'A receipt shows that an entry is in the log that this key has signed. It does not show that the entry is true, nor that the log shows everybody the same: so keep a checkpoint and compare it with what comes later.',
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
