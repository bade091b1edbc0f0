import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  retainSearchParams,
} from '@tanstack/react-router'
import { FaultPage, NotFoundPage } from '../design/dead-ends.tsx'
import { ActivityPage } from './activity/activity-page.tsx'
import { ApiKeysPage } from './api-keys/api-keys-page.tsx'
import { AuditPage } from './audit/audit-page.tsx'
import { isDay } from './audit/days.ts'
import { BookkeepingPage } from './bookkeeping/bookkeeping-page.tsx'
import { CommandsPage } from './commands/commands-page.tsx'
import { readCompaniesAddress } from './companies/companies-address.ts'
import { CompaniesPage } from './companies/companies-page.tsx'
import { CompanySignInPage } from './company-sign-in/company-sign-in-page.tsx'
import { ContactPage } from './contact/contact-page.tsx'
import { ContractsPage } from './contracts/contracts-page.tsx'
import { ServicePage } from './contracts/service-page.tsx'
import { DeclarationsPage } from './declarations/declarations-page.tsx'
import { DetectionPage } from './detections/detection-page.tsx'
import { readDetectionsAddress } from './detections/detections-address.ts'
import { DetectionsPage } from './detections/detections-page.tsx'
import { DevicePage } from './devices/device-page.tsx'
import { DevicesPage } from './devices/devices-page.tsx'
import { readFleetAddress } from './devices/fleet-address.ts'
import { ProtectPage } from './devices/protect-page.tsx'
import { AddDevicePage } from './entry/add-device-page.tsx'
import { ConfirmedPage } from './entry/confirmed-page.tsx'
import { InvitationPage } from './entry/invitation-page.tsx'
import { NameOrganizationPage } from './entry/name-organization-page.tsx'
import { NoAccessPage } from './entry/no-access-page.tsx'
import { SetUpPage } from './entry/set-up-page.tsx'
import { SignInProblemPage } from './entry/sign-in-problem-page.tsx'
import { SignedOutPage } from './entry/signed-out-page.tsx'
import { WorkAddressPage } from './entry/work-address-page.tsx'
import { HealthPage } from './health/health-page.tsx'
import { HoldsPage } from './holds/holds-page.tsx'
import { OfficersPage } from './officers/officers-page.tsx'
import { OrganizationsPage } from './organizations/organizations-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { OwnPage } from './own/own-page.tsx'
import { OwnRolesPage } from './people/own-roles-page.tsx'
import { PeoplePage } from './people/people-page.tsx'
import { PolicyPage } from './policy/policy-page.tsx'
import { ReceiversPage } from './receivers/receivers-page.tsx'
import { EditionPage } from './reports/edition-page.tsx'
import { ReportsPage } from './reports/reports-page.tsx'
import { RequestsPage } from './requests/requests-page.tsx'
import { RuleSetsPage } from './rule-sets/rule-sets-page.tsx'
import { permitted } from './shell/permitted.tsx'
import { SignedIn } from './shell/signed-in.tsx'
import { StaffPage } from './staff/staff-page.tsx'
import { StandardPage } from './standards/standard-page.tsx'
import { StandardsPage } from './standards/standards-page.tsx'
import { InvoicingPage } from './subscriptions/invoicing-page.tsx'
import { SubscriptionsPage } from './subscriptions/subscriptions-page.tsx'
import { TechnicalLogPage } from './technical-log/technical-log-page.tsx'
import { UpstreamsPage } from './upstreams/upstreams-page.tsx'

type Context = { token: string | undefined }

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: FaultPage,
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: SignedIn,
  validateSearch: (search: Record<string, unknown>): { organization?: string | undefined } => {
    const organization = text(search.organization)
    return organization ? { organization } : {}
  },
  search: { middlewares: [retainSearchParams(['organization'])] },
})

type AuditSearch = { action?: string; personId?: string; from?: string; to?: string }

/** Only what is filled in stands in the address, and of days only real ones: addresses are written by hand too. */
function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const names = ['action', 'personId', 'from', 'to'] as const
  const isFit = (name: string) =>
    name === 'from' || name === 'to' ? isDay(text(search[name]) ?? '') : text(search[name])
  return Object.fromEntries(names.flatMap((name) => (isFit(name) ? [[name, search[name]]] : [])))
}

