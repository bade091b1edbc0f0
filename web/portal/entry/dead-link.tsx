import { Button } from '@mantine/core'
import i18next from 'i18next'
import { Frame } from '../../design/frame.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { signOut } from '../session.ts'

/** A link that does not lead on: what is the matter with it, and what to do. */
export function DeadLink({ code }: { code: string }) {
  const t = useTexts()
  const key = i18next.exists(`deadLink.${code}.title`) ? code : 'unknown'
  const title = t(`deadLink.${key}.title` as 'deadLink.unknown.title')
  return (
    <Frame name={title} title={title} lead={t(`deadLink.${key}.lead` as 'deadLink.unknown.lead')}>
      <div className="actions">
        {code === 'invitations.wrong_address' ? <Button onClick={signOut}>{t('who.signOut')}</Button> : null}
        <Button component="a" href="/" variant="default">
          {t('deadLink.open')}
        </Button>
      </div>
      <p className="mute small" style={{ marginTop: 24 }}>
        {t('problem.code', { code })}
      </p>
    </Frame>
  )
}
