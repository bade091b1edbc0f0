import type { Database, Sql } from '#server/database'
import type { Sealing } from '#server/sealed'
import { searchSealed } from '#server/sealed/search'
import { data } from './data.ts'

// What an area of devices does, twice: over a sealed table and over a plain one. Both ask in a transaction that sees one organisation.

export type Device = {
  readonly id: string
  readonly name: string
  readonly serial: string
  readonly ip: string
  readonly seen: Date
}
export type Shown = { readonly id: string; readonly name: string; readonly serial: string; readonly ip: string }

export type Devices = {
  insert(organizationId: string, devices: readonly Device[]): Promise<void>
  firstPage(organizationId: string): Promise<Shown[]>
  /** Behind this device in the order of names. */
  byName(organizationId: string, after: Device): Promise<Shown[]>
  exact(organizationId: string, serial: string): Promise<Shown[]>
  substring(organizationId: string, part: string): Promise<Shown[]>
}

const page = 50
export const platform = 'linux'

export function createPlain(database: Database): Devices {
  type Row = { device_id: string; name: string; serial: string; ip: string }
  const show = (rows: readonly Row[]): Shown[] =>
    rows.map(({ device_id: id, name, serial, ip }) => ({ id, name, serial, ip }))
  return {
    async insert(organizationId, devices) {
      await database.inOrganization(
        organizationId,
        (tx) => tx`
          insert into appliances.plain (organization_id, device_id, name, serial, ip, last_seen, platform)
          select ${organizationId}, t.id, t.name, t.serial, t.ip, t.seen, ${platform}
          from unnest(${devices.map(({ id }) => id)}::uuid[], ${devices.map(({ name }) => name)}::text[],
            ${devices.map(({ serial }) => serial)}::text[], ${devices.map(({ ip }) => ip)}::text[],
            ${devices.map(({ seen }) => seen.toISOString())}::timestamptz[]) as t (id, name, serial, ip, seen)`,
      )
    },
    firstPage: (organizationId) =>
      database.inOrganization(organizationId, async (tx) =>
        show(
          await tx<Row[]>`
            select device_id, name, serial, ip from appliances.plain where organization_id = ${organizationId}
            order by last_seen desc, device_id limit ${page}`,
        ),
      ),
    byName: (organizationId, after) =>
      database.inOrganization(organizationId, async (tx) =>
        show(
          await tx<Row[]>`
            select device_id, name, serial, ip from appliances.plain
            where organization_id = ${organizationId} and (name, device_id) > (${after.name}, ${after.id})
            order by name, device_id limit ${page}`,
        ),
      ),
    exact: (organizationId, serial) =>
      database.inOrganization(organizationId, async (tx) =>
        show(
          await tx<Row[]>`
            select device_id, name, serial, ip from appliances.plain where organization_id = ${organizationId} and serial = ${serial} limit ${page}`,
        ),
      ),
    substring: (organizationId, part) =>
      database.inOrganization(organizationId, async (tx) =>
        show(await tx<Row[]>`select device_id, name, serial, ip from appliances.search_plain(${`%${part}%`}, ${page})`),
      ),
  }
}

/** What a row of the sealed table is made of beside what lies in the clear. */
export type SealedDevice = { readonly value: Buffer; readonly serial: string; readonly parts: readonly number[] }

/** An organisation with more names than this is searched by tokens, one with fewer in its list. */
const searchedInList = 20_000

