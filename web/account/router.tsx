import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router'
import { FaultPage, NotFoundPage } from '../design/dead-ends.tsx'
import { AccountShell } from './account-shell.tsx'
import { GroupPage } from './groups/group-page.tsx'
import { GroupsPage } from './groups/groups-page.tsx'
import { OwnPage } from './own/own-page.tsx'
import { ForgottenPage } from './own-data/forgotten-page.tsx'
import { OwnDataPage } from './own-data/own-data-page.tsx'
import { PasskeysPage } from './passkeys/passkeys-page.tsx'
import { RecoveryCodesPage } from './recovery-codes/recovery-codes-page.tsx'
import { ServicePage } from './services/service-page.tsx'
import { ServicesPage } from './services/services-page.tsx'
import { SessionsPage } from './sessions/sessions-page.tsx'
import { outcomes, UpstreamsPage } from './upstreams/upstreams-page.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage, errorComponent: FaultPage })
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: AccountShell })

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/forgotten', component: ForgottenPage }),
  signedIn.addChildren([
    createRoute({ getParentRoute: () => signedIn, path: '/', component: PasskeysPage }),
    createRoute({ getParentRoute: () => signedIn, path: '/recovery-codes', component: RecoveryCodesPage }),
    createRoute({ getParentRoute: () => signedIn, path: '/sessions', component: SessionsPage }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/upstreams',
      validateSearch: ({ came }: Record<string, unknown>): { came?: (typeof outcomes)[number] } => {
        const known = outcomes.find((one) => one === came)
        return known ? { came: known } : {}
      },
      component: UpstreamsPage,
    }),
    createRoute({ getParentRoute: () => signedIn, path: '/services', component: ServicesPage }),
    createRoute({ getParentRoute: () => signedIn, path: '/services/$clientId', component: ServicePage }),
    createRoute({ getParentRoute: () => signedIn, path: '/groups', component: GroupsPage }),
    createRoute({ getParentRoute: () => signedIn, path: '/groups/$groupId', component: GroupPage }),
    createRoute({ getParentRoute: () => signedIn, path: '/own', component: OwnPage }),
    createRoute({ getParentRoute: () => signedIn, path: '/own-data', component: OwnDataPage }),
  ]),
])

export const createAccountRouter = () =>
  createRouter({
    routeTree: tree,
    basepath: '/account',
    defaultPreload: 'intent',
    scrollRestoration: false,
    search: { strict: true },
  })
