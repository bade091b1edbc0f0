import { Checkbox } from '@mantine/core'
import { useTexts } from '../../texts/use-texts.ts'
import type { Role } from '../api.ts'
import { roles } from './roles.ts'

type RoleBoxesProps = { held: readonly Role[]; change: (held: Role[]) => void; error?: string | undefined }

/** The roles with what each may do: whoever gives a role sees what they give. */
export function RoleBoxes({ held, change, error }: RoleBoxesProps) {
  const t = useTexts()
  return (
    <Checkbox.Group
      label={t('people.roles')}
      value={[...held]}
      onChange={(values) => change(roles.filter((role) => values.includes(role)))}
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
    </Checkbox.Group>
  )
}
