import { interests } from './interests.ts'
import { purposes, type Words } from './purpose.ts'
import type { RegisterLine } from './register.ts'
import { keepWords } from './rights-words.ts'
import { bases, dataTerms, persons, recipients, sources } from './vocabulary.ts'

type Language = keyof Words

/** The ones who see anything are told; that nobody does is told only where nobody does. */
export function seenByOf({ seenBy }: RegisterLine): RegisterLine['seenBy'] {
  const somebody = seenBy.filter((who) => who !== 'nobody')
  return somebody.length > 0 ? somebody : seenBy
}

const rowSource: Words = { en: 'told by each row', fi: 'kerrotaan rivikohtaisesti' }

/** What holds for all of it. Encryption is named where a row is sealed. */
const measures = {
  roles: { en: 'a database and role of each program’s own', fi: 'ohjelmakohtainen tietokanta ja rooli' },
  rows: {
    en: 'row-level security by organisation or person',
    fi: 'rivitason suojaus organisaation tai henkilön mukaan',
  },
  purposes: {
    en: 'use limited to the purposes named, by the database',
    fi: 'tietokanta rajaa käytön nimettyihin tarkoituksiin',
  },
  sealed: { en: 'sealed with a key of the person’s own', fi: 'salattu henkilökohtaisella avaimella' },
} as const satisfies Readonly<Record<string, Words>>

/** One line of the register in words, as the columns of the usual form of a register have them. */
export function inWords(line: RegisterLine, language: Language) {
  const say = (words: readonly Words[]) => words.map((one) => one[language])
  return {
    activity: line.title[language],
    purposes: say(line.purposes.map((name) => purposes[name].words)),
    persons: say(line.whose.map((name) => persons[name].words)),
    data: say(line.what.map((name) => dataTerms[name])),
    sources: say(line.from.map((name) => (name === 'row' ? rowSource : sources[name].words))),
    bases: say(line.bases.map((name) => bases[name])),
    interests: say(line.interests.map((name) => interests[name].interest)),
    recipients: say(seenByOf(line).map((name) => recipients[name])),
    keep: keepWords(line.keep)[language],
    measures: say([measures.roles, measures.rows, measures.purposes, ...(line.isSealed ? [measures.sealed] : [])]),
  }
}

const headings: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'Activity',
    'Purposes',
    'Categories of persons',
    'Categories of data',
    'Sources',
    'Legal basis',
    'Legitimate interest',
    'Recipients',
    'Transfers outside the EEA',
    'Retention',
    'Security measures',
  ],
  fi: [
    'Käsittelytoimi',
    'Käyttötarkoitukset',
    'Henkilöryhmät',
    'Tietoryhmät',
    'Tietolähteet',
    'Oikeusperuste',
    'Oikeutettu etu',
    'Vastaanottajat',
    'Siirrot ETA-alueen ulkopuolelle',
    'Säilytysaika',
    'Suojatoimet',
  ],
}

/** A cell may not become a formula where a spreadsheet opens it, nor end early. */
const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** The register as a table with the columns of the CNIL's form (RFC 4180, UTF-8). */
export function registerAsCsv(lines: readonly RegisterLine[], language: Language): string {
  const none = { en: 'none', fi: 'ei siirtoja' }[language]
  const rows = lines.map((line) => {
    const said = inWords(line, language)
    const list = (values: readonly string[]) => values.join('; ')
    return [
      said.activity,
      list(said.purposes),
      list(said.persons),
      list(said.data),
      list(said.sources),
      list(said.bases),
      list(said.interests),
      list(said.recipients),
      none,
      said.keep,
      list(said.measures),
    ]
  })
  return [headings[language], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
