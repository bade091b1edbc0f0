import { Frame } from '../../design/frame.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Session } from '../api.ts'
import { LinkButton } from '../shell/link-button.tsx'

/** A company has ended what it had outsourced, perhaps under an open page: what happened, when, and where one still belongs (PT-03). */
export function EndedPage({ ended: { name, managingName, endedAt } }: { ended: NonNullable<Session['ended']> }) {
  const t = useTexts()
  return (
    <Frame
      name={t('ended.name')}
      title={t('ended.title', { name, managing: managingName })}
      lead={
        <>
          {t('ended.lead')} <Time at={endedAt} />. {t('ended.what')}
        </>
      }
    >
      <div className="actions">
        <LinkButton to="/" search={{ organization: undefined }}>
          {t('ended.back')}
        </LinkButton>
      </div>
    </Frame>
  )
}
