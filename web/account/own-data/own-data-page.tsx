import { Answer } from '../../design/answer.tsx'
import { Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { CopySection } from './copy-section.tsx'
import { ExtendedNote } from './extended-note.tsx'
import { ForgetSection } from './forget-section.tsx'
import { HeldTables } from './held-tables.tsx'
import { useHeld, useRequests } from './queries.ts'
import { RestrictSection } from './restrict-section.tsx'

/** What is held of the person, and what they can have done with it. */
export function OwnDataPage() {
  const t = useTexts()
  const held = useHeld()
  const requests = useRequests()
  const count = held.data?.programs.reduce((sum, { tables }) => sum + (tables?.length ?? 0), 0)
  const title =
    count === undefined
      ? t('ownData.titleWaiting')
      : count === 0
        ? t('ownData.titleNone')
        : t('ownData.title', { count })
  return (
    <Page name={t('accountPages.ownData')} title={title} sub={t('ownData.sub')}>
      <Answer query={requests}>
        {(data) => (
          <>
            <ExtendedNote data={data} />
            <CopySection data={data} />
          </>
        )}
      </Answer>
      <Answer query={held}>{(data) => <HeldTables held={data} />}</Answer>
      {requests.data ? <RestrictSection data={requests.data} /> : null}
      {requests.data && held.data ? <ForgetSection data={requests.data} held={held.data} /> : null}
    </Page>
  )
}
