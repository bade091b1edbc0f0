import { Button } from '@mantine/core'
import { Frame } from '../../design/frame.tsx'
import { Section } from '../../design/page.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'

type Forgotten = { next: string; number: string }

/** In this page's memory and nowhere else: a reload forgets it, and the letter has it too. */
let kept: Forgotten | undefined

export function keepForgotten(forgotten: Forgotten): void {
  kept = forgotten
}

/** Outside the account: there is none any more, and nothing here asks for it. */
export function ForgottenPage() {
  const t = useTexts()
  const copy = () =>
    navigator.clipboard.writeText(kept?.number ?? '').then(
      () => tell(t('ownData.forgotten.copied')),
      () => tell(t('ownData.forgotten.notCopied')),
    )
  return (
    <Frame name={t('ownData.forgotten.name')} title={t('ownData.forgotten.title')} lead={t('ownData.forgotten.lead')}>
      {kept ? (
        <>
          <Section title={t('ownData.forgotten.number')}>
            <p className="page-sub">{t('ownData.forgotten.numberWhat')}</p>
            <ul className="codes">
              <li style={{ overflowWrap: 'anywhere' }}>{kept.number}</li>
            </ul>
          </Section>
          <div className="actions" style={{ marginTop: 24 }}>
            <Button component="a" href={kept.next}>
              {t('ownData.forgotten.follow')}
            </Button>
            <Button variant="default" onClick={copy}>
              {t('ownData.forgotten.copy')}
            </Button>
          </div>
        </>
      ) : (
        <p>{t('ownData.forgotten.noNumber')}</p>
      )}
    </Frame>
  )
}
