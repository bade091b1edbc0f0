import type { Sql } from '#server/database'
import { type DeviceSort, type DeviceState, deviceSorts, deviceStates } from './api.ts'
import { badCursor } from './errors.ts'

/** Which order the list goes on in, and behind whom. No name, user or system: it stands in an address. */
export type Place = {
  readonly sort: DeviceSort
  readonly isBackwards: boolean
  readonly state: DeviceState
  readonly at: Date
  readonly id: string
}

export const writeCursor = ({ sort, isBackwards, state, at, id }: Place) =>
  Buffer.from(`${sort} ${isBackwards ? 'down' : 'up'} ${state} ${at.toISOString()} ${id}`).toString('base64url')

const form = new RegExp(
  `^(${deviceSorts.join('|')}) (up|down) (${deviceStates.join('|')}) (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`,
)

export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const match = form.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const at = new Date(match?.[4] ?? Number.NaN)
  if (!match || Number.isNaN(at.getTime())) throw badCursor()
  return {
    sort: match[1] as DeviceSort,
    isBackwards: match[2] === 'down',
    state: match[3] as DeviceState,
    at,
    id: match[5] as string,
  }
}

/** The newest is what people look for. */
export const isUsuallyBackwards = (sort: DeviceSort): boolean => sort === 'seen' || sort === 'enrolled'

/** Each has an index of just these columns, read from either end. */
export function orderBy(tx: Sql, sort: DeviceSort, isBackwards: boolean) {
  if (sort === 'enrolled')
    return isBackwards ? tx`order by d.enrolled_at desc, d.device_id desc` : tx`order by d.enrolled_at, d.device_id`
  if (sort === 'agent')
    return isBackwards ? tx`order by d.agent_version desc, d.device_id desc` : tx`order by d.agent_version, d.device_id`
  if (sort === 'system')
    return isBackwards
      ? tx`order by d.os_name desc, d.os_version desc, d.device_id desc`
      : tx`order by d.os_name, d.os_version, d.device_id`
  return isBackwards ? tx`order by d.last_seen_at desc, d.device_id desc` : tx`order by d.last_seen_at, d.device_id`
}

/** Behind the last row of the page before; words that stand in its row are read there again. */
export function behind(tx: Sql, organizationId: string, { sort, isBackwards, at, id }: Place) {
  if (sort === 'agent' || sort === 'system') {
    const last = tx`from devices.device l where l.organization_id = ${organizationId} and l.device_id = ${id}`
    if (sort === 'agent')
      return isBackwards
        ? tx`and (d.agent_version, d.device_id) < ((select l.agent_version ${last}), ${id})`
        : tx`and (d.agent_version, d.device_id) > ((select l.agent_version ${last}), ${id})`
    return isBackwards
      ? tx`and (d.os_name, d.os_version, d.device_id) < ((select l.os_name ${last}), (select l.os_version ${last}), ${id})`
      : tx`and (d.os_name, d.os_version, d.device_id) > ((select l.os_name ${last}), (select l.os_version ${last}), ${id})`
  }
  if (sort === 'enrolled')
    return isBackwards
      ? tx`and (d.enrolled_at, d.device_id) < (${at}, ${id})`
      : tx`and (d.enrolled_at, d.device_id) > (${at}, ${id})`
  return isBackwards
    ? tx`and (d.last_seen_at, d.device_id) < (${at}, ${id})`
    : tx`and (d.last_seen_at, d.device_id) > (${at}, ${id})`
}
