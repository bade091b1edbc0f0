import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { connect, type DatabaseAddress } from '#server/database'
import { type Device, platform, type SealedDevice } from './devices.ts'

const rowsAtOnce = 1_000

/**
 * Rows as the product makes them, laid down as a restored backup is: by COPY, and the indexes built afterwards, as they were described. What an
 * insert of the product costs is measured by itself.
 */
export async function createLoader(address: DatabaseAddress) {
  const open = async () => {
    const sql = connect(address, 1)
    await sql.unsafe("set statement_timeout = 0; set maintenance_work_mem = '256MB'")
    return sql
  }
  const [one, other] = [await open(), await open()]
  const indexes = await one<{ table: string; name: string; definition: string }[]>`
    select c.relname as table, i.relname as name, pg_catalog.pg_get_indexdef(i.oid) as definition from pg_catalog.pg_index x
    join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_class c on c.oid = x.indrelid
    where c.relnamespace = 'appliances'::regnamespace and not x.indisprimary`
  for (const { name } of indexes) await one.unsafe(`drop index appliances.${name}`)
  const [toPlain, toSealed] = [
    await one
      .unsafe('copy appliances.plain (organization_id, device_id, name, serial, ip, last_seen, platform) from stdin')
      .writable(),
    await other
      .unsafe(
        'copy appliances.device (organization_id, device_id, sealed, serial_token, name_tokens, last_seen, platform) from stdin',
      )
      .writable(),
  ]

  return {
    async lay(organizationId: string, devices: readonly Device[], sealed: readonly SealedDevice[]): Promise<void> {
      for (let from = 0; from < devices.length; from += rowsAtOnce) {
        const some = devices.slice(from, from + rowsAtOnce)
        const plain = some.map(({ id, name, serial, ip, seen }) =>
          line([organizationId, id, name, serial, ip, seen.toISOString(), platform]),
        )
        const closed = some.map(({ id, seen }, at) => {
          const { value, serial, parts } = sealed[from + at] as SealedDevice
          return line([
            organizationId,
            id,
            `\\\\x${value.toString('hex')}`,
            serial,
            `{${parts.join()}}`,
            seen.toISOString(),
            platform,
          ])
        })
        await Promise.all([write(toPlain, plain.join('')), write(toSealed, closed.join(''))])
      }
    },
    async end(): Promise<void> {
      for (const stream of [toPlain, toSealed]) {
        stream.end()
        await finished(stream)
      }
      const build = async (sql: typeof one, table: string) => {
        for (const index of indexes) if (index.table === table) await sql.unsafe(index.definition)
        await sql.unsafe(`vacuum (freeze, analyze) appliances.${table}`)
        await sql.end()
      }
      await Promise.all([build(one, 'plain'), build(other, 'device')])
    },
  }
}

const line = (columns: readonly string[]) => `${columns.join('\t')}\n`

async function write(to: Writable, text: string): Promise<void> {
  if (!to.write(text)) await once(to, 'drain')
}
