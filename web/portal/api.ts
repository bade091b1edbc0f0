// Every request the portal app makes. The shapes are the areas' own (types only: their schemas stay on the server).

import type { KeyList, KeyMade, NewKey } from '#portal/api-keys/api'
import type { ActivityList, AuditList, OwnActions } from '#portal/audit/api'
import type { NewRecord, RecordList } from '#portal/bookkeeping/api'
import type { CommandList } from '#portal/commands/api'
import type { MessageList, OpenedMessage } from '#portal/contact/api'
import type { Choices, Contract, ContractAnswer, ContractList, Decision, UseAnswer } from '#portal/contracts/api'
import type { DeclarationList, NewDeclaration } from '#portal/declarations/api'
import type {
  BulkAct,
  BulkList,
  Chosen,
  CodeLook,
  CreatedToken,
  DeviceChoices,
  DeviceCounts,
  DeviceDetail,
  DeviceFilter,
  DeviceList,
  DeviceSort,
  DeviceState,
  ListedDevice,
  NewAction,
  OwnReach,
  ShownView,
  TokenList,
  ViewList,
} from '#portal/devices/api'
import type { Health } from '#portal/health/api'
import type { HoldList, NewHold } from '#portal/holds/api'
import type { InvitationList, InvitationLook } from '#portal/invitations/api'
import type { OfficersAnswer } from '#portal/officers/api'
import type {
  Activity,
  Controller,
  Operator,
  OperatorAnswer,
  OrganizationTree,
  OutsourcingList,
  PartnerKind,
} from '#portal/organizations/api'
import type { Overview } from '#portal/overview/api'
import type { AnyRole, NewRole, OwnChange, OwnRoles, PeopleList, RecoveryBegun, Role } from '#portal/people/api'
import type { ExclusionKind, LevelHistory, LevelState, PolicyLevel, Settings } from '#portal/policies/api'
import type { Extension, RequestList } from '#portal/requests/api'
import type {
  NewOwnSet,
  NewRuleSet,
  OwnSetDetail,
  RuleSetChange,
  RuleSetDetail,
  RuleSetList,
} from '#portal/rule-sets/api'
import type { SessionAnswer } from '#portal/sessions/api'
import type { SetUpState } from '#portal/set-up/api'
import type { AccessList } from '#portal/staff/api'
import type { Found, LookList, NewLook } from '#portal/technical-log/api'
import type { FoundUpstream, IdentifierType, ListedUpstream, Upstream } from '#portal/upstreams/api'
import { saveFile, send, withQuery } from '../design/client.ts'
import type { Language } from '../design/relative-time.ts'

export type { KeyPermission, ListedKey } from '#portal/api-keys/api'
export type { BookkeepingRecord, NewRecord } from '#portal/bookkeeping/api'
export type { ListedMessage, OpenedMessage } from '#portal/contact/api'
export type {
  Contract,
  ContractAnswer,
  Proposal as ContractProposal,
  UseAnswer as ServiceUse,
} from '#portal/contracts/api'
export type { DeclaredPledge } from '#portal/declarations/api'
export type { GroundWord, Hold, HoldList } from '#portal/holds/api'
export type {
  Activity,
  Controller,
  OperatorAnswer,
  OperatorRole,
  OrganizationNode,
  OutsourcingList,
  PartnerKind,
} from '#portal/organizations/api'
export type { AnyRole, GrantArea, Grantable, OwnRole, Role } from '#portal/people/api'
export type { ExtensionGround, ListedRequest } from '#portal/requests/api'
export type { ListedRuleSet, Offer, OwnSet, RuleSetList } from '#portal/rule-sets/api'
export type { Found, LookGround, LookList, NewLook } from '#portal/technical-log/api'
export type { IdentifierType, ListedUpstream, Upstream } from '#portal/upstreams/api'

