import { Button } from '@mantine/core'
import { Frame } from '../../design/frame.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { signOut, useSessionQuery } from '../session.ts'

/** Signed in, but a member of no organisation: who one is, and who can help. */
export function NoAccessPage() {
  const t = useTexts()
  const { data } = useSessionQuery()
  const lead = data ? t('noAccess.lead', { email: data.person.email }) : t('noAccess.leadUnknown')
  return (
    <Frame name={t('noAccess.name')} title={t('noAccess.title')} lead={lead}>
      <div className="actions">
        <Button onClick={signOut}>{t('noAccess.other')}</Button>
        {data ? (
          <Button component="a" href={data.accountUrl} variant="default">
            {t('who.account')}
          </Button>
        ) : null}
      </div>
    </Frame>
  )
}