export function createSealed(
  database: Database,
  sealed: Sealing,
  sizeOf: (organizationId: string) => number,
): Devices & {
  readonly names: ReturnType<Sealing['names']['define']>
  seal(organizationId: string, devices: readonly Device[]): Promise<SealedDevice[]>
} {
  type Row = { organization_id: string; device_id: string; sealed: Buffer; last_seen: Date }
  const fields = ['name', 'serial', 'ip'] as const
  const sealer = sealed.table(data, 'device', fields)
  // Not `device_id = any(…)`: once PostgreSQL plans that for any organisation, it goes through the whole of a large one.
  const rowsOf = (tx: Sql, organizationId: string, ids: readonly string[]) => tx<Row[]>`
    select d.organization_id, d.device_id, d.sealed
    from pg_catalog.unnest(${ids as string[]}::uuid[]) as wanted (id)
    join appliances.device d on d.organization_id = ${organizationId} and d.device_id = wanted.id`
  const names = sealed.names.define({
    name: sealer.name,
    sealer,
    fields: ['name'],
    shown: ['serial', 'ip'],
    purpose: 'service',
    rows: (organizationId, which) =>
      database.inOrganization(organizationId, (tx) =>
        'ids' in which
          ? rowsOf(tx, organizationId, which.ids)
          : tx<Row[]>`
              select organization_id, device_id, sealed from appliances.device
              where organization_id = ${organizationId} and device_id > ${which.after ?? '00000000-0000-0000-0000-000000000000'}
              order by device_id limit ${which.most}`,
      ),
  })
  const show = async (organizationId: string, rows: readonly Row[]): Promise<Shown[]> => {
    const opened = await names.open(organizationId, rows, fields)
    return rows.map(({ device_id: id }, at) => {
      const { name, serial, ip } = opened[at] ?? {}
      return { id, name: name ?? '', serial: serial ?? '', ip: ip ?? '' }
    })
  }
  const inOrder = async (organizationId: string, ids: readonly string[]): Promise<Shown[]> => {
    const rows = await database.inOrganization(organizationId, (tx) => rowsOf(tx, organizationId, ids))
    const byId = new Map((await show(organizationId, rows)).map((device) => [device.id, device]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }
  const seal = async (organizationId: string, devices: readonly Device[]): Promise<SealedDevice[]> => {
    const rows = devices.map(({ id, name, serial, ip }) => ({
      row: { organization_id: organizationId, device_id: id },
      values: { name, serial, ip },
    }))
    // The keys first: they are durable before the transaction begins. Tokens are worked out meanwhile.
    const [values, serials, parts] = await Promise.all([
      sealer.seal(rows),
      sealer.tokens(
        'serial',
        devices.map(({ serial }) => serial),
        organizationId,
      ),
      sealer.trigrams(
        'name',
        devices.map(({ name }) => name),
        organizationId,
      ),
    ])
    return values.map((value, at) => ({ value, serial: serials[at] as string, parts: parts[at] as number[] }))
  }
  return {
    names,
    seal,
    async insert(organizationId, devices) {
      const rows = await seal(organizationId, devices)
      await database.inOrganization(organizationId, async (tx) => {
        await tx`
          insert into appliances.device (organization_id, device_id, sealed, serial_token, name_tokens, last_seen, platform)
          select ${organizationId}, t.id, t.sealed::bytea, t.serial, t.parts::int2[], t.seen, ${platform}
          from unnest(${devices.map(({ id }) => id)}::uuid[], ${rows.map(({ value }) => `\\x${value.toString('hex')}`)}::text[],
            ${rows.map(({ serial }) => serial)}::int8[], ${rows.map(({ parts }) => `{${parts.join(',')}}`)}::text[],
            ${devices.map(({ seen }) => seen.toISOString())}::timestamptz[]) as t (id, sealed, serial, parts, seen)`
        names.changed(
          tx,
          organizationId,
          devices.map(({ id }) => id),
        )
      })
    },
    // Opened when the transaction is over: nobody waits for its connection meanwhile.
    firstPage: async (organizationId) =>
      show(
        organizationId,
        await database.inOrganization(
          organizationId,
          (tx) => tx<Row[]>`
            select organization_id, device_id, sealed from appliances.device where organization_id = ${organizationId}
            order by last_seen desc, device_id limit ${page}`,
        ),
      ),
    async byName(organizationId, after) {
      const found = await names.page(organizationId, { after: after.id, limit: page }, 600_000)
      if (!found || found === 'gone') throw new Error('the list of names is not there')
      return inOrder(organizationId, found.ids)
    },
    async exact(organizationId, serial) {
      const token = await sealer.token('serial', serial, organizationId)
      return show(
        organizationId,
        await database.inOrganization(
          organizationId,
          (tx) => tx<Row[]>`
            select organization_id, device_id, sealed from appliances.device
            where organization_id = ${organizationId} and serial_token = ${token} limit ${page}`,
        ),
      )
    },
    async substring(organizationId, part) {
      if (sizeOf(organizationId) <= searchedInList) {
        const found = await names.page(organizationId, { search: part, limit: page }, 600_000)
        if (!found || found === 'gone') throw new Error('the list of names is not there')
        return inOrder(organizationId, found.ids)
      }
      return database.inOrganization(organizationId, async (tx) => {
        const found = await searchSealed({
          sealer,
          field: 'name',
          fields,
          scope: organizationId,
          text: part,
          limit: page,
          find: (tokens, after, most) => tx<Row[]>`
            select organization_id, device_id, sealed, last_seen
            from appliances.search(${`{${tokens.join(',')}}`}::int2[], ${(after?.last_seen as Date | undefined) ?? null},
              ${(after?.device_id as string | undefined) ?? null}, ${most})`,
        })
        return found.map(({ row, opened: { name, serial, ip } }) => ({
          id: String(row.device_id),
          name: name ?? '',
          serial: serial ?? '',
          ip: ip ?? '',
        }))
      })
    },
  }
}