/** What one may do somewhere; a newer server may name more than this page knows. */
export type Permission =
  | 'overview.read'
  | 'companies.read'
  | 'subscriptions.read'
  | 'subscriptions.sell'
  | 'removals.ask'
  | 'removals.decide'
  | 'sharers.read'
  | 'people.read'
  | 'people.manage'
  | 'audit.read'
  | 'organizations.read'
  | 'organizations.manage'
  | 'outsourcing.manage'
  | 'holds.manage'
  | 'requests.manage'
  | 'contact.manage'
  | 'emergency.prepare'
  | 'devices.read'
  | 'devices.manage'
  | 'detections.read'
  | 'detections.manage'
  | 'policies.read'
  | 'policies.manage'
  | 'standards.manage'
  | 'pledges.declare'
  | 'bookkeeping.manage'
  | 'rule-sets.manage'
  | 'own-rules.manage'
  | 'contracts.manage'
  | 'upstreams.manage'
  | 'technical-log.look'
  | 'staff.read'
  | 'company-sign-in.manage'
  | 'api-keys.manage'
  | 'receivers.manage'
  | 'commands.confirm'
  | 'health.read'
  | 'reports.manage'

export type Session = SessionAnswer
export type { Health } from '#portal/health/api'
export type { AccessList } from '#portal/staff/api'
export type WaitingCommandHere = CommandList['waiting'][number]
export type StandingCommand = CommandList['standing'][number]
export type ListedContract = ContractList['contracts'][number]
export type Membership = Session['organizations'][number]
export type Need = Overview['needs'][number]
export type Person = PeopleList['people'][number]
export type Invitation = InvitationList['invitations'][number]
export type OfficersHere = OfficersAnswer
export type AuditRecord = AuditList['records'][number]
export type {
  CreatedToken,
  DeviceDetail,
  DeviceState,
  ExclusionKind,
  LevelHistory,
  LevelState,
  ListedDevice,
  PolicyLevel,
  Settings as PolicySettings,
}
export type DeviceAsked = DeviceFilter & { search?: string; sort?: DeviceSort; direction?: 'up' | 'down' }
export type AuditFilter = { action?: string; personId?: string; from?: string; to?: string }
export type NewInvitation = { email: string; name?: string; roles: Role[]; ownRoles?: string[]; language: Language }

export const within = (organizationId: string) => `/api/organizations/${encodeURIComponent(organizationId)}`
export const part = encodeURIComponent

export const session = {
  read: (organization?: string) => send<Session>('GET', withQuery('/api/session', { organization })),
  signOut: () => send<{ next: string }>('POST', '/sign-out'),
}

export const setUp = {
  state: () => send<SetUpState>('GET', '/api/set-up'),
  look: (token: string) => send<void>('POST', '/api/set-up/look', { token }),
  begin: (token: string, controller: Controller) => send<void>('POST', '/api/set-up/begin', { token, controller }),
  finish: (name: string) => send<{ organizationId: string }>('POST', '/api/set-up/finish', { name }),
}

export const own = {
  change: (change: OwnChange) => send<void>('PUT', '/api/own', change),
  actions: (cursor?: string) => send<OwnActions>('GET', withQuery('/api/own/actions', { cursor })),
}

export const overview = {
  read: (organizationId: string) => send<Overview>('GET', `${within(organizationId)}/overview`),
}

export const people = {
  list: (organizationId: string, search: string, cursor?: string, signal?: AbortSignal) =>
    send<PeopleList>('GET', withQuery(`${within(organizationId)}/people`, { search, cursor }), undefined, signal),
  changeRoles: (organizationId: string, personId: string, roles: Role[], ownRoles?: string[]) =>
    send<void>('PUT', `${within(organizationId)}/people/${part(personId)}/roles`, { roles, ownRoles }),
  remove: (organizationId: string, personId: string) =>
    send<void>('DELETE', `${within(organizationId)}/people/${part(personId)}`),
  beginRecovery: (organizationId: string, personId: string) =>
    send<RecoveryBegun>('POST', `${within(organizationId)}/people/${part(personId)}/recovery`),
}

