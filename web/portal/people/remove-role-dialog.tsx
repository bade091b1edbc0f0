import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type AnyRole, type OwnRole, ownRoles } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { roles } from './roles.ts'

type Props = { role: OwnRole; others: readonly OwnRole[]; close: () => void; refresh: () => Promise<void> }

/** Whoever removes a role says what those get who would have nothing without it. */
export function RemoveRoleDialog({ role, others, close, refresh }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [instead, setInstead] = useState<AnyRole>('viewer')
  const remove = async () => {
    await confirmed(() => ownRoles.remove(organizationId, role.roleId, instead))
    tell(t('ownRoles.removed', { name: role.name }))
    await refresh()
  }
  return (
    <>
      <TypeToConfirm
        title={t('ownRoles.removeTitle', { name: role.name })}
        word={role.name}
        label={t('ownRoles.removeType')}
        act={t('ownRoles.remove')}
        run={remove}
        close={close}
      >
        <p>{t('ownRoles.removeWhat', { count: role.people })}</p>
        <NativeSelect
          label={t('ownRoles.instead')}
          description={t('ownRoles.insteadWhy')}
          value={instead}
          onChange={(event) => setInstead(event.currentTarget.value as AnyRole)}
          data={[
            ...[...roles].reverse().map((value) => ({ value, label: t(`roles.${value}.name`) })),
            ...others
              .filter(({ roleId }) => roleId !== role.roleId)
              .map(({ roleId, name }) => ({ value: roleId, label: name })),
          ]}
        />
      </TypeToConfirm>
      {confirming}
    </>
  )
}
