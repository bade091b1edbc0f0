import { createHash } from 'node:crypto'
import type { Language } from '#base/languages'
import { writeZip } from '#base/zip'
import type { ExportedPiece } from '#server/rights-export'
import { readme } from './readme.ts'

// One file for the person: everything that is held (GDPR Art. 15), and apart from it what they gave themselves, to take elsewhere (Art. 20).

type Table = NonNullable<ExportedPiece['tables']>[number]
type Row = ExportedPiece['rows'][number]['row']
/** One table of one program with its rows. */
export type Kind = { readonly program: string; readonly table: Table; readonly rows: readonly Row[] }

export type ListedFile = {
  readonly name: string
  readonly article: 15 | 20
  readonly program: string
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** What the prefixes of terms stand for: the W3C Data Privacy Vocabulary, in the version the descriptions use. */
const namespaces = {
  dpv: 'https://w3id.org/dpv/2.3/dpv#',
  pd: 'https://w3id.org/dpv/2.3/pd#',
  'eu-gdpr': 'https://w3id.org/dpv/2.3/legal/eu/gdpr#',
}

/** Raised when a reader would have to change. */
export const formatVersion = 1

export function gather(pieces: readonly ExportedPiece[]): Kind[] {
  const kinds = new Map<string, { program: string; table: Table; rows: Row[] }>()
  for (const { program, tables, rows } of pieces) {
    for (const table of tables ?? []) kinds.set(`${program} ${table.table}`, { program, table, rows: [] })
    for (const { table, row } of rows) kinds.get(`${program} ${table}`)?.rows.push(row)
  }
  return [...kinds.values()].filter(({ rows }) => rows.length > 0)
}

/** What the person gave themselves, under a contract or by consent; what is left out of a row with nothing of it. */
function portable({ program, table, rows }: Kind): Kind | undefined {
  const columns = table.columns.filter(({ personal }) => personal?.isPortable)
  if (columns.length === 0) return undefined
  const names = new Set(columns.map(({ column }) => column))
  return {
    program,
    table: { ...table, columns },
    rows: rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)))),
  }
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value

/** JSON Schema 2020-12 of one line. */
function schemaOf({ table, rows }: Kind): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: table.title.en,
    description: table.meaning,
    type: 'object',
    properties: Object.fromEntries(
      table.columns
        .filter(({ column }) => rows.some((row) => column in row))
        .map(({ column, meaning, personal }) => [
          column,
          {
            type: [...new Set(rows.filter((row) => column in row).map((row) => typeOf(row[column])))],
            description: meaning,
            ...(personal ? { 'x-dpv': personal.what.term } : {}),
          },
        ]),
    ),
  }
}

export function writeArchive(
  pieces: readonly ExportedPiece[],
  { requestId, askedAt, madeAt }: { requestId: string; askedAt: Date; madeAt: Date },
): Buffer {
  const everything = gather(pieces)
  const files: { name: string; content: Buffer }[] = []
  const listed: ListedFile[] = []
  for (const [folder, article, kinds] of [
    ['everything', 15, everything],
    ['provided-by-you', 20, everything.flatMap((kind) => portable(kind) ?? [])],
  ] as const)
    for (const kind of kinds) {
      const name = `${folder}/${kind.program}.${kind.table.table}`
      const content = Buffer.from(kind.rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      files.push({ name: `${name}.jsonl`, content })
      files.push({
        name: `${name}.schema.json`,
        content: Buffer.from(`${JSON.stringify(schemaOf(kind), undefined, 2)}\n`),
      })
      listed.push({
        name: `${name}.jsonl`,
        article,
        program: kind.program,
        table: kind.table.table,
        rows: kind.rows.length,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      })
    }
  const manifest = {
    format: 'vartio-own-data',
    version: formatVersion,
    requestId,
    askedAt: askedAt.toISOString(),
    madeAt: madeAt.toISOString(),
    terms: namespaces,
    programs: [...new Set(pieces.map(({ program }) => program))],
    files: listed,
    kinds: everything.map(({ program, table }) => ({ program, ...table })),
  }
  const texts = (['fi', 'en'] as const satisfies readonly Language[]).map((language) => ({
    name: language === 'fi' ? 'LUE-MINUT.txt' : 'README.txt',
    content: Buffer.from(readme(language, { kinds: everything, files: listed, askedAt, madeAt })),
  }))
  return writeZip(
    [
      ...texts,
      { name: 'manifest.json', content: Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`) },
      ...files,
    ],
    madeAt,
  )
}
