import { Checkbox } from '@mantine/core'
import { useTexts } from '../../texts/use-texts.ts'
import type { AnyRole, OwnRole } from '../api.ts'
import { roles } from './roles.ts'

type RoleBoxesProps = {
  held: readonly AnyRole[]
  change: (held: AnyRole[]) => void
  own?: readonly OwnRole[]
  error?: string | undefined
}

/** The roles with what each may do: whoever gives a role sees what they give. */
export function RoleBoxes({ held, change, own = [], error }: RoleBoxesProps) {
  const t = useTexts()
  return (
    <Checkbox.Group
      label={t('people.roles')}
      value={[...held]}
      onChange={(values) => change(values as AnyRole[])}
      error={error}
    >
      {roles.map((role) => (
        <Checkbox
          key={role}
          value={role}
          label={t(`roles.${role}.name`)}
          description={t(`roles.${role}.may`)}
          mt={10}
        />
      ))}
      {own.map(({ roleId, name, permissions }) => (
        <Checkbox
          key={roleId}
          value={roleId}
          label={name}
          description={t('ownRoles.mayAll', { what: permissions.map((one) => t(`ownRoles.may.${one}`)).join(', ') })}
          mt={10}
        />
      ))}
    </Checkbox.Group>
  )
}
