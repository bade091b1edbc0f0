import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useTexts } from '../../texts/use-texts.ts'

/** Long ones are mistyped unseen, so what was typed can be shown; the library's own word for that is English. */
export function PassphraseInput(props: PasswordInputProps) {
  const t = useTexts()
  return <PasswordInput {...props} visibilityToggleButtonProps={{ 'aria-label': t('emergency.showPassphrase') }} />
}
