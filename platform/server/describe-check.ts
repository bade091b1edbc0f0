import { type DescribedField, type Description, describedColumns, fieldsOf, type Table } from './describe.ts'
import { persons } from './vocabulary.ts'

/** What the live schema has, for the comparison with the descriptions. */
export type LiveSchema = {
  readonly columns: readonly { schema: string; table: string; column: string }[]
  readonly functions: readonly { schema: string; name: string }[]
}

/** Compares descriptions with the live schema and with each other; each answer is a sentence that says what to write. */
export function findUndescribed(descriptions: readonly Description[], live: LiveSchema): string[] {
  const libraries = new Set(descriptions.filter(({ library }) => library).map(({ schema }) => schema))
  const ours = <T extends { schema: string }>(rows: readonly T[]) => rows.filter(({ schema }) => !libraries.has(schema))
  const columns = new Set(ours(live.columns).map(({ schema, table, column }) => `${schema}.${table}.${column}`))
  const functions = new Set(ours(live.functions).map(({ schema, name }) => `${schema}.${name}`))
  const described = new Set<string>()
  const faults = descriptions.flatMap((description) => [
    ...judgeFunctions(description, functions, described),
    ...Object.entries(description.tables).flatMap(([name, table]) => [
      ...judgeColumns(`${description.schema}.${name}`, table, columns, described),
      ...judgeKeep(`${description.schema}.${name}`, table),
      ...judgeSubjects(`${description.schema}.${name}`, table),
      ...judgeSources(
        `${description.schema}.${name}`,
        fieldsOf(description).filter((field) => field.table === name),
        table,
      ),
    ]),
    ...fieldsOf(description).flatMap(judgeField),
  ])
  for (const name of columns)
    if (!described.has(name))
      faults.push(`${name} is not described: say in data.ts what it is, whose, why, for which purposes and how long`)
  // Functions prove_… need no line: a migration that makes one return anything but counts and times is refused (prover.ts).
  for (const name of functions)
    if (!described.has(`${name}()`) && !/\.prove_[a-z_]+$/.test(name))
      faults.push(
        `${name}() is not described: say in data.ts, under functions, which columns it reads, or what it answers`,
      )
  return faults
}

function judgeColumns(name: string, table: Table, live: ReadonlySet<string>, described: Set<string>): string[] {
  const { sealed, columns } = table
  const all = describedColumns(table)
  for (const column of all) described.add(`${name}.${column}`)
  return [
    ...all
      .filter((column) => !live.has(`${name}.${column}`))
      .map((column) => `${name}.${column} is described but does not exist: take it out of data.ts`),
    ...Object.entries(sealed?.tokens ?? {})
      .filter(([, field]) => !sealed?.fields[field])
      .map(([token, field]) => `${name}.${token}: there is no sealed field ${field}`),
    ...(sealed && !table.owner ? [`${name} is sealed: say with whose key (owner)`] : []),
    ...Object.keys(sealed?.compared ?? {})
      .filter((field) => !Object.values(sealed?.tokens ?? {}).includes(field))
      .map((field) => `${name}: ${field} is compared by no token`),
    ...(sealed?.row !== undefined && !(sealed.row in columns) && !(sealed.row in (sealed.tokens ?? {}))
      ? [`${name} tells its sealed values apart by ${sealed.row}, and does not have it`]
      : []),
  ]
}

function judgeFunctions(
  { schema, functions, tables }: Description,
  live: ReadonlySet<string>,
  described: Set<string>,
): string[] {
  return Object.entries(functions).flatMap(([name, what]) => {
    described.add(`${schema}.${name}()`)
    if (!live.has(`${schema}.${name}`))
      return [`${schema}.${name}() is described but does not exist: take it out of data.ts`]
    return (typeof what === 'string' ? [] : what.reads).flatMap((read) => {
      const [table = '', column = ''] = read.split('.')
      const { columns = {}, sealed } = tables[table] ?? {}
      const isPersonal =
        typeof columns[column] === 'object' || sealed?.column === column || column in (sealed?.tokens ?? {})
      return isPersonal ? [] : [`${schema}.${name}() reads ${read}, which is no personal column of ${schema}`]
    })
  })
}

