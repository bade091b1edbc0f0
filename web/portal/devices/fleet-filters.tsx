import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type DeviceChoices, type DeviceFilter, type DeviceSort, deviceSorts, stateFilters } from '#portal/devices/api'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { useOrganization } from '../session.ts'
import type { FleetAddress } from './fleet-address.ts'
import { useFleetWords } from './words.ts'

export function useChoices() {
  const { organizationId } = useOrganization()
  return useQuery({
    queryKey: ['device-choices', organizationId],
    queryFn: () => devices.choices(organizationId),
    staleTime: 30_000,
  })
}

type Props = {
  filter: DeviceFilter
  choices: DeviceChoices | undefined
  sort: DeviceSort | undefined
  address: FleetAddress
  change: (next: FleetAddress) => void
  orderBy: (sort: DeviceSort) => void
}

/** What is asked for most stands open; the rest is one press away, and open while it is in use. */
export function FleetFilters({ filter, choices, sort, address, change, orderBy }: Props) {
  const t = useTexts()
  const words = useFleetWords()
  const { state, ...others } = filter
  const [isOpen, setIsOpen] = useState(false)
  const isUsed = Object.values(others).some((value) => value !== undefined)
  const set = (next: Partial<Record<keyof FleetAddress, unknown>>) =>
    change(Object.fromEntries(Object.entries({ ...address, ...next }).filter(([, value]) => value)) as FleetAddress)
  const all = { value: '', label: t('devices.allStates') }
  const systems = choices?.systems ?? []
  return (
    <>
      <NativeSelect
        label={t('devices.stateFilter')}
        value={state ?? ''}
        onChange={(event) => set({ state: event.currentTarget.value })}
        data={[
          all,
          ...stateFilters.map((value) => ({
            value,
            label: value === 'failing' ? t('devices.failing') : words.state(value),
          })),
        ]}
      />
      <NativeSelect
        label={t('devices.sort')}
        value={sort ?? 'name'}
        onChange={(event) => orderBy(event.currentTarget.value as DeviceSort)}
        data={deviceSorts.map((value) => ({ value, label: t(`devices.sorts.${value}`) }))}
      />
      {isOpen || isUsed ? (
        <>
          <NativeSelect
            label={t('devices.group')}
            value={filter.groupId ?? ''}
            onChange={(event) => set({ groupId: event.currentTarget.value })}
            data={[
              all,
              { value: 'none', label: t('devices.noGroup') },
              ...(choices?.groups ?? []).map(({ groupId, name }) => ({ value: groupId, label: name })),
            ]}
          />
          <NativeSelect
            label={t('devices.tag')}
            value={filter.tagId ?? ''}
            onChange={(event) => set({ tagId: event.currentTarget.value })}
            data={[all, ...(choices?.tags ?? []).map(({ tagId, name }) => ({ value: tagId, label: name }))]}
          />
          <NativeSelect
            label={t('devices.system')}
            value={filter.system ? `${filter.system}\n${filter.systemVersion ?? ''}` : ''}
            onChange={(event) => {
              const [system, systemVersion] = event.currentTarget.value.split('\n')
              set({ system, systemVersion })
            }}
            data={[
              all,
              ...[...new Set(systems.map(({ name }) => name))].flatMap((name) => [
                { value: `${name}\n`, label: name },
                ...systems
                  .filter((one) => one.name === name)
                  .map(({ version }) => ({ value: `${name}\n${version}`, label: `${name} ${version}` })),
              ]),
            ]}
          />
          <NativeSelect
            label={t('devices.agentVersion')}
            value={filter.agentVersion ?? ''}
            onChange={(event) => set({ agentVersion: event.currentTarget.value })}
            data={[all, ...(choices?.agentVersions ?? []).map((value) => ({ value, label: value }))]}
          />
          <NativeSelect
            label={t('devices.unseen')}
            value={String(filter.unseenDays ?? '')}
            onChange={(event) => set({ unseenDays: Number(event.currentTarget.value) })}
            data={[
              all,
              ...[1, 7, 30, 90].map((days) => ({ value: String(days), label: t('devices.days', { count: days }) })),
            ]}
          />
          <NativeSelect
            label={t('devices.only')}
            value={filter.only ?? ''}
            onChange={(event) => set({ only: event.currentTarget.value })}
            data={[
              all,
              { value: 'test-rules', label: t('fleet.testRules') },
              { value: 'lost-events', label: t('devices.lostEvents') },
            ]}
          />
        </>
      ) : (
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t('devices.moreFilters')}
        </Button>
      )}
    </>
  )
}
