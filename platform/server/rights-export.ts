import { CompactEncrypt, importJWK } from 'jose'
import { z } from 'zod'
import { AppError } from '#base/errors'
import type { Sql } from './database.ts'
import { purposes } from './purpose.ts'
import type { AreaRights, Subject } from './rights.ts'
import { type Findable, listRows, openRows } from './rights-rows.ts'
import { fieldsOfTable, isPortable, keepWords } from './rights-words.ts'
import { bases, dataTerms, recipients, sources } from './vocabulary.ts'

// A copy of what one program holds of somebody, in pieces that only the holder of the request's key can open. The privacy office passes
// them on and reads nothing.

const words = z.object({ en: z.string(), fi: z.string() })
/** It becomes the name of a file in the person's hands: nobody who seals to their key names a path. */
const tableName = z.string().regex(/^[a-z0-9_]{1,60}\.[a-z0-9_]{1,60}$/)
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** What is sealed. */
export const exportedPiece = z.object({
  requestId: z.uuid(),
  program: z.string().regex(/^[a-z-]{1,40}$/),
  piece: z.int(),
  isLast: z.boolean(),
  /** In the first piece: what there is, with what a person must be told of it (GDPR Art. 15(1)). */
  tables: z
    .array(
      z.object({
        table: tableName,
        title: words,
        meaning: z.string(),
        keep: words,
        columns: z.array(
          z.object({
            column: z.string(),
            meaning: z.string(),
            /** Null: it tells nothing about a person by itself. */
            personal: z
              .object({
                what: z.object({ term: z.string(), words }),
                from: z.object({ term: z.string(), words }).nullable(),
                why: z.string(),
                purposes: z.array(z.object({ term: z.string(), words })),
                basis: z.object({ term: z.string(), words }),
                seenBy: z.array(words),
                /** GDPR Art. 20. */
                isPortable: z.boolean(),
              })
              .nullable(),
          }),
        ),
      }),
    )
    .nullable(),
  rows: z.array(
    z.object({ table: tableName, row: z.record(z.string(), z.union([scalar, z.array(scalar), z.json()])) }),
  ),
})
export type ExportedPiece = z.output<typeof exportedPiece>

/** Of plain text; sealed and as base64 it is a third more, and a call takes a megabyte. */
const pieceBytes = 300_000
const rowsAtOnce = 200

const badPlace = () => new AppError('rights.bad_place', 400, 'This is not a place in a copy. Begin at its start.')

function describeColumns(found: Findable): NonNullable<ExportedPiece['tables']>[number]['columns'] {
  const plain = Object.entries(found.table.columns).flatMap(([column, own]) =>
    typeof own === 'string' ? [{ column, meaning: own, personal: null }] : [],
  )
  const personal = fieldsOfTable(found).map((field) => ({
    column: field.name,
    meaning: field.why,
    personal: {
      what: { term: field.what, words: dataTerms[field.what] },
      from:
        typeof field.from === 'string'
          ? { term: sources[field.from].dpv, words: sources[field.from].words }
          : {
              term: field.from.column,
              words: {
                en: `each row says it (${field.from.column})`,
                fi: `kukin rivi kertoo sen (${field.from.column})`,
              },
            },
      why: field.why,
      purposes: field.purposes.map((purpose) => ({ term: purposes[purpose].dpv, words: purposes[purpose].words })),
      basis: { term: field.basis, words: bases[field.basis] },
      seenBy: field.seenBy.map((who) => recipients[who]),
      isPortable: isPortable(field),
    },
  }))
  return [...personal, ...plain]
}

/** As JSON writes it; bytes as base64url. Bytes that tell nothing about anybody (hashes, salts) are left out. */
function plainRow(found: Findable, row: Readonly<Record<string, unknown>>): ExportedPiece['rows'][number]['row'] {
  const personal = new Set(fieldsOfTable(found).map(({ name }) => name))
  const value = (own: unknown): unknown => {
    if (own instanceof Date) return own.toISOString()
    if (Buffer.isBuffer(own)) return own.toString('base64url')
    if (typeof own === 'bigint') return String(own)
    return Array.isArray(own) ? own.map(value) : (own ?? null)
  }
  const isBytes = (own: unknown): boolean => Buffer.isBuffer(own) || (Array.isArray(own) && own.some(isBytes))
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column, own]) => personal.has(column) || !isBytes(own))
      .map(([column, own]) => [column, value(own)]),
  ) as ExportedPiece['rows'][number]['row']
}

export async function exportPiece({
  program,
  tx,
  subject,
  tables,
  ask,
  hookOf,
}: {
  program: string
  tx: Sql
  subject: Subject | undefined
  tables: readonly Findable[]
  ask: { requestId: string; publicKey: object; piece: number; from: string | null }
  hookOf: (table: Findable) => NonNullable<AreaRights['rows']>[string] | undefined
}): Promise<{ sealed: string; next: string | null }> {
  const [, tableText = '', rowText = ''] =
    ask.from === null ? ['', '0', '0'] : (/^(\d{1,4})\.(\d{1,9})$/.exec(ask.from) ?? [])
  if (tableText === '') throw badPlace()
  let [index, from] = [Number(tableText), Number(rowText)]
  const rows: ExportedPiece['rows'] = []
  let size = 0
  while (subject && index < tables.length && size < pieceBytes) {
    const found = tables[index]!
    const table = `${found.schema}.${found.name}`
    const some = await openRows(
      found,
      (await hookOf(found)?.list(tx, subject, from, rowsAtOnce)) ??
        (await listRows(tx, found, subject, from, rowsAtOnce)),
    )
    for (const row of some) {
      const plain = plainRow(found, row)
      size += JSON.stringify(plain).length
      rows.push({ table, row: plain })
    }
    if (some.length < rowsAtOnce) [index, from] = [index + 1, 0]
    else from += rowsAtOnce
  }
  const isLast = !subject || index >= tables.length
  const piece: ExportedPiece = {
    requestId: ask.requestId,
    program,
    piece: ask.piece,
    isLast,
    tables:
      ask.piece === 0
        ? tables.map((found) => ({
            table: `${found.schema}.${found.name}`,
            title: found.title,
            meaning: found.table.meaning,
            keep: keepWords(found.table.keep),
            columns: describeColumns(found),
          }))
        : null,
    rows,
  }
  const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(piece)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: ask.requestId })
    .encrypt(await importJWK(ask.publicKey as never, 'ECDH-ES'))
  return { sealed, next: isLast ? null : `${index}.${from}` }
}
