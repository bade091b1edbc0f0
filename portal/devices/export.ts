import { Readable } from 'node:stream'
import type { Clock } from '#base/clock'
import { csvLine, csvMark } from '#base/csv'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Database } from '#server/database'
import { within } from '#server/purpose'
import { Reply } from '#server/routes'
import type { DeviceQuery, ListedDevice } from './api.ts'
import { filterOf, idsByName, inPlan } from './by-name.ts'
import { namesNotReady } from './errors.ts'
import { countMatching, keepMatching, matches } from './filter.ts'
import { readLabels } from './labels.ts'
import { readNamed, show } from './list.ts'
import type { Sealed } from './sealed.ts'

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealed
  readonly audit: Pick<Audit, 'record'>
}

/** In memory at a time; each handful is a transaction of its own, so that a slow reader holds nothing. */
const rowsAtOnce = 500
const everyDevice = 1_000_000
const first = '00000000-0000-0000-0000-000000000000'

const head =
  'name,user,state,protection,why,since,system,system_version,agent_version,group,tags,last_seen_at,enrolled_at,device_id'

/** What the filter and search leave, as CSV: streamed, and recorded with how many there are. */
export async function exportDevices(uses: Uses, organizationId: string, query: DeviceQuery, by: By): Promise<Reply> {
  const { clock, audit } = uses
  const of = { organizationId, filter: filterOf(query) }
  const found = query.search ? await idsByName(uses, organizationId, query) : undefined
  if (query.search && !found) throw namesNotReady()
  const searched = found && (await inPlan(uses, organizationId, (tx) => keepMatching(tx, of, clock, found)))
  const names = await inPlan(uses, organizationId, async (tx) => {
    const { count } = searched ? { count: searched.length } : await countMatching(tx, of, clock, everyDevice)
    const target = { kind: 'organization', id: organizationId } as const
    const details = { count, by_name: searched !== undefined, filters: Object.keys(of.filter).map(word) }
    await audit.record(tx, { organizationId, action: 'devices.exported', target, details, ...by })
    const [groups, tags] = [await readLabels(uses, tx, 'group'), await readLabels(uses, tx, 'tag')]
    return new Map([...groups, ...tags].map(({ id, name }) => [id, name]))
  })

  /** The next handful: of those that a search has found in its order, of all others by number. */
  const next = (at: number, after: string) =>
    inPlan(uses, organizationId, async (tx) => {
      const ids = searched
        ? searched.slice(at, at + rowsAtOnce)
        : (
            await tx<{ device_id: string }[]>`
              select d.device_id from devices.device d
              where d.organization_id = ${organizationId} and d.device_id > ${after} ${matches(tx, organizationId, of.filter, clock)}
              order by d.device_id limit ${rowsAtOnce}`
          ).map((row) => row.device_id)
      return { ids, devices: await show(uses, tx, organizationId, await readNamed(tx, organizationId, ids)) }
    })

  const write = async function* () {
    yield `${csvMark}${head}\r\n`
    let after = first
    for (let at = 0; searched ? at < searched.length : true; at += rowsAtOnce) {
      const { ids, devices } = await within('service', () => next(at, after))
      if (devices.length > 0) yield devices.map((device) => csvLine(cells(device, names))).join('')
      if (!searched && ids.length < rowsAtOnce) return
      after = ids.at(-1) ?? after
    }
  }
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="devices-${clock.now().toISOString().slice(0, 10)}.csv"`,
  }
  return new Reply(200, headers, Readable.from(write()))
}

const word = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const cells = (device: ListedDevice, names: ReadonlyMap<string, string>) => [
  device.name,
  device.user,
  device.state,
  device.because?.protection ?? null,
  device.because?.why ?? null,
  device.because?.since ?? null,
  device.os.name,
  device.os.version,
  device.agentVersion,
  device.groupId && (names.get(device.groupId) ?? null),
  device.tagIds.map((id) => names.get(id) ?? '').join('; '),
  device.lastSeenAt,
  device.enrolledAt,
  device.deviceId,
]
