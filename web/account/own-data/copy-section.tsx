import { Button, Progress } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type OwnRequest, type OwnRequests, ownData } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { isUnderWay, newest, refresh } from './queries.ts'

export function CopySection({ data }: { data: OwnRequests }) {
  const t = useTexts()
  const [confirmed, confirming] = useConfirmed()
  const [isBusy, setIsBusy] = useState(false)
  const copy = newest(data, 'export')
  const run = async (act: () => Promise<unknown>) => {
    setIsBusy(true)
    try {
      await confirmed(act)
      await refresh()
    } catch (error) {
      tellProblem(error)
    }
    setIsBusy(false)
  }
  const isReady = copy?.downloadUntil != null
  const download = (requestId: string) =>
    run(async () => {
      // Asked first, so that the question for the passkey comes here and not as an error page in place of the file.
      await ownData.mayDownload()
      location.assign(ownData.copyAddress(requestId))
      // The download is counted when it has begun.
      setTimeout(refresh, 1_500)
    })
  return (
    <Section title={t('ownData.copy.title')}>
      <p className="page-sub">{t('ownData.copy.what')}</p>
      {copy && isUnderWay(copy) ? <UnderWay copy={copy} /> : null}
      {copy && isReady ? <Ready copy={copy} /> : null}
      <div className="actions" style={{ marginTop: 16 }}>
        {copy && isReady ? (
          <Button onClick={() => download(copy.requestId)} loading={isBusy}>
            {t('ownData.copy.download')}
          </Button>
        ) : null}
        {copy && isUnderWay(copy) ? null : (
          <Button
            variant={isReady ? 'default' : 'filled'}
            onClick={() => run(ownData.askCopy)}
            loading={isBusy && !isReady}
          >
            {t(isReady ? 'ownData.copy.askAgain' : 'ownData.copy.ask')}
          </Button>
        )}
      </div>
      {confirming}
    </Section>
  )
}

function UnderWay({ copy }: { copy: OwnRequest }) {
  const t = useTexts()
  const { done, of, state } = copy
  const text =
    state === 'waiting'
      ? t('ownData.copy.waiting')
      : of > 0
        ? t('ownData.copy.doing', { done, of })
        : t('ownData.copy.asked')
  return (
    <div style={{ marginTop: 16, maxWidth: 520 }}>
      <p role="status">
        <State is="waiting">{text}</State>
      </p>
      <Progress value={of === 0 ? 0 : (100 * done) / of} aria-label={text} my={8} />
      <p className="mute small">
        {t('ownData.copy.doingWhat')} {copy.extension ? null : t('ownData.copy.due')}
      </p>
    </div>
  )
}

function Ready({ copy }: { copy: OwnRequest }) {
  const t = useTexts()
  const last = copy.downloads.at(-1)
  return (
    <div style={{ marginTop: 16 }}>
      <p role="status">
        <State is="good">{t('ownData.copy.ready')}</State>
      </p>
      <p className="mute small">
        {t('ownData.copy.until')} {copy.downloadUntil === null ? null : <Time at={copy.downloadUntil} />}
      </p>
      {last ? (
        <p className="mute small">
          {t('ownData.copy.downloads', { count: copy.downloads.length })} <Time at={last} />
        </p>
      ) : null}
    </div>
  )
}
