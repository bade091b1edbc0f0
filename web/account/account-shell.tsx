import { Menu } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Waiting } from '../design/answer.tsx'
import { ApiProblem } from '../design/client.ts'
import { FindDialog, type Found } from '../design/find.tsx'
import { Frame } from '../design/frame.tsx'
import { ProblemNote } from '../design/problem.tsx'
import { Shell, type ShellLink } from '../design/shell.tsx'
import { tellProblem } from '../design/toasts.ts'
import { useTexts } from '../texts/use-texts.ts'
import { sessions } from './api.ts'
import { useOwnQuery } from './own-query.ts'

const pages = [
  { to: '/', name: 'passkeys', keys: 'g p' },
  { to: '/recovery-codes', name: 'recoveryCodes', keys: 'g r' },
  { to: '/sessions', name: 'sessions', keys: 'g s' },
  { to: '/upstreams', name: 'upstreams', keys: 'g u' },
  { to: '/services', name: 'services', keys: 'g v' },
  { to: '/groups', name: 'groups', keys: 'g y' },
  { to: '/own', name: 'own', keys: 'g o' },
  { to: '/own-data', name: 'ownData', keys: 'g d' },
] as const

const leave = (out: () => Promise<{ next: string }>) => out().then(({ next }) => location.assign(next), tellProblem)
export const signOut = () => leave(sessions.signOut)
export const signOutEverywhere = () => leave(sessions.endAll)

export function AccountShell() {
  const t = useTexts()
  const query = useOwnQuery()
  const navigate = useNavigate() as (way: { to: string }) => void
  const isOut = query.error instanceof ApiProblem && query.error.status === 401
  useEffect(() => {
    // Back to the very page: whoever got a link to a group comes for that group.
    const page = location.pathname.replace(/^\/account/, '')
    if (isOut) location.assign(`/sign-in?${new URLSearchParams({ to: 'account', page })}`)
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
  const links = pages.map(({ to, name, keys }) => ({ to, keys, label: t(`accountPages.${name}`) }))
  const go = (to: string) => navigate({ to })
  return (
    <Shell
      links={links}
      who={{
        name: query.data.name,
        place: t('account.place'),
        items: <Menu.Item onClick={signOut}>{t('account.signOut')}</Menu.Item>,
      }}
      top={
        <a className="shell-back" href={query.data.portalUrl}>
          <IconArrowLeft size={16} stroke={1.8} aria-hidden /> {t('account.portal')}
        </a>
      }
      find={(close) => <AccountFind links={links} go={go} close={close} />}
      go={go}
    >
      <Outlet />
    </Shell>
  )
}

type AccountFindProps = { links: readonly ShellLink[]; go: (to: string) => void; close: () => void }

function AccountFind({ links, go, close }: AccountFindProps) {
  const t = useTexts()
  const [text, setText] = useState('')
  const wanted = text.trim().toLocaleLowerCase()
  const found: Found[] = links
    .filter((link) => link.label.toLocaleLowerCase().includes(wanted))
    .map((link) => ({ key: link.to, label: link.label, kind: t('find.page'), go: () => go(link.to) }))
  return <FindDialog text={text} setText={setText} found={found} close={close} />
}
