import { Button } from '@mantine/core'
import { Frame } from '../../design/frame.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { goSignIn } from '../session.ts'

/** Where identity sends the browser when its session has ended too. It does not lead back in by itself. */
export function SignedOutPage() {
  const t = useTexts()
  return (
    <Frame name={t('signedOut.name')} title={t('signedOut.title')} lead={t('signedOut.lead')}>
      <div className="actions">
        <Button onClick={() => goSignIn()}>{t('signedOut.again')}</Button>
        <Button component="a" href="/sign-in/work" variant="default">
          {t('workAddress.title')}
        </Button>
      </div>
    </Frame>
  )
}
