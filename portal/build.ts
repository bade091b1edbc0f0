import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cookies } from '#architecture'
import type { Condition } from '#base/condition'
import { createApiKeys, isKeySent } from '#portal/api-keys'
import { proofs as auditProofs, createAudit } from '#portal/audit'
import { createBookkeeping } from '#portal/bookkeeping'
import { createCollected } from '#portal/collected'
import { createCommands } from '#portal/commands'
import { createCompanySignIn } from '#portal/company-sign-in'
import { createContact } from '#portal/contact'
import { createContracts } from '#portal/contracts'
import { createDeclarations } from '#portal/declarations'
import { createDetections } from '#portal/detections'
import { createDevices } from '#portal/devices'
import { createHealth } from '#portal/health'
import { createHolds } from '#portal/holds'
import { createInvitations } from '#portal/invitations'
import { createOfficers } from '#portal/officers'
import { createOrganizations } from '#portal/organizations'
import { createOverview } from '#portal/overview'
import { createPartners } from '#portal/partners'
import { createPeople } from '#portal/people'
import { createPolicies } from '#portal/policies'
import { createReceivers } from '#portal/receivers'
import { createRemovals } from '#portal/removals'
import { createReports } from '#portal/reports'
import { createRequests } from '#portal/requests'
import { createRuleSets } from '#portal/rule-sets'
import { createSessions } from '#portal/sessions'
import { createSetUp } from '#portal/set-up'
import { createStaff } from '#portal/staff'
import { createStandards } from '#portal/standards'
import { createSubscriptions } from '#portal/subscriptions'
import { createTechnicalLog } from '#portal/technical-log'
import { createUpstreams } from '#portal/upstreams'
import type { Authorize } from '#server/http'
import { pageRoutes } from '#server/page'
import { type Platform, programPorts } from '#server/platform'
import { createErrorPage } from '#server/problem-page'
import { descriptions } from './data.ts'

export { descriptions } from './data.ts'