/** Roles that the organisation has made. */
export const ownRoles = {
  list: (organizationId: string) => send<OwnRoles>('GET', `${within(organizationId)}/roles`),
  make: (organizationId: string, role: NewRole) =>
    send<{ roleId: string }>('POST', `${within(organizationId)}/roles`, role),
  change: (organizationId: string, roleId: string, role: NewRole) =>
    send<void>('PUT', `${within(organizationId)}/roles/${part(roleId)}`, role),
  remove: (organizationId: string, roleId: string, instead: AnyRole) =>
    send<void>('POST', `${within(organizationId)}/roles/${part(roleId)}/remove`, { instead }),
}

export const officers = {
  read: (organizationId: string) => send<OfficersHere>('GET', `${within(organizationId)}/officers`),
  add: (organizationId: string, officer: string) =>
    send<void>('POST', `${within(organizationId)}/officers`, { officer }),
  sign: (organizationId: string, number: number, signature: string) =>
    send<void>('POST', `${within(organizationId)}/officers/signature`, { number, signature }),
  remove: (organizationId: string, personId: string) =>
    send<void>('DELETE', `${within(organizationId)}/officers/${part(personId)}`),
}

export const invitations = {
  list: (organizationId: string) => send<InvitationList>('GET', `${within(organizationId)}/invitations`),
  send: (organizationId: string, invitation: NewInvitation) =>
    send<void>('POST', `${within(organizationId)}/invitations`, invitation),
  resend: (organizationId: string, invitationId: string) =>
    send<void>('POST', `${within(organizationId)}/invitations/${part(invitationId)}/resend`),
  withdraw: (organizationId: string, invitationId: string) =>
    send<void>('DELETE', `${within(organizationId)}/invitations/${part(invitationId)}`),
  inviteFirst: (organizationId: string, managedId: string, first: Omit<NewInvitation, 'roles' | 'ownRoles'>) =>
    send<void>('POST', `${within(organizationId)}/organizations/${part(managedId)}/administrator`, first),
  look: (token: string) => send<InvitationLook>('POST', '/api/invitations/look', { token }),
  begin: (token: string) => send<void>('POST', '/api/invitations/begin', { token }),
}

export const audit = {
  activity: (organizationId: string, cursor?: string) =>
    send<ActivityList>('GET', withQuery(`${within(organizationId)}/activity`, { cursor })),
  list: (organizationId: string, filter: AuditFilter, cursor?: string) =>
    send<AuditList>('GET', withQuery(`${within(organizationId)}/audit`, { ...filter, cursor })),
}

/** Of the provider alone: what is kept beyond its time. */
export const holds = {
  list: (organizationId: string) => send<HoldList>('GET', `${within(organizationId)}/holds`),
  propose: (organizationId: string, hold: NewHold) =>
    send<{ holdId: string }>('POST', `${within(organizationId)}/holds`, hold),
  decide: (organizationId: string, holdId: string, isApproved: boolean) =>
    send<void>('POST', `${within(organizationId)}/holds/${part(holdId)}/decision`, { isApproved }),
  review: (organizationId: string, holdId: string, reviewBy: string) =>
    send<void>('POST', `${within(organizationId)}/holds/${part(holdId)}/review`, { reviewBy }),
  end: (organizationId: string, holdId: string) =>
    send<void>('DELETE', `${within(organizationId)}/holds/${part(holdId)}`),
}

/** With services that identify people here: of the provider all, of others those they own. */
const contractAt = (organizationId: string, clientId: string) => `${within(organizationId)}/contracts/${part(clientId)}`
const upstreamAt = (organizationId: string, upstreamId: string) =>
  `${within(organizationId)}/upstreams/${part(upstreamId)}`
