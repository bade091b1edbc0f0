import type { Description, Keep, Table } from '#server/describe'

/** A row that is due goes within this: the job runs every five minutes. */
const usualSlack = 'PT15M'

/** What a row goes with, where that is: by the table and key of the area that owns it. */
const anchors: Readonly<Record<Extract<Keep, { with: string }>['with'], { table: string; key: readonly string[] }>> = {
  account: { table: 'people.person', key: ['person_id'] },
  membership: { table: 'people.membership', key: ['organization_id', 'person_id'] },
  organization: { table: 'organizations.organization', key: ['organization_id'] },
  service: { table: 'services.service', key: ['client_id'] },
  hold: { table: 'expiry.hold', key: ['hold_id'] },
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`

function ruleOf(name: string, { keep, columns }: Table): Record<string, string> {
  if ('period' in keep)
    return {
      how: keep.by,
      starts: keep.from,
      period: keep.period,
      ...(keep.by === 'row' ? { slack: usualSlack } : {}),
    }
  if ('at' in keep) return { how: 'row', starts: keep.at, period: 'PT0S', slack: keep.slack ?? usualSlack }
  if ('until' in keep) return { how: 'until' }
  if ('forever' in keep) return { how: 'forever' }
  const { table, key } = anchors[keep.with]
  // What it belongs to is itself, or is not named by its key: then a foreign key or the area answers for it.
  if (table === name || !key.every((column) => column in columns)) return { how: 'with' }
  return { how: 'with', anchor: table, anchor_key: `{${key.join(',')}}` }
}

const list = (values: readonly string[]) => `{${values.join(',')}}`

/** How a hold finds its rows, and what holds them by itself. */
function holdingOf({ owner, subjects, columns, heldOnlyFor, stands }: Table): Record<string, string> {
  const persons = [
    ...(owner?.kind === 'person' ? [owner.column] : []),
    ...Object.entries(subjects ?? {}).flatMap(([column, { by }]) => (by === 'person' ? [column] : [])),
  ]
  return {
    ...(persons.length > 0 ? { person_columns: list([...new Set(persons)]) } : {}),
    ...('organization_id' in columns ? { organization_column: 'organization_id' } : {}),
    ...(heldOnlyFor ? { grounds: list(heldOnlyFor) } : {}),
    ...(stands
      ? { standing: list(stands.map(({ until }) => until)), standing_grounds: list(stands.map(({ ground }) => ground)) }
      : {}),
  }
}

/** PROGRAM/keep.sql, whole: how long the rows of each of its tables are kept, as the database knows it. */
export function describeKeeping(descriptions: readonly Description[]): string {
  const names = [
    'how', 'starts', 'period', 'slack', 'anchor', 'anchor_key', 'person_columns', 'organization_column', 'grounds', 'standing', 'standing_grounds',
  ] // biome-ignore format: in the order of the table
  const rows = descriptions
    .flatMap(({ schema, tables, library }) =>
      library
        ? [{ table: `${schema}.*`, rule: { how: 'library' } as Record<string, string> }]
        : Object.entries(tables).map(([table, described]) => ({
            table: `${schema}.${table}`,
            // A hold is itself not held.
            rule: { ...ruleOf(`${schema}.${table}`, described), ...(schema === 'expiry' ? {} : holdingOf(described)) },
          })),
    )
    .sort((a, b) => (a.table < b.table ? -1 : 1))
  const lines = rows.map(({ table, rule }) => {
    const values = names.map((name) => (rule[name] === undefined ? 'default' : text(rule[name])))
    return `  (${[text(table), ...values].join(', ')})`
  })
  return [
    '-- Made from data.ts of each area by npm run check -- --write. Never edited by hand. Run after the migrations, at each start.',
    'delete from expiry.rule;',
    `insert into expiry.rule (table_name, ${names.join(', ')}) values`,
    `${lines.join(',\n')};`,
    '',
  ].join('\n')
}
