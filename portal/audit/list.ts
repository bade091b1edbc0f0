import type { z } from 'zod'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import { actions, type activityList, type auditList, type auditQuery, type ownActions, type TargetKind } from './api.ts'
import { badCursor } from './errors.ts'
import type { Names } from './names.ts'
import type { OriginSealer } from './record.ts'

const pageSize = 50

type Row = {
  organization_id: string
  at: Date
  audit_id: string
  actor_kind: 'person' | 'program' | 'command' | 'key'
  actor_id: string | null
  actor_name: string | null
  action: string
  target_kind: TargetKind
  target_id: string | null
  sealed: Buffer | null
  outcome: 'done' | 'refused'
  details: Record<string, string | number | boolean | string[]>
}

type Place = { at: Date; id: string }

/** Newest first; the cursor is the last row that was shown, so rows that arrive meanwhile shift nothing. */
export function writeCursor({ at, id }: Place): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}

export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  )
  const at = match ? new Date(match[1]!) : new Date(Number.NaN)
  if (!match || Number.isNaN(at.getTime())) throw badCursor()
  return { at, id: match[2]! }
}

type Reads = {
  readonly database: Database
  readonly names: Names
  readonly rights: Pick<Rights, 'restrictedAmong'>
  readonly sealer: OriginSealer
}

async function show(tx: Sql, { names, rights, sealer }: Reads, rows: readonly Row[]) {
  const restricted = await rights.restrictedAmong(
    tx,
    rows.flatMap(({ actor_id }) => actor_id ?? []),
  )
  // Of whoever is restricted only the number is shown, by which the log hangs together (DSR-12).
  const isHidden = (row: Row) => row.actor_id !== null && restricted.has(row.actor_id)
  const origins = await sealer.open(
    rows.map((row) => (isHidden(row) ? { ...row, sealed: null } : row)),
    ['ip', 'user_agent'],
  )
  const nameOf = await names.find(
    tx,
    rows.flatMap((row) => [
      { kind: row.target_kind, id: row.target_id },
      { kind: 'person' as const, id: row.actor_id },
      { kind: 'organization' as const, id: row.organization_id },
      ...(row.actor_kind === 'key' ? [{ kind: 'api-key' as const, id: row.actor_name }] : []),
    ]),
  )
  return rows.map((row, at) => ({
    auditId: row.audit_id,
    at: row.at,
    actor:
      row.actor_kind === 'key'
        ? { kind: row.actor_kind, id: row.actor_name, name: nameOf('api-key', row.actor_name) }
        : { kind: row.actor_kind, id: row.actor_id, name: row.actor_name ?? nameOf('person', row.actor_id) },
    action: row.action,
    target: { kind: row.target_kind, id: row.target_id, name: nameOf(row.target_kind, row.target_id) },
    from: { ip: origins[at]?.ip ?? null, userAgent: origins[at]?.user_agent ?? null },
    outcome: row.outcome,
    details: row.details,
    organization: { id: row.organization_id, name: nameOf('organization', row.organization_id) },
  }))
}

function page<T>(rows: readonly T[], place: (row: T) => Place): { rows: readonly T[]; next: string | null } {
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  return { rows: shown, next: rows.length > pageSize && last ? writeCursor(place(last)) : null }
}

export function list(reads: Reads, organizationId: string, query: z.output<typeof auditQuery>) {
  const before = readCursor(query.cursor)
  return reads.database.inOrganization(organizationId, async (tx): Promise<z.input<typeof auditList>> => {
    const found = await tx<Row[]>`
      select * from audit.record
      where organization_id = ${organizationId}
        ${query.action ? tx`and action = ${query.action}` : tx``}
        ${query.personId ? tx`and actor_id = ${query.personId}` : tx``}
        ${query.from ? tx`and at >= ${query.from}` : tx``}
        ${query.to ? tx`and at < ${query.to}` : tx``}
        ${before ? tx`and (at, audit_id) < (${before.at}, ${before.id})` : tx``}
      order by at desc, audit_id desc limit ${pageSize + 1}`
    const { rows, next } = page(found, (row) => ({ at: row.at, id: row.audit_id }))
    return { records: await show(tx, reads, rows), next, actions: [...actions] }
  })
}

/** EP-13: everything a person did, whichever organisation it was in. */
export function listOwn(reads: Reads, personId: string, cursor: string | undefined) {
  const before = readCursor(cursor)
  return reads.database.forPerson(personId, async (tx): Promise<z.input<typeof ownActions>> => {
    const found = await tx<Row[]>`
      select * from audit.list_own(${before?.at ?? null}, ${before?.id ?? null}, ${pageSize + 1})`
    const { rows, next } = page(found, (row) => ({ at: row.at, id: row.audit_id }))
    return { records: await show(tx, reads, rows), next }
  })
}

export function listActivities({ database, names }: Reads, organizationId: string, cursor: string | undefined) {
  const before = readCursor(cursor)
  return database.inOrganization(organizationId, async (tx): Promise<z.input<typeof activityList>> => {
    const found = await tx<
      { at: Date; activity_id: string; what: string; target_kind: TargetKind; target_id: string }[]
    >`
      select at, activity_id, what, target_kind, target_id from audit.activity
      where organization_id = ${organizationId}
        ${before ? tx`and (at, activity_id) < (${before.at}, ${before.id})` : tx``}
      order by at desc, activity_id desc limit ${pageSize + 1}`
    const { rows, next } = page(found, (row) => ({ at: row.at, id: row.activity_id }))
    const nameOf = await names.find(
      tx,
      rows.map((row) => ({ kind: row.target_kind, id: row.target_id })),
    )
    return {
      activities: rows.map((row) => ({
        activityId: row.activity_id,
        at: row.at,
        what: row.what,
        target: { kind: row.target_kind, id: row.target_id, name: nameOf(row.target_kind, row.target_id) },
      })),
      next,
    }
  })
}

/** Who has made these records, for whoever keeps their numbers: `at` finds the days they lie in. One that has gone is missing. */
export async function actorsOf(
  { names, rights }: Pick<Reads, 'names' | 'rights'>,
  tx: Sql,
  organizationId: string,
  records: readonly { readonly at: Date; readonly auditId: string }[],
): Promise<ReadonlyMap<string, { kind: Row['actor_kind']; id: string | null; name: string | null }>> {
  if (records.length === 0) return new Map()
  const times = records.map(({ at }) => at.getTime())
  const rows = await tx<Pick<Row, 'audit_id' | 'actor_kind' | 'actor_id' | 'actor_name'>[]>`
    select audit_id, actor_kind, actor_id, actor_name from audit.record
    where organization_id = ${organizationId} and audit_id = any(${records.map(({ auditId }) => auditId)}::uuid[])
      and at between ${new Date(Math.min(...times))} and ${new Date(Math.max(...times))}`
  const of = (row: (typeof rows)[number]) =>
    row.actor_kind === 'key'
      ? ({ kind: 'api-key', id: row.actor_name } as const)
      : ({ kind: 'person', id: row.actor_id } as const)
  const restricted = await rights.restrictedAmong(
    tx,
    rows.flatMap(({ actor_id }) => actor_id ?? []),
  )
  const nameOf = await names.find(tx, rows.map(of))
  return new Map(
    rows.map((row) => {
      const { kind, id } = of(row)
      const ownName = row.actor_kind === 'key' ? null : row.actor_name
      const name = ownName ?? (id && restricted.has(id) ? null : nameOf(kind, id))
      return [row.audit_id, { kind: row.actor_kind, id, name }]
    }),
  )
}