export const upstreams = {
  list: (organizationId: string) =>
    send<{ upstreams: ListedUpstream[]; identifierTypes: IdentifierType[] }>(
      'GET',
      `${within(organizationId)}/upstreams`,
    ),
  makeType: (organizationId: string, type: IdentifierType) =>
    send<void>('POST', `${within(organizationId)}/identifier-types`, type),
  removeType: (organizationId: string, typeId: string) =>
    send<void>('DELETE', `${within(organizationId)}/identifier-types/${part(typeId)}`),
  make: (organizationId: string, upstream: Upstream) =>
    send<{ upstreamId: string }>('POST', `${within(organizationId)}/upstreams`, upstream),
  change: (organizationId: string, upstreamId: string, upstream: Upstream) =>
    send<void>('PUT', upstreamAt(organizationId, upstreamId), upstream),
  setSecret: (organizationId: string, upstreamId: string, secret: string) =>
    send<void>('PUT', `${upstreamAt(organizationId, upstreamId)}/secret`, { secret }),
  setState: (organizationId: string, upstreamId: string, state: ListedUpstream['state']) =>
    send<void>('PUT', `${upstreamAt(organizationId, upstreamId)}/state`, { state }),
  remove: (organizationId: string, upstreamId: string) => send<void>('DELETE', upstreamAt(organizationId, upstreamId)),
  look: (organizationId: string, upstreamId: string) =>
    send<FoundUpstream>('POST', `${upstreamAt(organizationId, upstreamId)}/look`, {}),
}

export const contracts = {
  list: (organizationId: string) => send<ContractList>('GET', `${within(organizationId)}/contracts`),
  find: (organizationId: string, clientId: string) => send<ContractAnswer>('GET', contractAt(organizationId, clientId)),
  use: (organizationId: string, clientId: string) =>
    send<UseAnswer>('GET', `${contractAt(organizationId, clientId)}/use`),
  make: (organizationId: string, contract: Contract) =>
    send<{ clientId: string }>('POST', `${within(organizationId)}/contracts`, contract),
  change: (organizationId: string, clientId: string, contract: Contract) =>
    send<{ proposalId: string | null }>('PUT', contractAt(organizationId, clientId), contract),
  choices: (organizationId: string) => send<Choices>('GET', `${within(organizationId)}/contract-choices`),
  send: (organizationId: string, clientId: string, terms: string) =>
    send<{ proposalId: string }>('POST', `${contractAt(organizationId, clientId)}/proposal`, { terms }),
  withdraw: (organizationId: string, clientId: string) =>
    send<void>('DELETE', `${contractAt(organizationId, clientId)}/proposal`),
  decide: (organizationId: string, clientId: string, decision: Decision) =>
    send<void>('POST', `${contractAt(organizationId, clientId)}/decision`, decision),
  setOwner: (organizationId: string, clientId: string, ownerId: string | null) =>
    send<void>('PUT', `${contractAt(organizationId, clientId)}/owner`, { organizationId: ownerId }),
  enforce: (organizationId: string, clientId: string, terms: string) =>
    send<void>('POST', `${contractAt(organizationId, clientId)}/force`, { terms }),
  declare: (organizationId: string, clientId: string, terms: string) =>
    send<void>('POST', `${contractAt(organizationId, clientId)}/declaration`, { terms }),
  end: (organizationId: string, clientId: string) =>
    send<{ endsAt: string }>('POST', `${contractAt(organizationId, clientId)}/end`, {}),
  makeSecret: (organizationId: string, clientId: string) =>
    send<{ secret: string }>('POST', `${contractAt(organizationId, clientId)}/secret`, {}),
}

/** Of identifications; of the provider alone, and each look for a stated ground. */
export const technicalLog = {
  looks: (organizationId: string) => send<LookList>('GET', `${within(organizationId)}/technical-log/looks`),
  look: (organizationId: string, look: NewLook) =>
    send<Found>('POST', `${within(organizationId)}/technical-log/looks`, look),
}

/** Of this Vartio itself; of the provider alone. */
export const health = {
  read: (organizationId: string) => send<Health>('GET', `${within(organizationId)}/health`),
}

