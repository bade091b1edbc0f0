import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { DenseSwitch } from '../../design/dense.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { people } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { useActionNames } from './action-names.ts'

/** The filters stand in the address, so that what was found can be sent to a colleague. */
export function AuditFilters({ actions, isFiltered }: { actions: readonly string[]; isFiltered: boolean }) {
  const t = useTexts()
  const actionName = useActionNames()
  const { organizationId } = useOrganization()
  const mayReadPeople = useMay('people.read')
  const search = useSearch({ from: '/signed-in/audit' })
  const navigate = useNavigate({ from: '/audit' })
  const persons = useQuery({
    queryKey: ['people', organizationId, 'all'],
    queryFn: () => people.list(organizationId, ''),
    enabled: mayReadPeople,
  })
  const set = (name: keyof typeof search, value: string) =>
    navigate({ search: ({ [name]: _, ...rest }) => (value ? { ...rest, [name]: value } : rest), replace: true })
  const known = search.action && !actions.includes(search.action) ? [search.action, ...actions] : actions
  return (
    <div className="tools">
      <NativeSelect
        label={t('audit.action')}
        value={search.action ?? ''}
        onChange={(event) => set('action', event.currentTarget.value)}
        data={[{ value: '', label: t('audit.all') }, ...known.map((value) => ({ value, label: actionName(value) }))]}
      />
      {mayReadPeople ? (
        <NativeSelect
          label={t('audit.person')}
          value={search.personId ?? ''}
          onChange={(event) => set('personId', event.currentTarget.value)}
          data={[
            { value: '', label: t('audit.everyone') },
            ...(persons.data?.people ?? []).map(({ personId, name }) => ({ value: personId, label: name })),
          ]}
        />
      ) : null}
      <TextInput
        label={t('audit.from')}
        type="date"
        value={search.from ?? ''}
        onChange={(event) => set('from', event.currentTarget.value)}
      />
      <TextInput
        label={t('audit.to')}
        type="date"
        value={search.to ?? ''}
        onChange={(event) => set('to', event.currentTarget.value)}
      />
      <DenseSwitch />
      {isFiltered ? (
        <Button variant="subtle" onClick={() => navigate({ search: {}, replace: true })}>
          {t('audit.clear')}
        </Button>
      ) : null}
    </div>
  )
}
