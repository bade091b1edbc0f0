import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { detectionStates, dones, severities } from '#portal/detections/api'
import { DenseSwitch } from '../../design/dense.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useMay, useOrganization } from '../session.ts'
import { type DetectionsAddress, isFiltered } from './detections-address.ts'
import { detections } from './requests.ts'

/** Whoever may handle nothing need not know who may. */
export function useAssignees() {
  const { organizationId } = useOrganization()
  const mayManage = useMay('detections.manage')
  const { data } = useQuery({
    queryKey: ['detection-assignees', organizationId],
    queryFn: () => detections.assignees(organizationId),
    enabled: mayManage,
    staleTime: 30_000,
  })
  return data?.people ?? []
}

/** What is asked for most stands open; the rest is one press away, and open while it is in use. */
export function DetectionsFilters() {
  const t = useTexts()
  const address = useSearch({ from: '/signed-in/detections' })
  const navigate = useNavigate({ from: '/detections' })
  const people = useAssignees()
  const [isOpen, setIsOpen] = useState(false)
  const { state: _, severity: _1, ...others } = address
  const set = (name: keyof DetectionsAddress, value: string) =>
    navigate({
      search: (old) => {
        const { [name]: _gone, ...rest } = old
        return value ? ({ ...rest, [name]: value } as DetectionsAddress) : rest
      },
      replace: true,
    })
  const all = { value: '', label: t('detections.all') }
  const pick = (
    name: 'state' | 'severity' | 'assignee' | 'done',
    label: string,
    data: { value: string; label: string }[],
  ) => (
    <NativeSelect
      label={label}
      value={address[name] ?? ''}
      onChange={(event) => set(name, event.currentTarget.value)}
      data={[all, ...data]}
    />
  )
  return (
    <div className="tools" style={{ marginTop: 24 }}>
      {pick('state', t('handling.state'), [
        { value: 'unresolved', label: t('handling.unresolved') },
        ...detectionStates.map((value) => ({ value, label: t(`detectionStates.${value}`) })),
      ])}
      {pick(
        'severity',
        t('handling.severity'),
        severities.map((value) => ({ value, label: t(`severities.${value}`) })),
      )}
      {isOpen || isFiltered(others) ? (
        <>
          {pick('assignee', t('handling.assignee'), [
            { value: 'nobody', label: t('handling.nobody') },
            ...people.map(({ personId, name }) => ({ value: personId, label: name })),
          ])}
          {pick(
            'done',
            t('detections.done'),
            dones.map((value) => ({ value, label: t(`dones.${value}`) })),
          )}
          {(['from', 'to'] as const).map((name) => (
            <TextInput
              key={name}
              label={t(`handling.${name}`)}
              type="date"
              value={address[name] ?? ''}
              onChange={(event) => set(name, event.currentTarget.value)}
            />
          ))}
        </>
      ) : (
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t('handling.moreFilters')}
        </Button>
      )}
      <DenseSwitch />
      {address.deviceId ? <span className="mute small">{t('detections.onlyDevice')}</span> : null}
      {isFiltered(address) ? (
        <Button variant="subtle" onClick={() => navigate({ search: {}, replace: true })}>
          {t('audit.clear')}
        </Button>
      ) : null}
    </div>
  )
}