/** Of the terminal; of the provider alone. */
export const commands = {
  list: (organizationId: string) => send<CommandList>('GET', `${within(organizationId)}/commands`),
  confirm: (organizationId: string, confirmationId: string, shown: { digest: string; repeat: boolean }) =>
    send<void>('POST', `${within(organizationId)}/commands/${part(confirmationId)}/confirm`, shown),
  withdraw: (organizationId: string, confirmationId: string) =>
    send<void>('DELETE', `${within(organizationId)}/commands/${part(confirmationId)}`),
}

/** Who of the provider could do what, and when. */
export const staff = {
  list: (organizationId: string, query: { day?: string; search?: string }, signal?: AbortSignal) =>
    send<AccessList>('GET', withQuery(`${within(organizationId)}/staff`, query), undefined, signal),
  exportPath: (organizationId: string, query: { day?: string; search?: string }) =>
    withQuery(`${within(organizationId)}/staff/export`, query),
}

/** Of persons about their rights; of the provider alone. */
export const requests = {
  list: (organizationId: string) => send<RequestList>('GET', `${within(organizationId)}/requests`),
  extend: (organizationId: string, requestId: string, extension: Extension) =>
    send<void>('POST', `${within(organizationId)}/requests/${part(requestId)}/extension`, extension),
}

/** What people write to the controller; of the provider alone. */
export const contact = {
  list: (organizationId: string) => send<MessageList>('GET', `${within(organizationId)}/contact`),
  open: (organizationId: string, messageId: string) =>
    send<OpenedMessage>('POST', `${within(organizationId)}/contact/${part(messageId)}/look`),
  handle: (organizationId: string, messageId: string, isHandled: boolean) =>
    send<void>('PUT', `${within(organizationId)}/contact/${part(messageId)}`, { isHandled }),
  erase: (organizationId: string, messageId: string) =>
    send<void>('DELETE', `${within(organizationId)}/contact/${part(messageId)}`),
}

/** Of the provider: what accounting law wants kept. */
export const bookkeeping = {
  list: (organizationId: string, cursor?: string) =>
    send<RecordList>('GET', withQuery(`${within(organizationId)}/bookkeeping`, { cursor })),
  enter: (organizationId: string, record: NewRecord) =>
    send<{ recordId: string }>('POST', `${within(organizationId)}/bookkeeping`, record),
  exportPath: (organizationId: string, year: string) =>
    withQuery(`${within(organizationId)}/bookkeeping/export`, { year }),
}

/** Of the organisation's own programs. */
export const apiKeys = {
  list: (organizationId: string) => send<KeyList>('GET', `${within(organizationId)}/api-keys`),
  make: (organizationId: string, key: NewKey) => send<KeyMade>('POST', `${within(organizationId)}/api-keys`, key),
  revoke: (organizationId: string, keyId: string) =>
    send<void>('DELETE', `${within(organizationId)}/api-keys/${part(keyId)}`),
}

/** Pledges that people of the provider vouch for. */
export const declarations = {
  list: (organizationId: string) => send<DeclarationList>('GET', `${within(organizationId)}/declarations`),
  declare: (organizationId: string, declaration: NewDeclaration) =>
    send<{ declarationId: string }>('POST', `${within(organizationId)}/declarations`, declaration),
  withdraw: (organizationId: string, declarationId: string) =>
    send<void>('DELETE', `${within(organizationId)}/declarations/${part(declarationId)}`),
}

