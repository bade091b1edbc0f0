import type { z } from 'zod'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import type { peopleList, Role } from './api.ts'
import { badCursor } from './errors.ts'

const pageSize = 50

type Row = {
  person_id: string
  name: string
  email: string
  phone: string | null
  roles: Role[]
  joined_at: Date
  last_seen_at: Date | null
}

type Place = { name: string; id: string }

export function writeCursor({ name, id }: Place): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url')
}

/** Comes back from outside: anything else than what we wrote is refused. */
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw badCursor()
  }
  const [name, id] = Array.isArray(value) ? value : []
  const isPlace =
    typeof name === 'string' &&
    typeof id === 'string' &&
    name.length <= 120 &&
    !name.includes('\0') &&
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
  if (!isPlace) throw badCursor()
  return { name, id }
}

export function list(
  { database, rights }: { database: Database; rights: Pick<Rights, 'restrictedAmong'> },
  organizationId: string,
  { search, cursor }: { search?: string | undefined; cursor?: string | undefined },
): Promise<z.input<typeof peopleList>> {
  const after = readCursor(cursor)
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<Row[]>`
      select * from people.list_members(${search || null}, ${after?.name ?? null}, ${after?.id ?? null}, ${pageSize + 1})`
    const page = rows.slice(0, pageSize)
    const last = page.at(-1)
    const restricted = await rights.restrictedAmong(
      tx,
      page.map(({ person_id }) => person_id),
    )
    // A name that is not shown is not found by either: the search would tell it letter by letter.
    const shown = search ? page.filter(({ person_id }) => !restricted.has(person_id)) : page
    return {
      people: shown.map((row) => {
        const isRestricted = restricted.has(row.person_id)
        return {
          personId: row.person_id,
          name: isRestricted ? '' : row.name,
          email: isRestricted ? '' : row.email,
          phone: isRestricted ? null : row.phone,
          roles: row.roles,
          joinedAt: row.joined_at,
          lastSeenAt: isRestricted ? null : row.last_seen_at,
          isRestricted,
        }
      }),
      next: rows.length > pageSize && last ? writeCursor({ name: last.name, id: last.person_id }) : null,
    }
  })
}

export async function namesOf(
  rights: Pick<Rights, 'restrictedAmong'>,
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const restricted = await rights.restrictedAmong(sql, ids)
  const rows = await sql<{ person_id: string; name: string }[]>`
    select * from people.names_of(${ids as string[]}::uuid[])`
  return new Map(rows.flatMap(({ person_id, name }) => (restricted.has(person_id) ? [] : [[person_id, name]])))
}
