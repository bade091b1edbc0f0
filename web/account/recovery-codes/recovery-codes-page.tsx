import { Button } from '@mantine/core'
import { useState } from 'react'
import { Facts, Page } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { recoveryCodes } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { refreshOwn, useOwn } from '../own-query.ts'

export function RecoveryCodesPage() {
  const t = useTexts()
  const { left, madeAt } = useOwn().recoveryCodes
  const [codes, setCodes] = useState<readonly string[]>()
  const [isBusy, setIsBusy] = useState(false)
  const [confirmed, dialog] = useConfirmed()
  const make = async () => {
    setIsBusy(true)
    try {
      const made = await confirmed(recoveryCodes.make)
      setCodes(made.codes)
      await refreshOwn()
    } catch (error) {
      tellProblem(error)
    }
    setIsBusy(false)
  }
  if (codes) return <MadeCodes codes={codes} done={() => setCodes(undefined)} />
  return (
    <Page
      name={t('accountPages.recoveryCodes')}
      title={left === 0 ? t('recoveryCodes.titleNone') : t('recoveryCodes.title', { count: left })}
      sub={t('recoveryCodes.sub')}
      actions={
        <Button onClick={make} loading={isBusy} variant={left > 2 ? 'default' : 'filled'}>
          {t('recoveryCodes.make')}
        </Button>
      }
    >
      {madeAt ? <Facts facts={[[t('recoveryCodes.madeAt'), <Time key="made" at={madeAt} />]]} /> : null}
      {left > 0 ? <p className="page-sub">{t('recoveryCodes.makeWhat')}</p> : null}
      {dialog}
    </Page>
  )
}

/** Shown once: they are known to nobody after this page, not even to us. */
function MadeCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const t = useTexts()
  const copy = () =>
    navigator.clipboard.writeText(codes.join('\n')).then(
      () => tell(t('recoveryCodes.copied')),
      () => tell(t('recoveryCodes.notCopied')),
    )
  return (
    <Page
      name={t('accountPages.recoveryCodes')}
      title={t('recoveryCodes.madeTitle')}
      sub={t('recoveryCodes.madeSub')}
      actions={
        <>
          <Button variant="default" onClick={copy}>
            {t('recoveryCodes.copy')}
          </Button>
          <Button variant="default" onClick={() => window.print()}>
            {t('recoveryCodes.print')}
          </Button>
        </>
      }
    >
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button mt={24} onClick={done}>
        {t('recoveryCodes.saved')}
      </Button>
    </Page>
  )
}
