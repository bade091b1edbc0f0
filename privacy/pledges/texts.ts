import type { Language } from '#base/languages'
import type { Unit } from '#server/proofs'

type Counted = readonly [one: string, many: string]

const fi = {
  title: 'Lupaukset',
  allKept: (count: string) => `Lupauksia on ${count}. Kaikki pidetään juuri nyt.`,
  notKept: (broken: number, unknown: number, count: string) =>
    `Lupauksia on ${count}. ${[
      broken === 1 ? 'Yhtä ei pidetä juuri nyt' : broken > 1 ? `${broken}:tä ei pidetä juuri nyt` : '',
      unknown === 1 ? 'yhdestä ei tiedetä' : unknown > 1 ? `${unknown}:sta ei tiedetä` : '',
    ]
      .filter(Boolean)
      .join(', ')
      .replace(/^./, (letter) => letter.toUpperCase())}.`,
  lead: 'Jokainen lause on selosteesta. Mitattu luku on otettu tästä järjestelmästä, ja se otetaan uudelleen kahden minuutin välein.',
  states: { kept: 'Pidetään', broken: 'Ei pidetä', unknown: 'Ei tiedossa' },
  why: {
    broken: 'luku on yli rajan',
    unknown: 'lukua ei ole saatu viime minuutteina, joten tätä ei voi luvata',
    over: 'vakuutuksen aika on ohi, joten tätä ei voi luvata',
    undeclared: 'kukaan ei vastaa tästä nyt, joten tätä ei voi luvata',
  },
  kinds: { measured: 'mitattu', tested: 'testattu', 'built in': 'rakennettu sisään', declared: 'vakuutettu' },
  sources: {
    tested: (path: string) => `testi ${path}`,
    'built in': (check: string) => `tarkistus ”${check}” keskeyttää rakentamisen`,
    declared: (by: string, on: string, until: string) => `${by} ${on}, voimassa ${until} asti`,
    undeclared: 'ei kenenkään vakuutusta',
  },
  limit: (limit: string) => `raja ${limit}`,
  noFigure: 'ei lukua',
  taken: 'mitattu',
  log: 'Läpinäkyvyysloki',
  machine: 'Sama koneille',
  units: {
    rows: ['rivi', 'riviä'],
    days: ['päivä', 'päivää'],
    columns: ['sarake', 'saraketta'],
    rights: ['ylimääräinen oikeus', 'ylimääräistä oikeutta'],
    cookies: ['ylimääräinen eväste', 'ylimääräistä evästettä'],
    lines: ['rivi', 'riviä'],
    samples: ['läpi päässyt esimerkki', 'läpi päässyttä esimerkkiä'],
    walls: ['puuttuva seinä', 'puuttuvaa seinää'],
    entries: ['jumissa oleva merkintä', 'jumissa olevaa merkintää'],
    faults: ['vika', 'vikaa'],
    seconds: ['sekunti', 'sekuntia'],
    backups: ['varmuuskopio', 'varmuuskopiota'],
    keys: ['puuttuva avain', 'puuttuvaa avainta'],
  } satisfies Record<Unit, Counted> as Record<Unit, Counted>,
}

const en: typeof fi = {
  title: 'Pledges',
  allKept: (count) => `There are ${count} pledges. All are kept right now.`,
  notKept: (broken, unknown, count) =>
    `There are ${count} pledges. ${[
      broken === 1 ? 'One is not kept right now' : broken > 1 ? `${broken} are not kept right now` : '',
      unknown === 1 ? 'one is not known' : unknown > 1 ? `${unknown} are not known` : '',
    ]
      .filter(Boolean)
      .join(', ')
      .replace(/^./, (letter) => letter.toUpperCase())}.`,
  lead: 'Each sentence is one of the notice. A measured figure is taken from this system, and taken again every two minutes.',
  states: { kept: 'Kept', broken: 'Not kept', unknown: 'Not known' },
  why: {
    broken: 'the figure is past its limit',
    unknown: 'no figure has come in the last minutes, so this cannot be promised',
    over: 'the time of the declaration is over, so this cannot be promised',
    undeclared: 'nobody vouches for this now, so it cannot be promised',
  },
  kinds: { measured: 'measured', tested: 'tested', 'built in': 'built in', declared: 'declared' },
  sources: {
    tested: (path) => `test ${path}`,
    'built in': (check) => `the check “${check}” fails the build`,
    declared: (by, on, until) => `by ${by} on ${on} until ${until}`,
    undeclared: 'nobody has declared it',
  },
  limit: (limit) => `limit ${limit}`,
  noFigure: 'no figure',
  taken: 'measured',
  log: 'Transparency log',
  machine: 'The same for machines',
  units: {
    rows: ['row', 'rows'],
    days: ['day', 'days'],
    columns: ['column', 'columns'],
    rights: ['right too many', 'rights too many'],
    cookies: ['cookie too many', 'cookies too many'],
    lines: ['line', 'lines'],
    samples: ['sample that got through', 'samples that got through'],
    walls: ['missing wall', 'missing walls'],
    entries: ['stuck entry', 'stuck entries'],
    faults: ['fault', 'faults'],
    seconds: ['second', 'seconds'],
    backups: ['backup', 'backups'],
    keys: ['missing key', 'missing keys'],
  },
}

export const texts: Readonly<Record<Language, typeof fi>> = { fi, en }
