import { createHash } from 'node:crypto'
import type { Sql } from '#server/database'
import { pieceBytes } from './api.ts'
import { notFound, tooLarge } from './errors.ts'
import { mostBytes } from './fetch.ts'

/** The file as it came, in place of the one before. */
export async function writeSource(tx: Sql, name: string, content: Buffer, etag: string | undefined): Promise<string> {
  if (content.length > mostBytes) throw tooLarge()
  await tx`delete from rule_sets.source_piece where name = ${name}`
  for (let number = 0; number * pieceBytes < content.length; number += 1)
    await tx`
      insert into rule_sets.source_piece (name, number, content)
      values (${name}, ${number}, ${content.subarray(number * pieceBytes, (number + 1) * pieceBytes)})`
  return noteSource(tx, name, content, etag)
}

export async function noteSource(tx: Sql, name: string, content: Buffer, etag: string | undefined): Promise<string> {
  const sha256 = createHash('sha256').update(content).digest('hex')
  await tx`
    update rule_sets.rule_set set source_sha256 = ${sha256}, source_bytes = ${content.length}, etag = ${etag?.slice(0, 300) ?? null}
    where name = ${name}`
  return sha256
}

export async function readSource(sql: Sql, name: string): Promise<Buffer> {
  const pieces = await sql<{ content: Buffer }[]>`
    select content from rule_sets.source_piece where name = ${name} order by number limit 128`
  if (pieces.length === 0) throw notFound()
  return Buffer.concat(pieces.map(({ content }) => content))
}
