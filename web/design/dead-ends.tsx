import { Button } from '@mantine/core'
import { useTexts } from '../texts/use-texts.ts'
import { Frame } from './frame.tsx'
import { ProblemNote } from './problem.tsx'

export function NotFoundPage() {
  const t = useTexts()
  return (
    <Frame name={t('notFound.name')} title={t('notFound.title')} lead={t('notFound.lead')}>
      <Button component="a" href={import.meta.env.BASE_URL}>
        {t('notFound.home')}
      </Button>
    </Frame>
  )
}

/** A fault of the page itself. What was saved is safe on the server; a fresh load begins anew. */
export function FaultPage({ error }: { error: unknown }) {
  const t = useTexts()
  return (
    <Frame name={t('fault.name')} title={t('fault.title')} lead={t('fault.lead')}>
      <ProblemNote error={error} retry={() => location.reload()} />
    </Frame>
  )
}