/** Builds the areas in order: each gets only what was built before it. */
export function buildPortal(platform: Platform & { readonly readCondition: () => Promise<Condition> }) {
  const { http, settings } = platform
  const certificate = settings.text('VARTIO_TLS_CERTIFICATE_FILE')
  const audit = createAudit(platform)
  const organizations = createOrganizations(platform, { audit })
  const people = createPeople(platform, { audit, organizations })
  const sessions = createSessions(
    {
      ...platform,
      reach: {
        folder: platform.folder,
        // Behind a proxy identity's public name leads to it through the proxy; otherwise it listens on this machine.
        port: settings.text('VARTIO_PROXY') ? undefined : settings.number('VARTIO_PORT') + programPorts.identity,
        certificate: certificate && readFileSync(certificate, 'utf8'),
      },
    },
    { audit, organizations, people },
  )
  const invitations = createInvitations(platform, { audit, organizations, people, sessions })
  const setUp = createSetUp(platform, { audit, organizations, people, sessions })
  const subscriptions = createSubscriptions(platform, { audit, organizations })
  const policies = createPolicies(platform, { audit })
  const ruleSets = createRuleSets(platform, { audit, organizations })
  const devices = createDevices(platform, { audit, organizations, policies, ruleSets, subscriptions })
  const detections = createDetections(platform, { audit, people, policies, devices, subscriptions })
  const officers = createOfficers(platform, { audit, organizations, people })
  const contact = createContact(platform, { audit, organizations })
  const receivers = createReceivers(
    { ...platform, allowed: settings.text('VARTIO_RECEIVERS') ?? '' },
    { audit, detections, devices, policies },
  )
  const contracts = createContracts(platform, { audit, organizations, people })
  const health = createHealth(platform, { organizations, devices })
  const overview = createOverview(platform, {
    health,
    organizations,
    subscriptions,
    people,
    invitations,
    devices,
    detections,
    contact,
    contracts,
    receivers,
  })
  const partners = createPartners(platform, { organizations, overview })
  const standards = createStandards(platform, { audit, organizations, people, policies })
  const reports = createReports(platform, {
    audit,
    organizations,
    people,
    subscriptions,
    policies,
    devices,
    detections,
    overview,
    partners,
  })
  const collected = createCollected({ ...platform, descriptions }, { organizations, subscriptions })
  const holds = createHolds(platform, { audit, organizations, people })
  const requests = createRequests(platform, { audit, organizations })
  const upstreams = createUpstreams(platform, { audit, organizations })
  const technicalLog = createTechnicalLog(platform, { audit, organizations, people })
  const bookkeeping = createBookkeeping(
    {
      ...platform,
      place: { folder: settings.text('VARTIO_STATUTORY_FOLDER'), publicFolder: platform.publicFolder },
    },
    { audit, organizations },
  )
  const apiKeys = createApiKeys(platform, { audit, people })
  const staff = createStaff(platform, { audit, organizations, people })
  const companySignIn = createCompanySignIn(
    { ...platform, nameServers: settings.text('VARTIO_NAME_SERVERS') ?? '' },
    { audit, organizations, people, sessions },
  )
  const removals = createRemovals(
    { ...platform, months: settings.number('VARTIO_KEEP_MONTHS') },
    {
      audit,
      organizations,
      people,
      subscriptions,
      elsewhere: async (companyId) => {
        await companySignIn.forget(companyId)
        await contracts.leave(companyId)
      },
    },
  )
  const commands = createCommands(platform, { audit, organizations, people })
  const declarations = createDeclarations(platform, { audit, organizations, people })
  http.register('pages', pageRoutes(platform.urls.privacy))
  http.register('audit', audit.routes)
  http.register('organizations', organizations.routes)
  http.register('people', people.routes)
  http.register('sessions', sessions.routes)
  http.register('invitations', invitations.routes)
  http.register('set-up', setUp.routes)
  http.register('subscriptions', subscriptions.routes)
  http.register('policies', policies.routes)
  http.register('rule-sets', ruleSets.routes)
  http.register('devices', devices.routes)
  http.register('detections', detections.routes)
  http.register('officers', officers.routes)
  http.register('receivers', receivers.routes)
  http.register('overview', overview.routes)
  http.register('partners', partners.routes)
  http.register('standards', standards.routes)
  http.register('reports', reports.routes)
  http.register('collected', collected.routes)
  http.register('contact', contact.routes)
  http.register('holds', holds.routes)
  http.register('requests', requests.routes)
  http.register('contracts', contracts.routes)
  http.register('upstreams', upstreams.routes)
  http.register('technical-log', technicalLog.routes)
  http.register('bookkeeping', bookkeeping.routes)
  http.register('declarations', declarations.routes)
  http.register('api-keys', apiKeys.routes)
  http.register('commands', commands.routes)
  http.register('health', health.routes)
  http.register('staff', staff.routes)
  http.register('company-sign-in', companySignIn.routes)
  http.register('removals', removals.routes)
  // Before the database closes: what is being fetched is let go.
  http.app.addHook('onClose', () =>
    Promise.all([ruleSets.stop(), commands.stop(), partners.stop()]).then(() => undefined),
  )
  platform.proveSelf({
    cookies: cookies.filter(({ program }) => program === 'portal').map(({ name }) => name),
    descriptions,
    proofs: [{ 'audit.compared': audit.comparison }, auditProofs],
    schema: readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'),
  })
  return {
    // A device has no session: it signs each request.
    authorize: ((route, request) => {
      if (route.permission === 'device') return devices.identify(request)
      return isKeySent(request) ? apiKeys.authorize(route, request) : sessions.authorize(route, request)
    }) satisfies Authorize,
    errorPage: createErrorPage('/'),
    audit,
    organizations,
    people,
    sessions,
    invitations,
    setUp,
    subscriptions,
    removals,
    policies,
    ruleSets,
    devices,
    detections,
    partners,
    standards,
    reports,
    holds,
    bookkeeping,
    apiKeys,
    receivers,
    commands,
    contracts,
    staff,
    companySignIn,
  }
}
