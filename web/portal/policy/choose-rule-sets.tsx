import { Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTexts } from '../../texts/use-texts.ts'
import { ruleSets } from '../api.ts'
import { useOrganization } from '../session.ts'

/** Null: every set that the provider has in use, also those that come later. */
export function ChooseRuleSets({
  chosen,
  set,
  mayManage,
}: {
  chosen: readonly string[] | null
  set: (chosen: string[] | null) => void
  mayManage: boolean
}) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { data } = useQuery({
    queryKey: ['rule-sets', organizationId],
    queryFn: () => ruleSets.list(organizationId),
  })
  const used = data?.sets.filter(({ isUsed }) => isUsed) ?? []
  const all = used.map(({ name }) => name)
  return (
    <>
      <Checkbox
        label={t('policy.allRuleSets')}
        description={t('policy.ruleSetsWhy')}
        checked={chosen === null}
        disabled={!mayManage}
        onChange={(event) => set(event.currentTarget.checked ? null : all)}
      />
      {chosen === null ? null : (
        <Checkbox.Group label={t('policy.ruleSets')} value={[...chosen]} onChange={(names) => set(names)}>
          {used.map(({ name, title }) => (
            <Checkbox key={name} mt={8} value={name} label={title} disabled={!mayManage} />
          ))}
        </Checkbox.Group>
      )}
    </>
  )
}