export const organizations = {
  operator: (organizationId: string) => send<OperatorAnswer>('GET', `${within(organizationId)}/operator`),
  setOperator: (organizationId: string, operator: Operator) =>
    send<void>('PUT', `${within(organizationId)}/operator`, operator),
  tree: (organizationId: string) => send<OrganizationTree>('GET', `${within(organizationId)}/organizations`),
  add: (
    organizationId: string,
    organization: { name: string; kind: 'partner' | 'company'; partnerKind?: PartnerKind },
  ) => send<void>('POST', `${within(organizationId)}/organizations`, organization),
  /** Of the company itself: who looks after it, and who could. */
  outsourcing: (organizationId: string) => send<OutsourcingList>('GET', `${within(organizationId)}/outsourcing`),
  beginOwn: (organizationId: string, managingId: string, activities: readonly Activity[]) =>
    send<void>('POST', `${within(organizationId)}/outsourcing/${part(managingId)}`, { activities }),
  endOwn: (organizationId: string, managingId: string) =>
    send<void>('DELETE', `${within(organizationId)}/outsourcing/${part(managingId)}`),
  /** For a company below that has no administrator yet. */
  outsource: (organizationId: string, managedId: string, activities: readonly Activity[]) =>
    send<void>('POST', `${within(organizationId)}/organizations/${part(managedId)}/outsourcing`, { activities }),
  endOutsourcing: (organizationId: string, managedId: string) =>
    send<void>('DELETE', `${within(organizationId)}/organizations/${part(managedId)}/outsourcing`),
}

export const devices = {
  /** What somebody searches for may be a name: it travels in a body. */
  list: (organizationId: string, { search, ...query }: DeviceAsked, cursor?: string, signal?: AbortSignal) =>
    search
      ? send<DeviceList>('POST', `${within(organizationId)}/device-search`, { ...query, search, cursor }, signal)
      : send<DeviceList>(
          'GET',
          withQuery(`${within(organizationId)}/devices`, {
            ...query,
            unseenDays: query.unseenDays ? String(query.unseenDays) : undefined,
            cursor,
          }),
          undefined,
          signal,
        ),
  export: (organizationId: string, asked: DeviceAsked) =>
    saveFile(`${within(organizationId)}/device-export`, asked, 'devices.csv'),
  choices: (organizationId: string) => send<DeviceChoices>('GET', `${within(organizationId)}/device-choices`),
  addGroup: (organizationId: string, name: string) =>
    send<{ groupId: string }>('POST', `${within(organizationId)}/device-groups`, { name }),
  addTag: (organizationId: string, name: string) =>
    send<{ tagId: string }>('POST', `${within(organizationId)}/device-tags`, { name }),
  renameLabel: (organizationId: string, kind: 'group' | 'tag', id: string, name: string) =>
    send<void>('PUT', `${within(organizationId)}/device-${kind}s/${part(id)}`, { name }),
  removeLabel: (organizationId: string, kind: 'group' | 'tag', id: string) =>
    send<void>('DELETE', `${within(organizationId)}/device-${kind}s/${part(id)}`),
  /** Whole: what is not named the device no longer has. */
  label: (organizationId: string, deviceId: string, labels: { groupId: string | null; tagIds: string[] }) =>
    send<void>('PUT', `${within(organizationId)}/devices/${part(deviceId)}/labels`, labels),
  views: (organizationId: string) => send<ViewList>('GET', `${within(organizationId)}/device-views`),
  keepView: (organizationId: string, shown: ShownView) =>
    send<void>('PUT', `${within(organizationId)}/device-view`, shown),
  addView: (organizationId: string, name: string, shown: ShownView) =>
    send<{ viewId: string }>('POST', `${within(organizationId)}/device-views`, { name, shown }),
  forgetView: (organizationId: string, viewId: string) =>
    send<void>('DELETE', `${within(organizationId)}/device-views/${part(viewId)}`),
  bulks: (organizationId: string) => send<BulkList>('GET', `${within(organizationId)}/device-bulk`),
  beginBulk: (organizationId: string, act: BulkAct, chosen: Chosen) =>
    send<{ bulkId: string; total: number }>('POST', `${within(organizationId)}/device-bulk`, { act, chosen }),
  stopBulk: (organizationId: string, bulkId: string) =>
    send<void>('POST', `${within(organizationId)}/device-bulk/${part(bulkId)}/stop`),
  undoBulk: (organizationId: string, bulkId: string) =>
    send<void>('POST', `${within(organizationId)}/device-bulk/${part(bulkId)}/undo`),
  counts: (organizationId: string) => send<DeviceCounts>('GET', `${within(organizationId)}/device-counts`),
  read: (organizationId: string, deviceId: string) =>
    send<DeviceDetail>('GET', `${within(organizationId)}/devices/${part(deviceId)}`),
  remove: (organizationId: string, deviceId: string) =>
    send<void>('DELETE', `${within(organizationId)}/devices/${part(deviceId)}`),
  ask: (organizationId: string, deviceId: string, action: NewAction) =>
    send<{ actionId: string }>('POST', `${within(organizationId)}/devices/${part(deviceId)}/actions`, action),
  /** Where the browser fetches a collected file. */
  contentOf: (organizationId: string, deviceId: string, actionId: string) =>
    `${within(organizationId)}/devices/${part(deviceId)}/actions/${part(actionId)}/content`,
  reach: (organizationId: string) => send<OwnReach>('GET', `${within(organizationId)}/device-reach`),
  codes: (organizationId: string) => send<TokenList>('GET', `${within(organizationId)}/device-codes`),
  makeCode: (organizationId: string, code: { uses: number; hours: number }) =>
    send<CreatedToken>('POST', `${within(organizationId)}/device-codes`, code),
  revokeCode: (organizationId: string, tokenId: string) =>
    send<void>('DELETE', `${within(organizationId)}/device-codes/${part(tokenId)}`),
  look: (code: string) => send<CodeLook>('POST', '/api/devices/look', { code }),
}

