import { useEffect } from 'react'
import { Frame } from '../../design/frame.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { tellConfirmed } from '../confirm/channel.ts'

/** Where the window ends in which the passkey was used again. Not every browser lets a page close it. */
export function ConfirmedPage() {
  const t = useTexts()
  useEffect(tellConfirmed, [])
  return <Frame name={t('confirmed.name')} title={t('confirmed.title')} lead={t('confirmed.lead')} />
}
