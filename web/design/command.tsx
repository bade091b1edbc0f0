import { Button } from '@mantine/core'
import { useTexts } from '../texts/use-texts.ts'
import { tell, tellProblem } from './toasts.ts'

/** Something to be typed elsewhere, whole and exactly: shown so that it can be read, and copied with one press. */
export function Command({ text, label }: { text: string; label: string }) {
  const t = useTexts()
  const copy = () => navigator.clipboard.writeText(text).then(() => tell(t('fleet.copied')), tellProblem)
  return (
    <div className="command">
      <code>{text}</code>
      <Button variant="default" size="xs" onClick={copy} aria-label={`${t('fleet.copy')}: ${label}`}>
        {t('fleet.copy')}
      </Button>
    </div>
  )
}
