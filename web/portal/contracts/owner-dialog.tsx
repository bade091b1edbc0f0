import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type ContractAnswer, contracts, type OrganizationNode, organizations } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

type OwnerProps = { of: ContractAnswer; close: () => void; refresh: () => Promise<void> }

const listed = (node: OrganizationNode): OrganizationNode[] => node.children.flatMap((one) => [one, ...listed(one)])

/** Which organisation looks after a service itself; none: whoever runs this Vartio does. */
export function OwnerDialog(props: OwnerProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['organizations', organizationId],
    queryFn: () => organizations.tree(organizationId),
  })
  return (
    <Dialog title={t('owners.title', { name: props.of.name })} close={props.close}>
      <Answer query={query}>{({ root }) => <OwnerForm {...props} nodes={listed(root)} />}</Answer>
    </Dialog>
  )
}

function OwnerForm({ of, close, refresh, nodes }: OwnerProps & { nodes: readonly OrganizationNode[] }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const form = useForm({ owner: of.owner?.organizationId ?? '' }, {}, async ({ owner }) => {
    await confirmed(() => contracts.setOwner(organizationId, of.clientId, owner === '' ? null : owner))
    tell(t('owners.wasSet'))
    close()
    await refresh()
  })
  const data = [...nodes]
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((node) => ({ value: node.organizationId, label: node.name }))
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <p>{t('owners.what')}</p>
      <NativeSelect
        {...form.field('owner')}
        label={t('owners.owner')}
        data={[{ value: '', label: t('owners.nobody') }, ...data]}
        data-autofocus
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" loading={form.isBusy}>
          {t('contracts.save')}
        </Button>
        <Button variant="default" onClick={close}>
          {t('cancel')}
        </Button>
      </div>
      {confirming}
    </form>
  )
}
