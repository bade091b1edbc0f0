import { NativeSelect, TextInput } from '@mantine/core'
import type { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { OperatorRole } from '../api.ts'

const roles: readonly OperatorRole[] = ['controller', 'processor', 'none']
export const ownService = { operatorRole: 'controller', operatorName: '' }

/** Whose service this Vartio is. A name is asked for only where that is not the controller itself. */
export function OperatorFields({ form }: { form: ReturnType<typeof useForm<typeof ownService>> }) {
  const t = useTexts()
  const { operatorRole } = form.values
  return (
    <>
      <NativeSelect
        {...form.field('operatorRole')}
        label={t('operator.role')}
        description={t(`operator.means.${operatorRole as OperatorRole}`)}
        data={roles.map((value) => ({ value, label: t(`operator.roles.${value}`) }))}
      />
      {operatorRole === 'controller' ? null : (
        <TextInput
          {...form.field('operatorName')}
          label={t(operatorRole === 'none' ? 'operator.deliveredBy' : 'operator.runBy')}
          autoComplete="off"
        />
      )}
    </>
  )
}

/** What is sent: the controller itself has no second name. */
export const operatorOf = ({ operatorRole, operatorName }: typeof ownService) => ({
  operatorRole: operatorRole as OperatorRole,
  ...(operatorRole === 'controller' ? {} : { operatorName }),
})
