import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import i18next from 'i18next'
import { useTexts } from '../texts/use-texts.ts'
import { ApiProblem, codeOf } from './client.ts'

/** What happened, what is safe and what to do, for a code; unknown codes get an honest general sentence. */
export function problemText(error: unknown): string {
  const key = `problems.${codeOf(error)}`
  if (i18next.exists(key)) return i18next.t(key as 'problems.unknown')
  if (!(error instanceof ApiProblem)) return i18next.t('problems.web.fault')
  if (error.status === 403) return i18next.t('problems.not_permitted')
  if (error.status === 404) return i18next.t('problems.not_found')
  if (error.status === 429) return i18next.t('problems.too_many')
  return i18next.t('problems.unknown')
}

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
