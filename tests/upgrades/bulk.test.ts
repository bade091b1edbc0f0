import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestPortal } from '#tests/portal'

// A house that was in the midst of doing something to many devices when each of them had a row: it goes on where it was, and can be undone.

const [companyId, tagId, runningId, doneId, scanId] = [newId(), newId(), newId(), newId(), newId()]
const devices = Array.from({ length: 1_300 }, () => newId()).toSorted()
const [before, waiting] = [devices.slice(0, 600), devices.slice(600)]

const portal = await createTestPortal({
  at: new Date('2026-11-23T05:00:00.000Z'),
  pollSeconds: 3_600,
  older: {
    before: '202611230440',
    async fill(admin) {
      const at = '2026-11-23T04:00:00Z'
      await admin`
        insert into organizations.organization (organization_id, name, is_provider, is_company, has_administrator, created_at)
        values (${companyId}, 'Turva', true, true, true, ${at})`
      await admin`
        insert into devices.device (organization_id, device_id, public_key, hardware_token, code_id, sealed, os, agent_version, state, enrolled_at,
          updated_at, last_seen_at)
        select ${companyId}, id, decode(repeat('00', 32), 'hex'), ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint, ${companyId},
          '\\x00', '{"name": "Debian"}', '0.1.0', 'protected', ${at}, ${at}, ${at}
        from unnest(${devices}::uuid[]) as t (id)`
      await admin`insert into devices.tag (organization_id, tag_id, sealed, created_at) values (${companyId}, ${tagId}, '\\x00', ${at})`
      await admin`
        insert into devices.tagged (organization_id, tag_id, device_id) select ${companyId}, ${tagId}, id from unnest(${before}::uuid[]) as t (id)`
      for (const [id, kind, state] of [
        [runningId, 'tag', 'running'],
        [doneId, 'tag', 'done'],
        [scanId, 'scan', 'done'],
      ] as const) {
        await admin`
          insert into devices.bulk (organization_id, bulk_id, kind, label_id, state, total, done, skipped, sealed, created_at)
          values (${companyId}, ${id}, ${kind}, ${kind === 'tag' ? tagId : null}, ${state}, 1300, 599, 1, '\\x00', ${at})`
        await admin`
          insert into devices.bulk_item (organization_id, bulk_id, device_id, state)
          select ${companyId}, ${id}, id, case when id = ${devices[0] ?? ''} then 'skipped' when id = any(${before}::uuid[]) then 'done' else 'waiting' end
          from unnest(${devices}::uuid[]) as t (id)`
      }
    },
  },
}) // biome-ignore format: one line a row
const { admin } = portal
const figures = async (bulkId: string) => {
  const [row] = await admin`select state, total, done, skipped, undone from devices.bulk where bulk_id = ${bulkId}`
  return { ...row }
}
const tagged = async () =>
  (await admin`select device_id from devices.tagged where tag_id = ${tagId} order by device_id`).map(
    (row) => row.device_id,
  )

test('what was under way goes on with those who waited, and is undone with those who were done before', async () => {
  const rows = await admin`select bulk_id, part, devices from devices.bulk_waiting order by part`
  assert.deepEqual(
    rows.map((row) => [row.bulk_id, row.part, row.devices.toSorted()]),
    [
      [runningId, 0, waiting.slice(0, 500)],
      [runningId, 1, waiting.slice(500)],
    ],
  )
  const items = await admin`select bulk_id, count(*)::int as count from devices.bulk_item group by 1`
  assert.deepEqual(
    new Map(items.map((row) => [row.bulk_id, row.count])),
    new Map([
      [runningId, 599],
      [doneId, 599],
    ]),
  )
  const bulk = { organizationId: companyId, bulkId: runningId }
  await portal.devices.runBulk(bulk)
  assert.deepEqual(await figures(runningId), { state: 'done', total: 1_300, done: 1_299, skipped: 1, undone: 0 })
  assert.deepEqual(await tagged(), devices)
  await portal.jobs.start()
  await portal.devices.undoBulk(bulk, {
    actor: { kind: 'command', name: 'test' },
    from: { ip: '192.0.2.1', userAgent: 'test' },
  })
  await portal.jobs.stop()
  await portal.devices.runBulk(bulk)
  assert.deepEqual(await figures(runningId), { state: 'undone', total: 1_300, done: 1_299, skipped: 1, undone: 1_299 })
  // The one that had it already keeps it.
  assert.deepEqual(await tagged(), [devices[0]])
})
