import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useOverview } from '../overview/overview-page.tsx'
import { useMay } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { PendingInvitations } from './pending-invitations.tsx'
import { PeopleList } from './people-list.tsx'

export function PeoplePage() {
  const t = useTexts()
  const mayManage = useMay('people.manage')
  const { invite } = useSearch({ from: '/signed-in/people' })
  const navigate = useNavigate({ from: '/people' })
  const { data } = useOverview()
  const setInvite = (isOpen: boolean) =>
    navigate({ search: ({ invite: _, ...rest }) => (isOpen ? { ...rest, invite: true } : rest), replace: true })
  return (
    <Page
      name={t('pages.people')}
      title={data ? t('people.title', { count: data.people }) : t('pages.people')}
      sub={data ? t('people.sub', { count: data.administrators }) : null}
      actions={
        <>
          <LinkButton to="/people/roles" variant="default">
            {t('pages.ownRoles')}
          </LinkButton>
          {mayManage ? (
            <Button leftSection={<IconUserPlus size={18} stroke={1.8} aria-hidden />} onClick={() => setInvite(true)}>
              {t('people.invite')}
            </Button>
          ) : null}
        </>
      }
    >
      <PeopleList />
      {mayManage ? <PendingInvitations invite={() => setInvite(true)} /> : null}
      {mayManage && invite ? <InviteDialog close={() => setInvite(false)} /> : null}
    </Page>
  )
}
