import { programs } from '#architecture'
import type { Description } from '#server/describe'
import { interests } from '#server/interests'
import { purposes } from '#server/purpose'
import { type RegisterLine, registerOf } from '#server/register'
import { inWords } from '#server/register-words'
import { persons } from '#server/vocabulary'

/** What each program says it keeps, read from its own list. */
export const described: Readonly<Record<string, readonly Description[]>> = Object.fromEntries(
  await Promise.all(
    Object.keys(programs).map(async (program) => {
      const { descriptions } = (await import(`../${program}/data.ts`)) as { descriptions: readonly Description[] }
      return [program, descriptions] as const
    }),
  ),
)

const cell = (text: string) => text.replaceAll('|', '\\|')

function describeLine(line: RegisterLine): string {
  const said = inWords(line, 'en')
  const list = (values: readonly string[]) => values.join(', ')
  const basis = said.interests.length > 0 ? `${list(said.bases)}: ${list(line.interests)}` : list(said.bases)
  return `| \`${line.table}\` ${cell(said.activity)} | ${[
    list(said.persons),
    list(said.data),
    list(said.sources),
    list(said.purposes),
    basis,
    list(said.recipients),
    said.keep,
    line.isSealed ? 'yes' : 'no',
  ]
    .map(cell)
    .join(' | ')} |`
}

function howFound(found: (typeof persons)[keyof typeof persons]['found']): string {
  if ('at' in found)
    return Object.entries(found.at)
      .map(([program, column]) => `${program}: \`${column}\``)
      .join(', ')
  return 'cannot' in found ? `cannot be (Art. 11(2)): ${found.cannot.en}` : `nothing is held: ${found.holdsNothing}`
}

/** docs/register.md, whole. */
export function describeRegister(): string {
  return [
    '# Register of processing',
    '',
    'What personal data Vartio holds, whose, where from, for which purposes, on which basis, who sees it and how long (GDPR Art. 30), made from',
    '`data.ts` of each area (`npm run check -- --write`). Terms are of the W3C Data Privacy Vocabulary 2.3. Nothing leaves the EEA by itself. Whoever runs',
    'Vartio is the controller and adds their own name, contacts and further recipients. The rights of persons reach all of it.',
    '',
    ...Object.entries(described).flatMap(([program, descriptions]) => [
      `## ${program}`,
      '',
      '| table | whose | what | from | for | basis | seen by | kept | sealed |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      ...registerOf(program, descriptions).map(describeLine),
      '',
    ]),
    '## Purposes',
    '',
    '| purpose | what it is | term |',
    '| --- | --- | --- |',
    ...Object.entries(purposes).map(([name, { dpv, words }]) => `| \`${name}\` | ${cell(words.en)} | \`${dpv}\` |`),
    '',
    '## Persons, and how they are found',
    '',
    '| who | found by |',
    '| --- | --- |',
    ...Object.values(persons).map(({ words, found }) => `| ${cell(words.en)} | ${cell(howFound(found))} |`),
    '',
    '## Legitimate interests',
    '',
    'Identifiable data whose basis is a legitimate interest serves one of these and no other.',
    '',
    ...Object.entries(interests).flatMap(([name, one]) => [
      `### ${name}`,
      '',
      `${one.interest.en[0]?.toUpperCase()}${one.interest.en.slice(1)}.`,
      '',
      `* necessary: ${one.necessity}`,
      `* weighed: ${one.balance}`,
      ...one.safeguards.map((safeguard) => `* safeguard: ${safeguard}`),
      `* by ${one.weighedBy} on ${one.weighedOn}; looked at again by ${one.reviewBy}`,
      '',
    ]),
  ].join('\n')
}
