import type { Language } from './languages.ts'

// The notice of the support tool. What is gathered stands here part by part, and the file has exactly these parts: neither the notice nor the tool can
// have one that the other has not.

type Said = Readonly<Record<Language, string>>

const versionsOf = (of: Said): Said => ({
  fi: `${of.fi}, Noden, ytimen ja käyttöjärjestelmän versiot`,
  en: `versions of ${of.en}, Node, the kernel and the operating system`,
})
const machine: Said = {
  fi: 'suorittimet, muisti, levytila ja kello',
  en: 'processors, memory, disk space and clock',
}
const errors: Said = {
  fi: 'uusimmat virheet lokeista: milloin, millä koodilla ja missä kohdassa Vartion omaa koodia; ei muuta siitä, mitä rivillä lukee',
  en: 'the newest errors of the logs: when, by which code and where in Vartio’s own code; nothing else that stands in a line',
}

/** What the file holds, by the names it has there. */
export const supportParts = {
  server: {
    versions: versionsOf({ fi: 'Vartion, PostgreSQL:n', en: 'Vartio, PostgreSQL' }),
    machine,
    settings: {
      fi: 'mitkä asetukset on annettu; arvo vain, kun se on luku tai yksi valmiista vaihtoehdoista',
      en: 'which settings are given; the value only where it is a number or one of a few words',
    },
    folders: {
      fi: 'mitkä Vartion omista kansioista ovat olemassa ja kenelle ne ovat auki, ei niiden sisältöä',
      en: 'which of Vartio’s own folders are there and to whom they are open, not what lies in them',
    },
    programs: {
      fi: 'mitkä ohjelmat ovat käynnissä ja mistä asti, vastaavatko ne, ja montako asiaa odottaa jonoissa',
      en: 'which programs run and since when, whether they answer, and how much waits in queues',
    },
    databases: {
      fi: 'tietokantojen koko ja montako riviä tauluissa on, ei yhtäkään riviä',
      en: 'how large the databases are and how many rows the tables have, none of the rows',
    },
    certificate: { fi: 'milloin varmenne vanhenee', en: 'when the certificate ends' },
    backups: {
      fi: 'milloin varmuuskopiot tehtiin, ei missä ne ovat',
      en: 'when backups were made, not where they are',
    },
    keys: {
      fi: 'montako avainta on ja milloin ne vaihtuivat, ei avaimia',
      en: 'how many keys there are and when they changed, not the keys',
    },
    errors,
  },
  device: {
    versions: versionsOf({ fi: 'agentin', en: 'the agent' }),
    machine,
    agent: {
      fi: 'mitkä agentin osat ovat käynnissä ja mistä asti',
      en: 'which parts of the agent run, and since when',
    },
    protections: { fi: 'suojausten tila', en: 'how each protection is' },
    rules: {
      fi: 'sääntöjen ja Turvapilven luetteloiden versiot ja määrät',
      en: 'versions and counts of rules and of the lists of the Security Cloud',
    },
    policy: {
      fi: 'käytännön versio ja valinnat; poikkeuksista vain määrä',
      en: 'the version and choices of the policy; of exclusions only how many',
    },
    connection: {
      fi: 'milloin portaaliin saatiin yhteys, ei kenen portaali se on',
      en: 'when the portal was reached, not whose it is',
    },
    waiting: {
      fi: 'montako tapahtumaa odottaa lähetystä ja montako tiedostoa on karanteenissa, ei mitä ne ovat',
      en: 'how many events wait to be sent and how many files are in quarantine, not what they are',
    },
    errors,
  },
} as const satisfies Record<string, Readonly<Record<string, Said>>>

export type SupportOf = keyof typeof supportParts

const words = {
  fi: {
    title: 'Tukityökalu kokoaa tältä koneelta teknisiä tietoja yhteen tiedostoon, jotta vika löytyy. Se kokoaa nämä:',
    never:
      'Näitä tiedostossa ei ole koskaan: kenenkään nimeä, osoitetta tai tiedostopolkua, viestien tai tiedostojen sisältöä, avaimia, salasanoja eikä yhtään organisaation tietoa.',
    where: (file: string) => `Tiedosto: ${file}. Vain sen omistaja voi lukea sen.`,
    sends:
      'Työkalu ei lähetä mitään. Sinä luet tiedoston ja päätät, toimitatko sen tarjoajalle. Jos et toimita, kukaan muu ei näe siitä mitään.',
    question: 'Kootaanko tiedot?',
    yes: 'k',
    no: 'e',
    declined: 'Mitään ei koottu.',
    written: (file: string, kilobytes: number) => `Valmis: ${file} (${kilobytes} kt). Mitään ei ole lähetetty.`,
    next: (contact: string | undefined) =>
      `Lue se ensin. Sovi sitten tarjoajan kanssa, miten toimitat sen${contact ? `: ${contact}` : ''}. Poista tiedosto, kun sitä ei enää tarvita.`,
  },
  en: {
    title: 'The support tool gathers technical data of this machine into one file, so that a fault can be found:',
    never:
      'Never in the file: the name, address or file paths of anybody, what is in messages or files, keys, passwords, or anything of an organisation.',
    where: (file: string) => `The file: ${file}. Only its owner can read it.`,
    sends:
      'The tool sends nothing. You read the file and decide whether to deliver it to the provider. If you do not, nobody else sees any of it.',
    question: 'Gather it?',
    yes: 'y',
    no: 'n',
    declined: 'Nothing was gathered.',
    written: (file: string, kilobytes: number) => `Done: ${file} (${kilobytes} kB). Nothing has been sent.`,
    next: (contact: string | undefined) =>
      `Read it first. Then agree with the provider how you deliver it${contact ? `: ${contact}` : ''}. Remove the file when it is not needed any more.`,
  },
} as const satisfies Record<Language, unknown>

export const supportWords = (language: Language) => words[language]

/** What is gathered and what never is, line by line. Where the file will lie is said beside it and not in it: a path may name whose it is. */
export function supportNotice(of: SupportOf, language: Language): string[] {
  const { title, never, sends } = words[language]
  const parts = Object.entries(supportParts[of] as Readonly<Record<string, Said>>)
  const width = Math.max(...parts.map(([name]) => name.length))
  return [title, ...parts.map(([name, said]) => `  ${name.padEnd(width)}  ${said[language]}`), never, sends]
}
