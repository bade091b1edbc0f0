import { type Description, fieldsOf, type Keep, type Personal, type Table } from './describe.ts'
import { purposes, type Words } from './purpose.ts'
import type { Hold } from './rights.ts'
import type { DescribeAnswer } from './rights-calls.ts'
import { type Findable, staysAtErasure } from './rights-rows.ts'
import { bases, dataTerms, recipients, sources } from './vocabulary.ts'

// What a description says, in the words of the person it is about (GDPR Art. 15(1)).

const units: Readonly<Record<string, { one: Words; many: Words }>> = {
  Y: { one: { en: 'year', fi: 'vuosi' }, many: { en: 'years', fi: 'vuotta' } },
  M: { one: { en: 'month', fi: 'kuukausi' }, many: { en: 'months', fi: 'kuukautta' } },
  D: { one: { en: 'day', fi: 'päivä' }, many: { en: 'days', fi: 'päivää' } },
  TH: { one: { en: 'hour', fi: 'tunti' }, many: { en: 'hours', fi: 'tuntia' } },
  TM: { one: { en: 'minute', fi: 'minuutti' }, many: { en: 'minutes', fi: 'minuuttia' } },
  TS: { one: { en: 'second', fi: 'sekunti' }, many: { en: 'seconds', fi: 'sekuntia' } },
}

function durationWords(duration: string): Words {
  const [, time = '', count = '', unit = ''] = /^P(T?)(\d+)([YMDHS])$/.exec(duration) ?? []
  const words = units[`${time}${unit}`]
  if (!words) throw new Error(`${duration} is no duration of one unit`)
  const { en, fi } = count === '1' ? words.one : words.many
  return { en: `${count} ${en}`, fi: `${count} ${fi}` }
}

const withWords: Readonly<Record<Extract<Keep, { with: string }>['with'], Words>> = {
  account: { en: 'as long as you have an account', fi: 'niin kauan kuin sinulla on tili' },
  membership: {
    en: 'as long as you belong to the organisation',
    fi: 'niin kauan kuin kuulut organisaatioon',
  },
  organization: { en: 'as long as the organisation is here', fi: 'niin kauan kuin organisaatio on täällä' },
  service: { en: 'as long as the service is here', fi: 'niin kauan kuin asiointipalvelu on käytössä' },
  hold: { en: 'as long as it is held', fi: 'niin kauan kuin säilytyspito on voimassa' },
}

export function keepWords(keep: Keep): Words {
  if ('period' in keep) return durationWords(keep.period)
  if ('with' in keep) return withWords[keep.with]
  if ('at' in keep)
    return { en: 'until a time that is set for each row', fi: 'määräaikaan, joka asetetaan joka riville erikseen' }
  return { en: 'as long as it is needed for this', fi: 'niin kauan kuin sitä tarvitaan tähän' }
}

/** Of rows that stay though their person is forgotten (RT-29, A-71). */
export function keptBecause({ keep }: Table): Words {
  const { en, fi } = keepWords(keep)
  return {
    en: `A log of who did what is kept whole for ${en}, so that it can be trusted. You stand in it as a number that no longer leads to you; neither your name nor your address is in it.`,
    fi: `Loki siitä, kuka teki mitäkin, säilytetään kokonaisena (${fi}), jotta siihen voi luottaa. Olet siinä lukuna, joka ei enää johda sinuun; nimesi ja osoitteesi eivät ole siinä.`,
  }
}

/** Of rows that a hold has kept beyond their time. */
export const heldBecause: Words = {
  en: 'A ground that the notice names demands that it is kept longer; it goes when that ends.',
  fi: 'Tietosuojaselosteessa nimetty peruste vaatii säilyttämään sen pidempään; se poistuu, kun peruste päättyy.',
}

const unique = (list: readonly Words[]): Words[] => [...new Map(list.map((words) => [words.en, words])).values()]

const sourceWords = (from: Personal['from'] | undefined): Words | undefined =>
  typeof from === 'string' ? sources[from].words : undefined

type Field = Personal & { readonly name: string }

/** The personal columns and sealed fields of one table, with all that its description says of them. */
export function fieldsOfTable({ schema, name, table }: Findable): readonly Field[] {
  const description: Description = { schema, tables: { [name]: table }, functions: {} }
  // Whole: the check refuses a description that is not.
  return fieldsOf(description) as readonly Field[]
}

export function describeTable(found: Findable, rows: number, holds: readonly Hold[]): DescribeAnswer['tables'][number] {
  const fields = fieldsOfTable(found)
  const stays = staysAtErasure(found.table)
  return {
    table: `${found.schema}.${found.name}`,
    title: found.title,
    rows,
    what: unique(fields.map(({ what }) => dataTerms[what])),
    from: unique(fields.flatMap(({ from }) => sourceWords(from) ?? [])),
    purposes: unique(fields.flatMap((field) => field.purposes.map((purpose) => purposes[purpose].words))),
    basis: unique(fields.map(({ basis }) => bases[basis])),
    seenBy: unique(fields.flatMap(({ seenBy }) => seenBy.map((who) => recipients[who]))),
    keep: keepWords(found.table.keep),
    atErasure: stays || holds.length > 0 ? 'kept' : 'erased',
    because: [...holds.map(({ because }) => because), ...(stays ? [keptBecause(found.table)] : [])],
  }
}

/** Art. 20: what the person gave, under a contract or by consent. */
export const isPortable = ({ from, basis }: Pick<Personal, 'from' | 'basis'>): boolean =>
  from === 'person' && (basis === 'eu-gdpr:A6-1-a' || basis === 'eu-gdpr:A6-1-b')