const needed = ['what', 'whose', 'from', 'why', 'purposes', 'basis', 'seenBy'] as const

function judgeField({ schema, table, name, ...field }: DescribedField): string[] {
  const faults: string[] = []
  const missing = needed.filter((key) => field[key] === undefined)
  if (missing.length > 0) faults.push(`data.ts does not say ${missing.join(', ')}`)
  if (field.purposes?.length === 0) faults.push('it serves no purpose: name one, or do not keep it')
  if (field.basis === 'eu-gdpr:A6-1-f' && field.interest === undefined)
    faults.push('its basis is a legitimate interest: name which of those in interests.ts')
  if (field.basis !== undefined && field.basis !== 'eu-gdpr:A6-1-f' && field.interest !== undefined)
    faults.push(`its basis is ${field.basis}, and an interest belongs to eu-gdpr:A6-1-f only`)
  if (field.whose && 'holdsNothing' in persons[field.whose].found)
    faults.push(`vocabulary.ts says that nothing is held of a ${field.whose}: say there how they are found`)
  return faults.map((fault) => `${schema}.${table}.${name}: ${fault}`)
}

const isPersonal = ({ columns, sealed }: Table) =>
  sealed !== undefined || Object.values(columns).some((column) => typeof column === 'object')

function judgeKeep(name: string, table: Table): string[] {
  const { keep, columns } = table
  // data.ts is checked by types; a table that came past them is told all the same.
  if ((keep as unknown) === undefined) return [`${name}: data.ts does not say how long a row is kept (keep)`]
  if (('forever' in keep || 'until' in keep) && isPersonal(table))
    return [`${name} holds personal data: give its keep a period, a deadline, or what it goes with`]
  for (const { until } of table.stands ?? [])
    if (!(until in columns)) return [`${name} stays until the time in ${until}, which it does not have`]
  const column = 'from' in keep ? keep.from : 'at' in keep ? keep.at : undefined
  return column !== undefined && !(column in columns)
    ? [`${name}: its keep counts from ${column}, which it does not have`]
    : []
}

/** Rows from outside carry their source themselves: in a column, or a sealed field, that is there (PT-20). */
function judgeSources(name: string, fields: readonly DescribedField[], { columns, sealed }: Table): string[] {
  const named = new Set(fields.flatMap(({ from }) => (typeof from === 'object' ? [from.column] : [])))
  return [...named]
    .filter((column) => !(column in columns) && !(column in (sealed?.fields ?? {})))
    .map((column) => `${name}: its rows carry their source in ${column}, which it does not have`)
}

/** Whoever asks for their rights is found, or told why they cannot be. */
function judgeSubjects(name: string, table: Table): string[] {
  const { columns, owner, subjects, unfindable, title, sealed } = table
  const faults: string[] = []
  for (const column of [owner?.column, owner?.scope, ...Object.keys(subjects ?? {})])
    if (column !== undefined && !(column in columns) && !(column in (sealed?.tokens ?? {})))
      faults.push(`${name} names ${column} as its owner or subject, and does not have it`)
  if (!isPersonal(table)) return faults
  const isFindable = owner?.kind === 'person' || Object.keys(subjects ?? {}).length > 0
  if (isFindable === (unfindable !== undefined))
    faults.push(
      isFindable
        ? `${name} says both how somebody is found in it and that nobody can be`
        : `${name} holds personal data of nobody: name its owner or subjects, or say why nobody can be found (unfindable)`,
    )
  if (!title)
    faults.push(`${name} holds personal data: say what a person would call it (title, in English and Finnish)`)
  return faults
}
