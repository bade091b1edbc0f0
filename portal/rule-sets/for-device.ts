import type { Database, Sql } from '#server/database'
import { type DeviceRuleSet, isOwn, mostPartsAtOnce } from './api.ts'
import { otherVersion } from './errors.ts'

/** Of an answer, before base64. */
const mostAnswerBytes = 2 * 1024 * 1024

/** What a device is to have now. `chosen`: what the policy names; null: everything in use. */
export async function forDevice(sql: Sql, chosen: readonly string[] | null): Promise<DeviceRuleSet[]> {
  const rows = await readUsed(sql)
  // The transaction sees those of the device's organisation, and no others.
  const own = await sql<{ name: string; version: string }[]>`
    select name, version from rule_sets.own_set where is_used and version > 0 order by name limit 10`
  return choose(rows, own, chosen)
}

type Of = { readonly organizationId: string; readonly chosen: readonly string[] | null }
type Used = { organization_id: string; name: string; version: string }

/** The same for each of many devices, of whichever organisations. */
export async function forDevices(sql: Sql, devices: readonly Of[]): Promise<DeviceRuleSet[][]> {
  if (devices.length === 0) return []
  const organizations = [...new Set(devices.map(({ organizationId }) => organizationId))]
  const [rows, own] = await Promise.all([
    readUsed(sql),
    sql<Used[]>`select organization_id, name, version from rule_sets.own_of(${organizations}::uuid[])`,
  ])
  const ownOf = Map.groupBy(own, (row) => row.organization_id)
  return devices.map(({ organizationId, chosen }) => choose(rows, ownOf.get(organizationId) ?? [], chosen))
}

const readUsed = (sql: Sql) => sql<Omit<Used, 'organization_id'>[]>`
  select name, version from rule_sets.rule_set where is_used and version > 0 order by name limit 50`

/** What its organisation has written itself is not chosen but switched on. */
const choose = (
  rows: readonly Omit<Used, 'organization_id'>[],
  own: readonly Omit<Used, 'organization_id'>[],
  chosen: readonly string[] | null,
): DeviceRuleSet[] =>
  [...rows.filter(({ name }) => chosen === null || chosen.includes(name)), ...own].map(({ name, version }) => ({
    set: name,
    version: Number(version),
  }))

/** Of the organisation that the device is of; of a set of another organisation it hears what it would of one that does not exist. */
export async function readNote(
  database: Database,
  organizationId: string,
  set: string,
  version: number,
): Promise<string> {
  const [row] = isOwn(set)
    ? await database.inOrganization(
        organizationId,
        (tx) => tx<{ note: string | null }[]>`
          select note from rule_sets.own_set
          where organization_id = ${organizationId} and name = ${set} and version = ${version} and is_used`,
      )
    : await database.sql<{ note: string | null }[]>`
        select note from rule_sets.rule_set where name = ${set} and version = ${version} and is_used`
  if (row?.note == null) throw otherVersion()
  return row.note
}

type Part = { sha256: string; content: Buffer }

/** The first of them, as many as fit. */
export async function readParts(
  database: Database,
  organizationId: string,
  set: string,
  wanted: readonly string[],
): Promise<string[]> {
  const hashes = wanted as string[]
  const rows = isOwn(set)
    ? await database.inOrganization(
        organizationId,
        (tx) => tx<Part[]>`
          select p.sha256, p.content from rule_sets.own_part p
          join rule_sets.own_set s on s.organization_id = p.organization_id and s.set_id = p.set_id
          where s.organization_id = ${organizationId} and s.name = ${set} and s.is_used and p.sha256 = any(${hashes})
          limit ${mostPartsAtOnce}`,
      )
    : await database.sql<Part[]>`
        select p.sha256, p.content from rule_sets.part p join rule_sets.rule_set s on s.name = p.name
        where p.name = ${set} and s.is_used and p.sha256 = any(${hashes}) limit ${mostPartsAtOnce}`
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
