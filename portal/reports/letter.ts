import { csvLine, csvMark } from '#base/csv'
import type { Language } from '#base/languages'
import { type Figure, type Part, parts, words } from './api.ts'
import type { Need } from './figures.ts'
import { needWords } from './words.ts'
import type { Span } from './zone.ts'

export type About = Span & {
  readonly organization: string
  readonly timeZone: string
  readonly figures: readonly Figure[]
  readonly needs: readonly Need[]
  readonly link: string
  readonly hasNames: boolean
}

const texts = {
  fi: {
    subject: (organization: string, days: string) => `Raportti: ${organization}, ${days}`,
    hello: 'Hei!',
    fine: 'Kaikki on kunnossa: mikään ei vaadi toimia.',
    needs: (count: number) =>
      count === 1 ? 'Yksi asia vaatii toimia:' : `${count} asiaa vaatii toimia, vakavin ensin:`,
    period: (days: string) => `Jakso: ${days}`,
    before: (value: string) => `edellisellä jaksolla ${value}`,
    link: 'Koko raportti portaalissa, kirjautumisen jälkeen:',
    withoutNames:
      'Luvut ovat liitteenä taulukkona. Laitteiden ja ihmisten nimiä ei ole tässä viestissä: ne näet portaalissa.',
    withNames:
      'Luvut ovat liitteenä taulukkona. Toisessa liitteessä ovat laitteet, joilta puuttuu jotakin, haltijoineen: organisaatiosi on valinnut, että nimet lähetetään sähköpostilla.',
    why: 'Saat tämän, koska organisaation pääkäyttäjä on valinnut sinut vastaanottajaksi.',
    head: ['osa', 'luku', 'nyt', 'edellisellä jaksolla'],
    devicesHead: ['laite', 'haltija', 'tila', 'mistä', 'syy', 'alkaen', 'kuultu viimeksi'],
  },
  en: {
    subject: (organization: string, days: string) => `Report: ${organization}, ${days}`,
    hello: 'Hello,',
    fine: 'All is well: nothing needs anybody.',
    needs: (count: number) =>
      count === 1 ? 'One thing needs somebody:' : `${count} things need somebody, the worst first:`,
    period: (days: string) => `Period: ${days}`,
    before: (value: string) => `${value} in the period before`,
    link: 'The whole report in the portal, after signing in:',
    withoutNames:
      'The figures are attached as a table. No name of a device or person is in this letter: you see them in the portal.',
    withNames:
      'The figures are attached as a table. A second one lists the devices that lack something, and their users: your organisation has chosen to send names by mail.',
    why: 'You get this because an administrator of the organisation has chosen you.',
    head: ['part', 'figure', 'now', 'in the period before'],
    devicesHead: ['device', 'user', 'state', 'protection', 'why', 'since', 'last heard of'],
  },
} as const

/** The last day is the one before the period ends. */
export function daysOf({ from, until }: Span, timeZone: string, language: Language): string {
  const format = new Intl.DateTimeFormat(language === 'fi' ? 'fi-FI' : 'en-GB', {
    timeZone,
    day: 'numeric',
    month: language === 'fi' ? 'numeric' : 'long',
    year: 'numeric',
  })
  return `${format.format(from)} – ${format.format(new Date(until.getTime() - 1))}`
}

/** What a mailbox shows before anybody opens it, and what a name may hold: one line, not too long. */
const short = (organization: string) => (organization.length > 100 ? `${organization.slice(0, 99)}…` : organization)

export function writeLetter(language: Language, about: About): { subject: string; text: string } {
  const text = texts[language]
  const number = new Intl.NumberFormat(language === 'fi' ? 'fi-FI' : 'en-GB')
  const days = daysOf(about, about.timeZone, language)
  const told = (part: Part) => {
    const own = about.figures.filter((figure) => figure.part === part)
    if (own.length === 0) return []
    const lines = own.map(({ name, value, before }) => {
      const then = before === null ? '' : ` (${text.before(number.format(before))})`
      return `  ${words[language].figure[name]}: ${number.format(value)}${then}`
    })
    return ['', words[language].part[part], ...lines]
  }
  const needs = about.needs.map(({ code, params }) => `  ${needWords[language][code](Number(params.count ?? 0))}`)
  return {
    subject: text.subject(short(about.organization), days),
    text: [
      text.hello,
      '',
      ...(needs.length === 0 ? [text.fine] : [text.needs(needs.length), ...needs]),
      '',
      text.period(`${days} (${about.timeZone})`),
      ...parts.flatMap(told),
      '',
      text.link,
      about.link,
      '',
      about.hasNames ? text.withNames : text.withoutNames,
      text.why,
    ].join('\n'),
  }
}

export function writeFigures(language: Language, figures: readonly Figure[]): string {
  const lines = figures.map(({ part, name, value, before }) =>
    csvLine([words[language].part[part], words[language].figure[name], value, before]),
  )
  return `${csvMark}${csvLine(texts[language].head)}${lines.join('')}`
}

/** Of devices that lack something: whatever they call themselves is a cell and never a formula. */
export const writeDevices = (language: Language, rows: readonly (readonly (string | null)[])[]): string =>
  `${csvMark}${csvLine(texts[language].devicesHead)}${rows.map((row) => csvLine(row)).join('')}`
