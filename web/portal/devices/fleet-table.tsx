import { UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { DeviceChoices, DeviceColumn, DeviceList, DeviceSort } from '#portal/devices/api'
import { useDense } from '../../design/dense.tsx'
import { PlainLink } from '../../design/link.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { ListedDevice } from '../api.ts'
import { Because } from './because.tsx'
import { looks, useFleetWords } from './words.ts'

export const usualColumns: readonly DeviceColumn[] = ['state', 'system', 'group', 'tags', 'seen']

const sortOf: Partial<Record<DeviceColumn, DeviceSort>> = {
  state: 'state',
  system: 'system',
  agent: 'agent',
  seen: 'seen',
  enrolled: 'enrolled',
}

export type Chosen = ReadonlySet<string> | 'all'

type Props = {
  list: DeviceList
  choices: DeviceChoices | undefined
  columns: readonly DeviceColumn[]
  orderBy: (sort: DeviceSort, direction?: 'up' | 'down') => void
  chosen: Chosen
  /** Whoever may do nothing chooses nothing. */
  choose: ((next: Chosen) => void) | undefined
}

export function FleetTable({ list, choices, columns, orderBy, chosen, choose }: Props) {
  const t = useTexts()
  const isDense = useDense()
  const name = (id: string) =>
    choices?.groups.find(({ groupId }) => groupId === id)?.name ?? choices?.tags.find(({ tagId }) => tagId === id)?.name
  const toggle = (id: string) => {
    const next = new Set(chosen === 'all' ? list.devices.map(({ deviceId }) => deviceId) : chosen)
    if (!next.delete(id)) next.add(id)
    choose?.(next)
  }
  return (
    <div className="table-box">
      <table className="table" data-dense={isDense || undefined}>
        <thead>
          <tr>
            <SortHead list={list} sort="name" orderBy={orderBy}>
              {t('devices.name')}
            </SortHead>
            {columns.map((column) => (
              <SortHead key={column} list={list} sort={sortOf[column]} orderBy={orderBy}>
                {t(`devices.columns.${column}`)}
              </SortHead>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.devices.map((device) => (
            <tr key={device.deviceId} data-chosen={chosen === 'all' || chosen.has(device.deviceId) || undefined}>
              <td className="table-name">
                <div className="chosen-name">
                  {choose ? (
                    <input
                      type="checkbox"
                      className="check"
                      aria-label={t('devices.choose', { name: device.name ?? t('fleet.erased') })}
                      checked={chosen === 'all' || chosen.has(device.deviceId)}
                      onChange={() => toggle(device.deviceId)}
                    />
                  ) : null}
                  <div>
                    <PlainLink to={`/devices/${device.deviceId}`}>{device.name ?? t('fleet.erased')}</PlainLink>
                    {columns.includes('user') ? null : <span className="table-sub">{device.user}</span>}
                  </div>
                </div>
              </td>
              {columns.map((column) => (
                <td key={column} data-name={column === 'state' ? undefined : t(`devices.columns.${column}`)}>
                  <Cell column={column} device={device} name={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SortHead({
  list,
  sort,
  orderBy,
  children,
}: Pick<Props, 'list' | 'orderBy'> & { sort: DeviceSort | undefined; children: ReactNode }) {
  const isUp = list.direction === 'up'
  if (!sort) return <th scope="col">{children}</th>
  const isSorted = list.sort === sort
  const Arrow = isUp ? IconArrowUp : IconArrowDown
  return (
    <th scope="col" aria-sort={isSorted ? (isUp ? 'ascending' : 'descending') : undefined}>
      <UnstyledButton className="sort" onClick={() => (isSorted ? orderBy(sort, isUp ? 'down' : 'up') : orderBy(sort))}>
        {children}
        {isSorted ? <Arrow size={14} stroke={1.8} aria-hidden /> : null}
      </UnstyledButton>
    </th>
  )
}

type CellProps = { column: DeviceColumn; device: ListedDevice; name: (id: string) => string | undefined }

function Cell({ column, device, name }: CellProps): ReactNode {
  const t = useTexts()
  const words = useFleetWords()
  switch (column) {
    case 'state':
      return (
        <>
          <State is={looks[device.state]}>{words.state(device.state)}</State>
          <Because device={device} />
        </>
      )
    case 'user':
      return device.user ?? t('fleet.none')
    case 'system':
      return `${device.os.name} ${device.os.version}`
    case 'agent':
      return device.agentVersion
    case 'group':
      return (device.groupId && name(device.groupId)) ?? t('fleet.none')
    case 'tags':
      return device.tagIds.length === 0 ? (
        t('fleet.none')
      ) : (
        <span className="tags">
          {device.tagIds.map((id) => (
            <span key={id} className="tag">
              {name(id)}
            </span>
          ))}
        </span>
      )
    case 'seen':
      return <Time at={device.lastSeenAt} />
    case 'enrolled':
      return <Time at={device.enrolledAt} />
  }
}
