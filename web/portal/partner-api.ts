// Requests about companies that somebody looks after, and about what they subscribe to; the others are in api.ts.

import type { Collected } from '#portal/collected/api'
import type { Activity, Responsibility } from '#portal/organizations/api'
import type { CompanyList, CompanySort, Standing } from '#portal/partners/api'
import type { SharerList } from '#portal/people/api'
import type { Invoicing, NewSubscription, SubscriptionList } from '#portal/subscriptions/api'
import { send, withQuery } from '../design/client.ts'
import { part, within } from './api.ts'

export type { Collected } from '#portal/collected/api'
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

/** What is collected of people of an organisation, and what it says of its own processing. */
export const collected = {
  read: (organizationId: string) => send<Collected>('GET', `${within(organizationId)}/collected`),
  say: (organizationId: string, responsibility: Responsibility) =>
    send<void>('PUT', `${within(organizationId)}/responsibility`, responsibility),
}
