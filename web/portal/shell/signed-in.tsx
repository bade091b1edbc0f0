import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Waiting } from '../../design/answer.tsx'
import { codeOf } from '../../design/client.ts'
import { Frame } from '../../design/frame.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { EndedPage } from '../entry/ended-page.tsx'
import { NoAccessPage } from '../entry/no-access-page.tsx'
import { goSignIn, useSessionQuery } from '../session.ts'
import { PortalShell } from './portal-shell.tsx'

/** Stands before every page of an organisation: signed in, and a member of at least one. */
export function SignedIn() {
  const t = useTexts()
  const query = useSessionQuery()
  const isOut = codeOf(query.error) === 'sessions.not_signed_in'
  useEffect(() => {
    if (isOut) goSignIn()
  }, [isOut])
  if (query.error && !isOut) {
    return (
      <Frame name={t('offline.name')} title={t('offline.title')} lead={t('offline.lead')}>
        <ProblemNote error={query.error} retry={() => query.refetch()} />
      </Frame>
    )
  }
  if (!query.data || isOut) {
    return (
      <Frame name="Vartio" title={t('loading')}>
        <Waiting />
      </Frame>
    )
  }
  if (query.data.organizations.length === 0) return <NoAccessPage />
  if (query.data.ended) return <EndedPage ended={query.data.ended} />
  return (
    <PortalShell>
      <Outlet />
    </PortalShell>
  )
}
