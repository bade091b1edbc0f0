import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { useState } from 'react'
import type { InvitationLook } from '#portal/invitations/api'
import { Waiting } from '../../design/answer.tsx'
import { codeOf } from '../../design/client.ts'
import { Frame } from '../../design/frame.tsx'
import { Facts } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { invitations } from '../api.ts'
import { useRoleNames } from '../people/roles.ts'
import { goSignIn } from '../session.ts'
import { DeadLink } from './dead-link.tsx'

export function InvitationPage() {
  const t = useTexts()
  const { token } = useRouteContext({ strict: false })
  const query = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => invitations.look(token ?? ''),
    enabled: token !== undefined,
    retry: false,
  })
  if (!token) return <DeadLink code="invitations.no_token" />
  if (codeOf(query.error).startsWith('invitations.')) return <DeadLink code={codeOf(query.error)} />
  if (query.data) return <Looked invitation={query.data} token={token} />
  return (
    <Frame name={t('invitation.name')} title={t('invitation.looking')}>
      {query.error ? <ProblemNote error={query.error} retry={() => query.refetch()} /> : <Waiting lines={3} />}
    </Frame>
  )
}

function Looked({ invitation, token }: { invitation: InvitationLook; token: string }) {
  const t = useTexts()
  const roleNames = useRoleNames()
  const [isBusy, setIsBusy] = useState(false)
  const { inviterName: who, organizationName: organization } = invitation
  // Whoever invited may have left since; the invitation is the organisation's all the same.
  const title = who ? t('invitation.title', { who, organization }) : t('invitation.titleAlone', { organization })
  const accept = async () => {
    setIsBusy(true)
    try {
      await invitations.begin(token)
      goSignIn('invitation')
    } catch (error) {
      tellProblem(error)
      setIsBusy(false)
    }
  }
  return (
    <Frame name={t('invitation.name')} title={title} lead={t('invitation.lead')}>
      <Facts
        facts={[
          [t('invitation.as'), roleNames(invitation.roles, invitation.ownRoles)],
          [t('invitation.address'), invitation.email],
          [t('invitation.until'), <Time key="until" at={invitation.expiresAt} />],
        ]}
      />
      <div className="actions" style={{ marginTop: 24 }}>
        <Button onClick={accept} loading={isBusy}>
          {t('continue')}
        </Button>
      </div>
      <p className="mute small" style={{ marginTop: 24 }}>
        {t('invitation.unwanted')}
      </p>
    </Frame>
  )
}