export const ruleSets = {
  list: (organizationId: string) => send<RuleSetList>('GET', `${within(organizationId)}/rule-sets`),
  read: (organizationId: string, name: string) =>
    send<RuleSetDetail>('GET', `${within(organizationId)}/rule-sets/${part(name)}`),
  add: (organizationId: string, set: NewRuleSet) => send<void>('POST', `${within(organizationId)}/rule-sets`, set),
  change: (organizationId: string, name: string, change: RuleSetChange) =>
    send<void>('PUT', `${within(organizationId)}/rule-sets/${part(name)}`, change),
  remove: (organizationId: string, name: string) =>
    send<void>('DELETE', `${within(organizationId)}/rule-sets/${part(name)}`),
  fetch: (organizationId: string, name: string) =>
    send<void>('POST', `${within(organizationId)}/rule-sets/${part(name)}/fetch`),
  bring: (organizationId: string, name: string, number: number, content: string) =>
    send<void>('PUT', `${within(organizationId)}/rule-sets/${part(name)}/pieces/${number}`, { content }),
  brought: (organizationId: string, name: string, pieces: number, key: string) =>
    send<void>('POST', `${within(organizationId)}/rule-sets/${part(name)}/brought`, {
      pieces,
      ...(key ? { key } : {}),
    }),
  bundlePath: (organizationId: string, name: string) => `${within(organizationId)}/rule-sets/${part(name)}/bundle`,
}

/** Rules that an organisation has written for its own devices. */
export const ownRules = {
  read: (organizationId: string, name: string) =>
    send<OwnSetDetail>('GET', `${within(organizationId)}/own-rules/${part(name)}`),
  add: (organizationId: string, set: NewOwnSet) => send<void>('POST', `${within(organizationId)}/own-rules`, set),
  write: (organizationId: string, name: string, set: { title: string; text: string }) =>
    send<void>('PUT', `${within(organizationId)}/own-rules/${part(name)}`, set),
  use: (organizationId: string, name: string, isUsed: boolean) =>
    send<void>('PUT', `${within(organizationId)}/own-rules/${part(name)}/use`, { isUsed }),
  remove: (organizationId: string, name: string) =>
    send<void>('DELETE', `${within(organizationId)}/own-rules/${part(name)}`),
}
