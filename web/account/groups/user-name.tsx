import { TextInput } from '@mantine/core'
import { useTexts } from '../../texts/use-texts.ts'

type Field = { field: (name: 'userName') => object; values: { userName: string } }

/** a user name may be anything; one that is an address tells it to the group, and that is said before it happens. */
export function UserNameField({ form, hint }: { form: Field; hint: string }) {
  const t = useTexts()
  const isAddress = form.values.userName.includes('@')
  return (
    <>
      <TextInput {...form.field('userName')} label={t('groups.userName')} description={hint} autoComplete="nickname" />
      {isAddress ? <p role="status">{t('groups.userNameIsAddress')}</p> : null}
    </>
  )
}