const pages = [
  createRoute({ getParentRoute: () => signedIn, path: '/', component: OverviewPage }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/companies',
    component: permitted('companies.read', CompaniesPage),
    validateSearch: readCompaniesAddress,
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/subscriptions',
    component: permitted('subscriptions.read', SubscriptionsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/standards',
    component: permitted('standards.manage', StandardsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/standards/$standardId',
    component: permitted('standards.manage', StandardPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/invoicing',
    component: permitted('subscriptions.sell', InvoicingPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/devices',
    component: permitted('devices.read', DevicesPage),
    validateSearch: readFleetAddress,
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/devices/add',
    component: permitted('devices.manage', ProtectPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/devices/$deviceId',
    component: permitted('devices.read', DevicePage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/detections',
    component: permitted('detections.read', DetectionsPage),
    validateSearch: readDetectionsAddress,
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/detections/$detectionId',
    component: permitted('detections.read', DetectionPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/reports',
    component: permitted('overview.read', ReportsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/reports/$editionId',
    component: permitted('overview.read', EditionPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/policy',
    component: permitted('policies.read', PolicyPage),
    validateSearch: (search: Record<string, unknown>): { level?: string } =>
      text(search.level) ? { level: String(search.level) } : {},
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/rule-sets',
    component: permitted('policies.read', RuleSetsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/people',
    component: permitted('people.read', PeoplePage),
    validateSearch: (search: Record<string, unknown>): { search?: string; invite?: true } => ({
      ...(text(search.search) ? { search: String(search.search) } : {}),
      ...(search.invite ? { invite: true as const } : {}),
    }),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/people/roles',
    component: permitted('people.read', OwnRolesPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/audit',
    component: permitted('audit.read', AuditPage),
    validateSearch: readAuditSearch,
  }),
  createRoute({ getParentRoute: () => signedIn, path: '/activity', component: permitted('audit.read', ActivityPage) }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/organizations',
    component: permitted('organizations.read', OrganizationsPage),
    validateSearch: (search: Record<string, unknown>): { alone?: true } => (search.alone ? { alone: true } : {}),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/requests',
    component: permitted('requests.manage', RequestsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    // Not /contact: that address is the public page to write on, on every host.
    path: '/messages',
    component: permitted('contact.manage', ContactPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/contracts',
    component: permitted('contracts.manage', ContractsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/upstreams',
    component: permitted('upstreams.manage', UpstreamsPage),
  }),
  createRoute({ getParentRoute: () => signedIn, path: '/health', component: permitted('health.read', HealthPage) }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/technical-log',
    component: permitted('technical-log.look', TechnicalLogPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/contracts/$clientId',
    component: permitted('contracts.manage', ServicePage),
  }),
  createRoute({ getParentRoute: () => signedIn, path: '/holds', component: permitted('holds.manage', HoldsPage) }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/bookkeeping',
    component: permitted('bookkeeping.manage', BookkeepingPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/api-keys',
    component: permitted('api-keys.manage', ApiKeysPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/receivers',
    component: permitted('receivers.manage', ReceiversPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/declarations',
    component: permitted('pledges.declare', DeclarationsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/company-sign-in',
    component: permitted('company-sign-in.manage', CompanySignInPage),
  }),
  createRoute({ getParentRoute: () => signedIn, path: '/staff', component: permitted('staff.read', StaffPage) }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/commands',
    component: permitted('commands.confirm', CommandsPage),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/emergency',
    component: permitted('emergency.prepare', OfficersPage),
  }),
  createRoute({ getParentRoute: () => signedIn, path: '/own', component: OwnPage }),
] as const

const entries = [
  createRoute({ getParentRoute: () => root, path: '/set-up', component: SetUpPage }),
  createRoute({ getParentRoute: () => root, path: '/set-up/organization', component: NameOrganizationPage }),
  createRoute({ getParentRoute: () => root, path: '/invitation', component: InvitationPage }),
  createRoute({ getParentRoute: () => root, path: '/device/add', component: AddDevicePage }),
  createRoute({ getParentRoute: () => root, path: '/no-access', component: NoAccessPage }),
  createRoute({ getParentRoute: () => root, path: '/sign-in/confirmed', component: ConfirmedPage }),
  createRoute({ getParentRoute: () => root, path: '/sign-in/work', component: WorkAddressPage }),
  createRoute({ getParentRoute: () => root, path: '/signed-out', component: SignedOutPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in/problem',
    component: SignInProblemPage,
    // Shown on the page: only what can be a code of ours, or a link could put any sentence there in our name.
    validateSearch: (search: Record<string, unknown>) => ({
      code: /^[a-z_]{1,40}(\.[a-z_]{1,40}){0,2}$/.exec(text(search.code) ?? '')?.[0] ?? 'unknown',
    }),
  }),
] as const

const tree = root.addChildren([signedIn.addChildren(pages), ...entries])

export const createPortalRouter = (token: string | undefined) =>
  createRouter({
    routeTree: tree,
    context: { token },
    defaultPreload: 'intent',
    scrollRestoration: false,
    search: { strict: true },
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>
  }
}
