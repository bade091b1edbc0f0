import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { newId } from '#base/ids'
import { descriptions } from '#portal'
import { connect, type DatabaseAddress } from '#server/database'
import type { Sealing } from '#server/sealed'
import { draw, type MadeDevice } from '#tests/made-devices'

/**
 * Rows as the portal makes them, sealed with each device's own key, laid down as a restored backup is: by COPY, and the indexes built afterwards, as they
 * were described.
 */
export async function createLayer(address: DatabaseAddress, sealed: Pick<Sealing, 'table'>) {
  const of = (schema: string) => descriptions.find((one) => one.schema === schema) as (typeof descriptions)[number]
  const device = sealed.table(of('devices'), 'device', ['name', 'user', 'serial', 'addresses', 'hardware'])
  const detection = sealed.table(of('detections'), 'detection', [
    'path',
    'findings',
    'not_unpacked',
    'process',
    'user',
    'paths',
  ])
  const sql = connect(address, 1)
  await sql.unsafe("set statement_timeout = 0; set maintenance_work_mem = '256MB'")

  async function lay(table: string, columns: string, write: (put: (lines: string) => Promise<void>) => Promise<void>) {
    const indexes = await sql<{ name: string; definition: string }[]>`
      select i.relname as name, pg_catalog.pg_get_indexdef(i.oid) as definition from pg_catalog.pg_index x
      join pg_catalog.pg_class i on i.oid = x.indexrelid where x.indrelid = ${table}::regclass and not x.indisunique`
    const schema = table.split('.')[0] ?? ''
    for (const { name } of indexes) await sql.unsafe(`drop index ${schema}.${name}`)
    const to: Writable = await sql.unsafe(`copy ${table} (${columns}) from stdin`).writable()
    await write(async (lines) => {
      if (!to.write(lines)) await once(to, 'drain')
    })
    to.end()
    await finished(to)
    for (const { definition } of indexes) await sql.unsafe(definition)
    await sql.unsafe(`vacuum (freeze, analyze) ${table}`)
  }

  const line = (cells: readonly unknown[]) => `${cells.map((one) => (one === null ? '\\N' : String(one))).join('\t')}\n`
  const bytes = (value: Uint8Array) => `\\\\x${Buffer.from(value).toString('hex')}`

  return {
    end: () => sql.end(),
    async devices(fleets: ReadonlyMap<string, readonly MadeDevice[]>, groups: readonly string[]): Promise<void> {
      const columns = `organization_id, device_id, public_key, hardware_token, code_id, sealed, language, os, agent_version, as_root, state, because,
        protections, rules, events_lost, enrolled_at, updated_at, last_seen_at, group_id`
      await lay('devices.device', columns, async (put) => {
        for (const [organizationId, devices] of fleets)
          for (let at = 0; at < devices.length; at += 2_000) {
            const some = devices.slice(at, at + 2_000)
            const values = await device.seal(
              some.map(({ id, name, user, serial, hardware }) => ({
                row: { organization_id: organizationId, device_id: id },
                values: { name, user, serial, addresses: '["192.0.2.7"]', hardware },
              })),
            )
            const tokens = await device.tokens(
              'hardware',
              some.map(({ hardware }) => hardware),
              organizationId,
            )
            await put(
              some.map((one, place) => row(organizationId, one, values[place]!, tokens[place]!, groups)).join(''),
            )
          }
      })
    },
    async tags(organizationId: string, devices: readonly MadeDevice[], tags: readonly string[]): Promise<void> {
      await lay('devices.tagged', 'organization_id, tag_id, device_id', (put) =>
        put(devices.map(({ id }) => line([organizationId, tags[draw(tags.length)], id])).join('')),
      )
    },
    /** `count` of them, spread over all devices and the last thirty days. */
    async events(fleets: ReadonlyMap<string, readonly MadeDevice[]>, count: number, now: number): Promise<void> {
      const all = [...fleets].flatMap(([organizationId, devices]) => devices.map(({ id }) => ({ organizationId, id })))
      const each = Math.ceil(count / all.length)
      const columns = `organization_id, detection_id, device_id, kind, happened_at, received_at, changed_at, rule, rule_set, source, sha256, bytes,
        file_type, done, is_seen_late, sealed`
      await lay('detections.detection', columns, async (put) => {
        let left = count
        for (let at = 0; at < all.length && left > 0; at += 200) {
          // One scope at a time: its keys are asked for together.
          for (const [organizationId, some] of Map.groupBy(all.slice(at, at + 200), (one) => one.organizationId)) {
            const places = some
              .flatMap(({ id }) => Array.from({ length: each }, () => id))
              .slice(0, left)
              .map((id) => ({ organization_id: organizationId, device_id: id, detection_id: newId() }))
            left -= places.length
            const values = await detection.seal(
              places.map((place) => ({
                row: place,
                values: {
                  path: `/srv/lataukset/lasku-${draw(10_000)}.exe`,
                  findings: '[{"rule":"eicar","ruleSet":"vartio-test","source":"rules","place":[]}]',
                  not_unpacked: null,
                  process: null,
                  user: null,
                  paths: null,
                },
              })),
            )
            const lines = places.map((place, index) => {
              const then = new Date(now - draw(30 * 86_400) * 1_000).toISOString()
              const done = draw(10_000) === 0 ? 'reported' : 'quarantined'
              return line([
                organizationId,
                place.detection_id,
                place.device_id,
                'detection',
                then,
                then,
                then,
                'eicar',
                'vartio-test',
                'rules',
                bytes(randomBytes(32)),
                68,
                'text',
                done,
                false,
                bytes(values[index] as Uint8Array),
              ])
            })
            await put(lines.join(''))
          }
        }
      })
      await sql`
        insert into detections.daily (organization_id, day, part, count)
        select organization_id, date_trunc('day', received_at, 'UTC'), 0, count(*) from detections.detection group by 1, 2`
    },
  }

  function row(
    organizationId: string,
    one: MadeDevice,
    value: Uint8Array,
    token: string,
    groups: readonly string[],
  ): string {
    const since = one.seenAt.toISOString()
    const state = one.state === 'protected' ? 'on' : one.state
    const protections = ['real-time', 'scanner', 'quarantine', 'encryptors', 'cloud', 'rules'].map((name) => ({
      name,
      state: name === 'real-time' ? state : 'on',
      since,
    }))
    return line([
      organizationId,
      one.id,
      bytes(one.publicKey),
      token,
      organizationId,
      bytes(value),
      'fi',
      JSON.stringify(one.os),
      one.agentVersion,
      true,
      one.state,
      one.state === 'protected' ? null : JSON.stringify({ protection: 'real-time', why: null, since }),
      JSON.stringify(protections),
      JSON.stringify({ sets: ['a', 'b'], updatedAt: since, testOnly: one.hasTestRules }),
      one.lost,
      one.enrolledAt.toISOString(),
      one.enrolledAt.toISOString(),
      since,
      groups.length > 0 && draw(3) > 0 ? groups[draw(groups.length)] : null,
    ])
  }
}
