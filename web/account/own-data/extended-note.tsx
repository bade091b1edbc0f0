import { IconClock } from '@tabler/icons-react'
import { Day } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { OwnRequests } from '../api.ts'
import { isUnderWay } from './queries.ts'

/** A request that takes longer than a month: the same words that the person was sent (GDPR Art. 12(3)). */
export function ExtendedNote({ data }: { data: OwnRequests }) {
  const t = useTexts()
  return data.requests.filter(isUnderWay).map(({ requestId, kind, extension }) =>
    extension ? (
      <div key={requestId} className="note">
        <IconClock size={22} stroke={1.8} aria-hidden data-severity="warning" />
        <div>
          <p>
            {t(`ownData.extended.kinds.${kind}`)}: {t('ownData.extended.until')} <Day at={extension.until} />.
          </p>
          <p>{t(`ownData.extended.grounds.${extension.ground}`)}</p>
          <p className="mute">{extension.explanation}</p>
        </div>
      </div>
    ) : null,
  )
}
