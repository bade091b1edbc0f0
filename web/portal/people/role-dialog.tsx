import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Grantable, type OwnRole, ownRoles } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { areaNames, grantAreas } from './may-list.tsx'

/** Places to begin from, for whoever does not want to begin from nothing. */
const patterns = {
  watch: ['overview.read', 'devices.read', 'detections.read', 'policies.read'],
  devices: ['overview.read', 'devices.read', 'devices.manage', 'policies.read'],
  detections: ['overview.read', 'devices.read', 'detections.read', 'detections.manage'],
} as const satisfies Record<string, readonly Grantable[]>

type Props = {
  mayGrant: readonly Grantable[]
  /** Made after this one. */
  from?: OwnRole | undefined
  changed?: OwnRole
  close: () => void
  refresh: () => Promise<void>
}

export function RoleDialog({ mayGrant, from, changed, close, refresh }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [chosen, setChosen] = useState<Grantable[]>(changed?.permissions ?? from?.permissions ?? [])
  const form = useForm({ name: changed?.name ?? '' }, { name: ['required'] }, async ({ name }) => {
    const role = { name, permissions: chosen }
    await confirmed(async () => {
      await (changed ? ownRoles.change(organizationId, changed.roleId, role) : ownRoles.make(organizationId, role))
    })
    tell(t('ownRoles.saved', { name }))
    close()
    await refresh()
  })
  return (
    <Dialog
      title={changed ? t('ownRoles.changeTitle', { name: changed.name }) : t('ownRoles.make')}
      close={close}
      isCovered={confirming !== null}
    >
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('name')}
          label={t('ownRoles.name')}
          description={t('ownRoles.nameWhy')}
          data-autofocus
        />
        {changed || from ? null : (
          <NativeSelect
            label={t('ownRoles.begin')}
            data={[
              { value: '', label: t('ownRoles.beginNothing') },
              ...(Object.keys(patterns) as (keyof typeof patterns)[]).map((value) => ({
                value,
                label: t(`ownRoles.patterns.${value}`),
              })),
            ]}
            onChange={(event) => {
              const pattern: readonly Grantable[] = patterns[event.currentTarget.value as keyof typeof patterns] ?? []
              setChosen(pattern.filter((one) => mayGrant.includes(one)))
            }}
          />
        )}
        {changed ? <p>{t('ownRoles.changeWhat', { count: changed.people })}</p> : null}
        {areaNames.map((area) => (
          <AreaBoxes key={area} area={area} mayGrant={mayGrant} chosen={chosen} change={setChosen} />
        ))}
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={chosen.length === 0} loading={form.isBusy}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
      {confirming}
    </Dialog>
  )
}

type BoxesProps = {
  area: (typeof areaNames)[number]
  mayGrant: readonly Grantable[]
  chosen: readonly Grantable[]
  change: (chosen: Grantable[]) => void
}

/** What one may not give is not offered; what the role has of it already can only be taken away by whoever has it. */
function AreaBoxes({ area, mayGrant, chosen, change }: BoxesProps) {
  const t = useTexts()
  const here = grantAreas[area]
  const offered = here.filter((one) => mayGrant.includes(one) || chosen.includes(one))
  if (offered.length === 0) return null
  return (
    <Checkbox.Group
      label={t(`ownRoles.areas.${area}`)}
      value={offered.filter((one) => chosen.includes(one))}
      onChange={(values) =>
        change([...chosen.filter((one) => !here.includes(one)), ...offered.filter((one) => values.includes(one))])
      }
    >
      {offered.map((one) => (
        <Checkbox key={one} value={one} label={t(`ownRoles.may.${one}`)} disabled={!mayGrant.includes(one)} mt={10} />
      ))}
    </Checkbox.Group>
  )
}
