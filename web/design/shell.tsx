import { Button, Menu } from '@mantine/core'
import { IconMenu2, IconSearch, IconX } from '@tabler/icons-react'
import { useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { HelpDialog } from './help.tsx'
import { PlainLink } from './link.tsx'
import { ToastList } from './toast-list.tsx'
import { useKeys } from './use-keys.ts'

export type ShellLink = { to: string; label: string; keys?: string; count?: number }

type ShellProps = {
  links: readonly ShellLink[]
  /** Above the navigation: the organisation, when there are several. */
  top?: ReactNode
  who: { name: string; place: string; items: ReactNode }
  find: (close: () => void) => ReactNode
  go: (to: string) => void
  children: ReactNode
}

export function Shell({ links, top, who, find, go, children }: ShellProps) {
  const t = useTexts()
  const path = useRouterState({ select: (state) => (state.resolvedLocation ?? state.location).pathname })
  const [isOpen, setIsOpen] = useState(false)
  const [dialog, setDialog] = useState<'help' | 'find' | undefined>()
  const close = () => setDialog(undefined)
  useArrival(path, () => setIsOpen(false))
  const jumps = Object.fromEntries(links.flatMap((link) => (link.keys ? [[link.keys, () => go(link.to)]] : [])))
  useKeys({ '/': () => setDialog('find'), '?': () => setDialog('help'), ...jumps })
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <header className="shell-side">
        <div className="shell-bar">
          <PlainLink to="/" className="mark" aria-label={t('shell.home')}>
            Vartio<span>.</span>
          </PlainLink>
          <div className="shell-open">
            <Button variant="subtle" px={10} h={44} aria-label={t('shell.find')} onClick={() => setDialog('find')}>
              <IconSearch size={20} stroke={1.8} aria-hidden />
            </Button>
            <Button
              variant="subtle"
              px={10}
              h={44}
              aria-expanded={isOpen}
              aria-controls="menu"
              leftSection={isOpen ? <IconX size={20} aria-hidden /> : <IconMenu2 size={20} aria-hidden />}
              onClick={() => setIsOpen(!isOpen)}
            >
              {t('shell.menu')}
            </Button>
          </div>
        </div>
        <div className="shell-menu" id="menu" data-open={isOpen || undefined}>
          {top}
          <button type="button" className="shell-search" onClick={() => setDialog('find')}>
            {t('shell.find')} <kbd aria-hidden>/</kbd>
          </button>
          <nav className="shell-nav" aria-label={t('shell.navigation')}>
            {links.map((link) => (
              <PlainLink key={link.to} to={link.to} className="shell-link">
                {link.label}
                {link.count ? <span>{link.count}</span> : null}
              </PlainLink>
            ))}
          </nav>
          <div className="shell-who">
            <Menu position="top-start" width="target" withinPortal={false}>
              <Menu.Target>
                <button type="button" className="shell-person">
                  <b>{who.name}</b>
                  {who.place}
                </button>
              </Menu.Target>
              <Menu.Dropdown>{who.items}</Menu.Dropdown>
            </Menu>
          </div>
        </div>
      </header>
      <main className="shell-main" id="main" tabIndex={-1}>
        {children}
      </main>
      <ToastList />
      {dialog === 'find' ? find(close) : null}
      {dialog === 'help' ? <HelpDialog links={links} close={close} /> : null}
    </div>
  )
}

/** On a new page the view starts at its top and focus at its heading, as after an ordinary page load. */
function useArrival(path: string, arrived: () => void): void {
  const before = useRef(path)
  useEffect(() => {
    if (before.current === path) return
    before.current = path
    arrived()
    window.scrollTo(0, 0)
    document.querySelector('h1')?.focus({ preventScroll: true })
  })
}
