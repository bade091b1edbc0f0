import { createHmac } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Policies } from '#portal/policies'
import type { RuleSets } from '#portal/rule-sets'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database, Sql } from '#server/database'
import { gather } from '#server/gather'
import type { Keys } from '#server/keys/keys'
import { within } from '#server/purpose'
import type { CheckedIn, CheckIn } from './api.ts'
import { nextCheckIn } from './state.ts'

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly keys: Pick<Keys, 'tokenKey'>
  readonly policies: Pick<Policies, 'forDevices'>
  readonly ruleSets: Pick<RuleSets, 'forDevices'>
  readonly subscriptions: Pick<Subscriptions, 'notCollecting'>
  readonly cloud: () => CheckedIn['cloud']
}

type Asked = {
  readonly organizationId: string
  readonly deviceId: string
  readonly mark: string
  readonly policyVersion: number
}
type Row = { device_id: string; group_id: string | null; last_seen_at: Date }

/** When a device was seen is written no more often: of minutes nobody tells seconds, and each time every index of the row is written. */
const seenAnewMilliseconds = 30_000
/** How many devices there are decides only when they come again. */
const countedMilliseconds = 300_000
const mostOrganizations = 10_000
/** More than this makes no difference. */
const mostCounted = 3_000

export type Hearing = {
  /** What it tells as a number that is the same for the same, and says nothing without the key of its organisation. */
  mark(organizationId: string, told: CheckIn): Promise<string>
  /** The answer, where it tells what it told before, obeys its policy and has nothing to do; undefined otherwise. */
  hear(asked: Asked): Promise<CheckedIn | undefined>
  /** Seconds until it comes again. */
  next(organizationId: string, hasActions: boolean): Promise<number>
}

/**
 * Nearly every check-in tells nothing new. Those of one moment, of whichever organisations, are heard in one statement of each area, which answers numbers and
 * settings; whatever is new goes its own way, in a transaction that sees the organisation (check-in.ts).
 */
export function createHearing(uses: Uses): Hearing {
  const { database, clock, keys, policies, ruleSets, subscriptions, cloud } = uses
  const { sql } = database
  const counts = new Map<string, { readonly until: number; readonly count: number }>()

  async function next(organizationId: string, hasActions: boolean): Promise<number> {
    const known = counts.get(organizationId)
    if (known && known.until > performance.now()) return nextCheckIn(known.count, hasActions)
    if (counts.size >= mostOrganizations) counts.clear()
    const count = await database.inOrganization(organizationId, (tx) => countDevices(tx, organizationId))
    counts.set(organizationId, { until: performance.now() + countedMilliseconds, count })
    return nextCheckIn(count, hasActions)
  }

  const hear = gather<Asked, CheckedIn | undefined>((asked) =>
    within('service', async () => {
      const now = clock.now()
      const [rows, silent] = await Promise.all([
        sql<Row[]>`
          select device_id, group_id, last_seen_at
          from devices.unchanged(${asked.map(({ deviceId }) => deviceId)}::uuid[], ${asked.map(({ mark }) => mark)}::int8[], ${now})`,
        // EP-14: not even when it was seen is kept where protection is not subscribed to.
        subscriptions.notCollecting(
          sql,
          asked.map(({ organizationId }) => organizationId),
          'endpoint-protection',
        ),
      ])
      const found = new Map(rows.map((row) => [row.device_id, row]))
      const same = asked.filter(({ deviceId, organizationId }) => found.has(deviceId) && !silent.has(organizationId))
      const effective = await policies.forDevices(
        sql,
        same.map(({ organizationId, deviceId }) => ({
          organizationId,
          groupId: found.get(deviceId)?.group_id ?? null,
          deviceId,
        })),
      )
      const obeyed = same.flatMap((one, at) => {
        const { version, settings } = effective[at] as (typeof effective)[number]
        return version === one.policyVersion ? [{ ...one, chosen: settings.ruleSets }] : []
      })
      const longAgo = now.getTime() - seenAnewMilliseconds
      const [sets] = await Promise.all([
        ruleSets.forDevices(sql, obeyed),
        markSeen(
          obeyed.filter(({ deviceId }) => Number(found.get(deviceId)?.last_seen_at) < longAgo),
          now,
        ),
      ])
      const place = cloud()
      const answers = await Promise.all(
        obeyed.map(async ({ organizationId, deviceId }, at) => {
          const answer: CheckedIn = {
            policy: null,
            ruleSets: sets[at] ?? [],
            actions: [],
            collects: true,
            cloud: place,
            next: await next(organizationId, false),
          }
          return [deviceId, answer] as const
        }),
      )
      const answerOf = new Map(answers)
      return asked.map(({ deviceId }) => answerOf.get(deviceId))
    }),
  )

  async function markSeen(devices: readonly Asked[], now: Date): Promise<void> {
    if (devices.length > 0) await sql`select devices.seen(${devices.map(({ deviceId }) => deviceId)}::uuid[], ${now})`
  }

  return {
    async mark(organizationId, told) {
      const key = await keys.tokenKey(organizationId)
      const digest = createHmac('sha256', key).update('devices|told|').update(JSON.stringify(told)).digest()
      return String(digest.readBigInt64BE(0))
    },
    hear,
    next,
  }
}

async function countDevices(tx: Sql, organizationId: string): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from (select 1 from devices.device where organization_id = ${organizationId} limit ${mostCounted}) d`
  return row?.count ?? 0
}
