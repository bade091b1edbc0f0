import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { offerUndo, tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Invitation, invitations } from '../api.ts'
import { useOrganization } from '../session.ts'
import { refreshPeople } from './person-actions.tsx'
import { useRoleNames } from './roles.ts'

type Answered = { invitations: Invitation[] }

export function PendingInvitations({ invite }: { invite: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const key = ['invitations', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => invitations.list(organizationId) })

  const withdraw = (gone: Invitation) => {
    const before = queries.getQueryData<Answered>(key)
    queries.setQueryData<Answered>(key, (now) => now && { invitations: now.invitations.filter((one) => one !== gone) })
    offerUndo({
      text: t('invitations.withdrawn', { email: gone.email }),
      commit: () => invitations.withdraw(organizationId, gone.invitationId).then(refreshPeople),
      revert: () => queries.setQueryData(key, before),
    })
  }

  const resend = (one: Invitation) =>
    invitations.resend(organizationId, one.invitationId).then(async () => {
      tell(t('invite.sent', { email: one.email }))
      await refreshPeople()
    }, tellProblem)

  return (
    <Section title={t('invitations.title')}>
      <Answer query={query}>
        {(data) =>
          data.invitations.length === 0 ? (
            <Empty
              title={t('invitations.none')}
              action={
                <Button variant="default" onClick={invite}>
                  {t('people.invite')}
                </Button>
              }
            >
              {t('invitations.noneWhy')}
            </Empty>
          ) : (
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('invitations.to')}</th>
                    <th scope="col">{t('people.roles')}</th>
                    <th scope="col">{t('invitations.state')}</th>
                    <th scope="col">
                      <span className="unseen">{t('people.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.invitations.map((one) => (
                    <Row key={one.invitationId} one={one} resend={() => resend(one)} withdraw={() => withdraw(one)} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </Section>
  )
}

function Row({ one, resend, withdraw }: { one: Invitation; resend: () => void; withdraw: () => void }) {
  const t = useTexts()
  const roleNames = useRoleNames()
  return (
    <tr>
      <td>
        {one.name ?? one.email}
        {one.name ? <span className="table-sub">{one.email}</span> : null}
      </td>
      <td>{roleNames(one.roles, one.ownRoles)}</td>
      <td>
        <State is={one.isExpired ? 'over' : 'waiting'}>
          {one.isExpired ? t('invitations.over') : t('invitations.open')}
        </State>
        <span className="table-sub">
          {one.isExpired ? t('invitations.overSince') : t('invitations.openUntil')} <Time at={one.expiresAt} />
        </span>
      </td>
      <td className="table-act">
        <div className="actions">
          <Button
            variant="default"
            size="xs"
            onClick={resend}
            aria-label={t('invitations.resendTo', { email: one.email })}
          >
            {t('invitations.resend')}
          </Button>
          <Button
            variant="subtle"
            size="xs"
            onClick={withdraw}
            aria-label={t('invitations.withdrawOf', { email: one.email })}
          >
            {t('invitations.withdraw')}
          </Button>
        </div>
      </td>
    </tr>
  )
}
