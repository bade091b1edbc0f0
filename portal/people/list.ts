import type { z } from 'zod'
import type { Database, Sql } from '#server/database'
import type { Rights } from '#server/rights'
import type { NamePage } from '#server/sealed'
import type { peopleList, Role } from './api.ts'
import { badCursor, namesNotReady } from './errors.ts'
import { named, roleNamesOf } from './own-roles.ts'
import type { PersonNames, PersonSealer } from './sealed.ts'

const pageSize = 50

/**
 * The first page of a large organisation does not wait for its names to be opened: until they are, people stand in the order in which they
 * joined. A search does wait; nothing else could answer it.
 */
const patienceMilliseconds = { page: 0, search: 10_000 } as const

type Row = {
  person_id: string
  sealed: Buffer
  roles: Role[]
  own_roles: string[]
  joined_at: Date
  last_seen_at: Date | null
}

/** Which order the list goes on in, and behind whom. No name: it stands in an address. */
type Place = { order: 'name' | 'joined'; id: string }

export function writeCursor({ order, id }: Place): string {
  return Buffer.from(`${order} ${id}`).toString('base64url')
}

/** Comes back from outside: anything else than what we wrote is refused. */
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = /^(name|joined) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  )
  if (!match) throw badCursor()
  return { order: match[1] as Place['order'], id: match[2] as string }
}

type Naming = { readonly sealer: PersonSealer; readonly rights: Pick<Rights, 'restrictedAmong'> }
type Uses = Naming & { readonly database: Database; readonly names: PersonNames }

export async function list(
  { database, names, rights }: Uses,
  organizationId: string,
  { search, cursor }: { search?: string | undefined; cursor?: string | undefined },
  seesPhones = false,
): Promise<z.input<typeof peopleList>> {
  const place = readCursor(cursor)
  const byName =
    place?.order === 'joined'
      ? undefined
      : await names.page(
          organizationId,
          { search: search || undefined, after: place?.id, limit: pageSize },
          search || place ? patienceMilliseconds.search : patienceMilliseconds.page,
        )
  if (byName === 'gone') throw badCursor()
  // Only a search, or a page further on, that could not even be answered in all that time comes here without its names.
  if (!byName && (search || place?.order === 'name')) throw namesNotReady()
  const order = byName ? 'name' : 'joined'
  return database.inOrganization(organizationId, async (tx) => {
    const { ids, hasMore } = byName ?? (await byJoining(tx, place?.id))
    const rows = await tx<Row[]>`
      select person_id, sealed, roles, own_roles, joined_at, last_seen_at
      from people.members(${ids as string[]}::uuid[], ${null}, ${pageSize})`
    const restricted = await rights.restrictedAmong(tx, ids)
    const roleNames = await roleNamesOf(
      tx,
      rows.flatMap((row) => row.own_roles),
    )
    // A name that is not shown is not found by either: the search would tell it letter by letter.
    const shown = search ? rows.filter(({ person_id }) => !restricted.has(person_id)) : rows
    const opened = await names.open(organizationId, shown, seesPhones ? ['name', 'email', 'phone'] : ['name', 'email'])
    const people = new Map(
      shown.map((row, at) => {
        const isRestricted = restricted.has(row.person_id)
        const { name, email, phone } = (isRestricted ? undefined : opened[at]) ?? {}
        return [
          row.person_id,
          {
            personId: row.person_id,
            name: name ?? '',
            email: email ?? '',
            phone: phone ?? null,
            roles: row.roles,
            ownRoles: named(roleNames, row.own_roles),
            joinedAt: row.joined_at,
            lastSeenAt: isRestricted ? null : row.last_seen_at,
            isRestricted,
          },
        ]
      }),
    )
    const last = ids.at(-1)
    return {
      people: ids.flatMap((id) => people.get(id) ?? []),
      next: hasMore && last ? writeCursor({ order, id: last }) : null,
      order,
    }
  })
}

async function byJoining(tx: Sql, after: string | undefined): Promise<NamePage> {
  const rows = await tx<{ id: string }[]>`
    select id from people.members_by_joining(${after ?? null}, ${pageSize + 1}) as id`
  return { ids: rows.slice(0, pageSize).map(({ id }) => id), hasMore: rows.length > pageSize }
}

/** Whoever has been erased or restricted has no name any more, and is missing from the answer. */
export async function namesOf(
  { sealer, rights }: Naming,
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const restricted = await rights.restrictedAmong(sql, ids)
  const rows = await sql<{ person_id: string; sealed: Buffer }[]>`
    select * from people.names_of(${ids as string[]}::uuid[])`
  const opened = await sealer.open(rows, ['name'])
  return new Map(
    rows.flatMap((row, at) => {
      const name = opened[at]?.name
      return typeof name === 'string' && !restricted.has(row.person_id) ? [[row.person_id, name] as const] : []
    }),
  )
}
