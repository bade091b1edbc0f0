import type { Database, Sql } from '#server/database'
import { type DeviceRuleSet, mostPartsAtOnce } from './api.ts'
import { otherVersion } from './errors.ts'

/** Of an answer, before base64. */
const mostAnswerBytes = 2 * 1024 * 1024

/** What a device is to have now. `chosen`: what the policy names; null: everything in use. */
export async function forDevice(sql: Sql, chosen: readonly string[] | null): Promise<DeviceRuleSet[]> {
  const rows = await sql<{ name: string; version: string }[]>`
    select name, version from rule_sets.rule_set where is_used and version > 0 order by name limit 50`
  return rows
    .filter(({ name }) => chosen === null || chosen.includes(name))
    .map(({ name, version }) => ({ set: name, version: Number(version) }))
}

export async function readNote({ sql }: Database, set: string, version: number): Promise<string> {
  const [row] = await sql<{ note: string | null }[]>`
    select note from rule_sets.rule_set where name = ${set} and version = ${version} and is_used`
  if (row?.note == null) throw otherVersion()
  return row.note
}

/** The first of them, as many as fit. */
export async function readParts({ sql }: Database, set: string, wanted: readonly string[]): Promise<string[]> {
  const rows = await sql<{ sha256: string; content: Buffer }[]>`
    select p.sha256, p.content from rule_sets.part p join rule_sets.rule_set s on s.name = p.name
    where p.name = ${set} and s.is_used and p.sha256 = any(${wanted as string[]}) limit ${mostPartsAtOnce}`
  const known = new Map(rows.map(({ sha256, content }) => [sha256, content]))
  const parts: string[] = []
  let bytes = 0
  for (const sha256 of wanted) {
    const content = known.get(sha256)
    if (!content) throw otherVersion()
    bytes += content.length
    if (parts.length > 0 && bytes > mostAnswerBytes) break
    parts.push(content.toString('base64'))
  }
  return parts
}
