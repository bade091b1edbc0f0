import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Shell } from '../../design/shell.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { signOut, useOrganization, useSession } from '../session.ts'
import { usePages } from './pages.ts'
import { PortalFind } from './portal-find.tsx'
import { Switcher } from './switcher.tsx'
import { ThroughNote } from './through-note.tsx'

export function PortalShell({ children }: { children: ReactNode }) {
  const t = useTexts()
  const { person, organizations, accountUrl } = useSession()
  const organization = useOrganization()
  const navigate = useNavigate()
  const pages = usePages()
  const items = (
    <>
      <Menu.Item onClick={() => navigate({ to: '/own' })}>{t('who.own')}</Menu.Item>
      <Menu.Item component="a" href={accountUrl}>
        {t('who.account')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item onClick={signOut}>{t('who.signOut')}</Menu.Item>
    </>
  )
  return (
    <Shell
      links={pages}
      top={
        <>
          {organizations.length > 1 ? <Switcher /> : null}
          <ThroughNote />
        </>
      }
      who={{ name: person.name, place: organization.name, items }}
      find={(close) => <PortalFind close={close} />}
      go={(to) => navigate({ to })}
    >
      {children}
    </Shell>
  )
}
