import { Button } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type OwnRequests, ownData } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { isUnderWay, newest, refresh } from './queries.ts'

export function RestrictSection({ data }: { data: OwnRequests }) {
  const t = useTexts()
  const [confirmed, confirming] = useConfirmed()
  const [isAsking, setIsAsking] = useState(false)
  const isChanging = (['restrict', 'lift'] as const).some((kind) => {
    const request = newest(data, kind)
    return request !== undefined && isUnderWay(request)
  })
  const lift = async () => {
    try {
      await confirmed(ownData.lift)
      tell(t('ownData.restrict.lifted'))
      await refresh()
    } catch (error) {
      tellProblem(error)
    }
  }
  const restrict = async () => {
    await confirmed(ownData.restrict)
    tell(t('ownData.restrict.done'))
    await refresh()
  }
  return (
    <Section title={t('ownData.restrict.title')}>
      <p className="page-sub">{t('ownData.restrict.what')}</p>
      {data.restrictedSince ? (
        <div style={{ marginTop: 16 }}>
          <p>
            <State is="waiting">{t('ownData.restrict.on')}</State>
          </p>
          <p className="mute small">
            {t('ownData.restrict.onWhat')} <Time at={data.restrictedSince} />
          </p>
        </div>
      ) : null}
      {isChanging ? (
        <p role="status" style={{ marginTop: 16 }}>
          <State is="waiting">{t('ownData.restrict.doing')}</State>
        </p>
      ) : (
        <Button mt={16} variant="default" onClick={() => (data.restrictedSince ? lift() : setIsAsking(true))}>
          {t(data.restrictedSince ? 'ownData.restrict.lift' : 'ownData.restrict.act')}
        </Button>
      )}
      {isAsking ? (
        <TypeToConfirm
          title={t('ownData.restrict.sure')}
          word={t('ownData.restrict.word')}
          label={t('ownData.restrict.type')}
          act={t('ownData.restrict.act')}
          run={restrict}
          close={() => setIsAsking(false)}
        >
          <p>{t('ownData.restrict.what')}</p>
        </TypeToConfirm>
      ) : null}
      {confirming}
    </Section>
  )
}
