import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTexts } from '../texts/use-texts.ts'
import { codeOf } from './client.ts'
import { problemText } from './problem-text.ts'

/** Errors carry their code, so that who helps knows which one it was. */
export function ProblemNote({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const t = useTexts()
  return (
    <div className="note" role="alert">
      <IconAlertTriangle size={22} stroke={1.8} aria-hidden data-severity="danger" />
      <div>
        <p>{problemText(error)}</p>
        <p className="mute small">{t('problem.code', { code: codeOf(error) })}</p>
        {retry ? (
          <Button variant="default" mt={8} onClick={retry}>
            {t('problem.again')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
