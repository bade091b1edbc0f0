import type { Language } from '#base/languages'
import type { Kind, ListedFile } from './archive.ts'

const fi = {
  programs: { identity: 'Tunnistautuminen ja tili', portal: 'Portaali', privacy: 'Tietosuoja' } as Readonly<
    Record<string, string>
  >,
  head: (asked: string, made: string) => `TIETOSI VARTIOSSA

Tämä on kopio kaikesta, mitä sinusta säilytetään. Pyysit sitä ${asked}, ja se koottiin ${made} (UTC).

Kansiossa everything on kaikki, mitä sinusta on (yleinen tietosuoja-asetus, 15 artikla).
Kansiossa provided-by-you on se osa, jonka annoit itse ja jonka voit viedä muualle (20 artikla).
Tiedostot ovat tekstiä: yksi tieto rivillä (JSON Lines). Kunkin vieressä on sen muoto (JSON Schema).
manifest.json luettelee tiedostot tiivisteineen, jotta voit todeta ne muuttumattomiksi.
`,
  kind: 'Tiedot',
  rows: (count: number) => (count === 1 ? '1 rivi' : `${count} riviä`),
  what: 'Mitä',
  from: 'Mistä',
  purposes: 'Mihin',
  basis: 'Peruste',
  seenBy: 'Kuka näkee',
  keep: 'Kuinka kauan',
  file: 'Tiedosto',
  nothing: 'Sinusta ei säilytetä mitään.\n',
  tail: `OIKEUTESI

Voit pyytää, että virheellinen tieto korjataan, että tietosi poistetaan tai että niitä vain säilytetään. Poistamisen ja
käytön rajoittamisen voit tehdä itse tililtäsi kohdassa Omat tiedot. Muista oikeuksista voit kysyä rekisterinpitäjältä,
jonka yhteystiedot ovat tietosuojaselosteessa. Voit myös valittaa tietosuojavaltuutetulle (tietosuoja.fi).

Tietojasi ei siirretä Euroopan talousalueen ulkopuolelle, eikä niiden perusteella tehdä automaattisia päätöksiä.

Käynnissä olevia kirjautumisia ja osoitteeseen lähetettyjä koodeja säilytetään minuuteista tunteihin niin, ettei niistä näe,
kenen ne ovat. Siksi niitä ei ole tässä.
`,
}

const en: typeof fi = {
  programs: { identity: 'Sign-in and account', portal: 'Portal', privacy: 'Privacy' },
  head: (asked, made) => `YOUR DATA IN VARTIO

This is a copy of everything that is held of you. You asked for it ${asked}, and it was put together ${made} (UTC).

The folder everything has all there is of you (General Data Protection Regulation, Article 15).
The folder provided-by-you has the part that you gave yourself and can take elsewhere (Article 20).
The files are text: one thing a line (JSON Lines). Beside each is its form (JSON Schema).
manifest.json lists the files with their hashes, so that you can see that they were not changed.
`,
  kind: 'Data',
  rows: (count) => (count === 1 ? '1 row' : `${count} rows`),
  what: 'What',
  from: 'Where from',
  purposes: 'What for',
  basis: 'Legal basis',
  seenBy: 'Who sees it',
  keep: 'How long',
  file: 'File',
  nothing: 'Nothing is held of you.\n',
  tail: `YOUR RIGHTS

You can ask for what is wrong to be corrected, for your data to be erased, or for it to be stored only. Erasing and restricting you do
yourself on the page Your data of your account. For your other rights ask the controller, whose address is in the privacy notice. You
can also complain to a supervisory authority; in Finland the Data Protection Ombudsman (tietosuoja.fi).

Your data is not transferred out of the European Economic Area, and nothing is decided automatically by it.

Sign-ins under way and codes sent to an address are held for minutes or hours in a form that does not show whose they are. That is
why they are not here.
`,
}

const texts: Readonly<Record<Language, typeof fi>> = { fi, en }

type Words = { readonly en: string; readonly fi: string }

export function readme(
  language: Language,
  about: { kinds: readonly Kind[]; files: readonly ListedFile[]; askedAt: Date; madeAt: Date },
): string {
  const text = texts[language]
  const time = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ')
  const list = (words: readonly (Words | undefined)[]) =>
    [...new Set(words.flatMap((one) => (one ? [one[language]] : [])))].join(', ')
  const kinds = about.kinds.map(({ program, table, rows }) => {
    const personal = table.columns.flatMap((column) => (column.personal ? [column.personal] : []))
    const files = about.files.filter((file) => file.program === program && file.table === table.table)
    return [
      `${(text.programs[program] ?? program).toUpperCase()}: ${table.title[language]} (${text.rows(rows.length)})`,
      `  ${text.what}: ${list(personal.map(({ what }) => what.words))}`,
      `  ${text.from}: ${list(personal.map(({ from }) => from?.words))}`,
      `  ${text.purposes}: ${list(personal.flatMap(({ purposes }) => purposes.map(({ words }) => words)))}`,
      `  ${text.basis}: ${list(personal.map(({ basis }) => basis.words))}`,
      `  ${text.seenBy}: ${list(personal.flatMap(({ seenBy }) => seenBy))}`,
      `  ${text.keep}: ${table.keep[language]}`,
      ...files.map(({ name }) => `  ${text.file}: ${name}`),
      '',
    ].join('\n')
  })
  return [
    text.head(time(about.askedAt), time(about.madeAt)),
    ...(kinds.length === 0 ? [text.nothing] : kinds),
    text.tail,
  ].join('\n')
}
