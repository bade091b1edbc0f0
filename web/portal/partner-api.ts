// Requests about companies that somebody looks after, and about what they subscribe to; the others are in api.ts.

import type { Collected } from '#portal/collected/api'
import type { Activity, Responsibility } from '#portal/organizations/api'
import type { CompanyList, CompanySort, Standing } from '#portal/partners/api'
import type { SharerList } from '#portal/people/api'
import type { Decision, OwnRemoval, RemovalList } from '#portal/removals/api'
import type {
  AppliedStandards,
  NewPush,
  NewStandard,
  PushList,
  StandardDetail,
  StandardList,
  StandardPreview,
} from '#portal/standards/api'
import type { Invoicing, NewSubscription, SubscriptionList } from '#portal/subscriptions/api'
import { send, withQuery } from '../design/client.ts'
import { type LevelState, part, within } from './api.ts'

export type { Collected } from '#portal/collected/api'
export type { AppliedStandards, StandardDetail, StandardPreview } from '#portal/standards/api'
export type { SubscriptionList } from '#portal/subscriptions/api'

export type CompaniesAsked = {
  search?: string
  standing?: Standing
  activity?: Activity
  alone?: 'yes'
  sort?: CompanySort
}

/** Those that somebody looks after. */
export const companies = {
  list: (organizationId: string, { from, ...asked }: CompaniesAsked & { from?: number }, signal?: AbortSignal) =>
    send<CompanyList>(
      'GET',
      withQuery(`${within(organizationId)}/companies`, { ...asked, from: from ? String(from) : undefined }),
      undefined,
      signal,
    ),
}

export const subscriptions = {
  read: (organizationId: string) => send<SubscriptionList>('GET', `${within(organizationId)}/subscriptions`),
  sharers: (organizationId: string, cursor?: string) =>
    send<SharerList>('GET', withQuery(`${within(organizationId)}/sharers`, { cursor })),
  invoicing: (organizationId: string, month: string) =>
    send<Invoicing>('GET', withQuery(`${within(organizationId)}/invoicing`, { month })),
  sell: (organizationId: string, companyId: string, wanted: NewSubscription) =>
    send<void>(
      'PUT',
      `${within(organizationId)}/organizations/${part(companyId)}/subscriptions/endpoint-protection`,
      wanted,
    ),
}

/** That a company goes from this Vartio with everything that is tied to it. */
export const removals = {
  read: (organizationId: string) => send<OwnRemoval>('GET', `${within(organizationId)}/removal`),
  ask: (organizationId: string) => send<void>('POST', `${within(organizationId)}/removal`),
  withdraw: (organizationId: string) => send<void>('DELETE', `${within(organizationId)}/removal`),
  list: (organizationId: string) => send<RemovalList>('GET', `${within(organizationId)}/removals`),
  decide: (organizationId: string, companyId: string, decided: Decision) =>
    send<void>('PUT', `${within(organizationId)}/organizations/${part(companyId)}/removal`, decided),
  takeBack: (organizationId: string, companyId: string) =>
    send<void>('DELETE', `${within(organizationId)}/organizations/${part(companyId)}/removal`),
}

/** What is collected of people of an organisation, and what it says of its own processing. */
export const collected = {
  read: (organizationId: string) => send<Collected>('GET', `${within(organizationId)}/collected`),
  say: (organizationId: string, responsibility: Responsibility) =>
    send<void>('PUT', `${within(organizationId)}/responsibility`, responsibility),
}

const standardOf = (organizationId: string, standardId: string) =>
  `${within(organizationId)}/standards/${part(standardId)}`

export type StandardWanted = LevelState & Pick<NewStandard, 'name' | 'description'> & { note?: string }
/** Standard policies, and the giving of them to companies. */
export const standards = {
  list: (organizationId: string) => send<StandardList>('GET', `${within(organizationId)}/standards`),
  read: (organizationId: string, standardId: string) =>
    send<StandardDetail>('GET', standardOf(organizationId, standardId)),
  make: (organizationId: string, wanted: StandardWanted) =>
    send<{ standardId: string }>('POST', `${within(organizationId)}/standards`, wanted),
  change: (organizationId: string, standardId: string, wanted: StandardWanted & { version: number }) =>
    send<{ version: number }>('PUT', standardOf(organizationId, standardId), wanted),
  remove: (organizationId: string, standardId: string) => send<void>('DELETE', standardOf(organizationId, standardId)),
  preview: (organizationId: string, standardId: string, companies: readonly string[]) =>
    send<StandardPreview>('POST', `${standardOf(organizationId, standardId)}/preview`, { companies }),
  push: (organizationId: string, standardId: string, wanted: NewPush) =>
    send<{ pushId: string }>('POST', `${standardOf(organizationId, standardId)}/pushes`, wanted),
  pushes: (organizationId: string) => send<PushList>('GET', `${within(organizationId)}/standard-pushes`),
  stop: (organizationId: string, pushId: string) =>
    send<void>('POST', `${within(organizationId)}/standard-pushes/${part(pushId)}/stop`),
  undo: (organizationId: string, pushId: string) =>
    send<void>('POST', `${within(organizationId)}/standard-pushes/${part(pushId)}/undo`),
  /** For the company itself. */
  applied: (organizationId: string) => send<AppliedStandards>('GET', `${within(organizationId)}/policy/standards`),
}
