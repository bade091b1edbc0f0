import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { FaultPage, NotFoundPage } from '../design/dead-ends.tsx'
import { AccountShell } from './account-shell.tsx'
import { OwnPage } from './own/own-page.tsx'
import { PasskeysPage } from './passkeys/passkeys-page.tsx'
import { RecoveryCodesPage } from './recovery-codes/recovery-codes-page.tsx'
import { SessionsPage } from './sessions/sessions-page.tsx'

const root = createRootRoute({ component: AccountShell, notFoundComponent: NotFoundPage, errorComponent: FaultPage })

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: PasskeysPage }),
  createRoute({ getParentRoute: () => root, path: '/recovery-codes', component: RecoveryCodesPage }),
  createRoute({ getParentRoute: () => root, path: '/sessions', component: SessionsPage }),
  createRoute({ getParentRoute: () => root, path: '/own', component: OwnPage }),
])

export const createAccountRouter = () =>
  createRouter({ routeTree: tree, basepath: '/account', defaultPreload: 'intent', scrollRestoration: false })
