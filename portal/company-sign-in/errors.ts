import { AppError } from '#base/errors'

export const notSetUp = () =>
  new AppError('company_sign_in.not_set_up', 409, 'Nobody comes into this company by a provider of its own.')

/** Came back with nothing that we sent out from this browser. */
export const expired = () =>
  new AppError('company_sign_in.expired', 400, 'This took too long or was begun elsewhere. Begin again.')

/** Their account is connected, and they are no member of the company, or not any more. */
export const notMember = () =>
  new AppError('company_sign_in.not_member', 403, 'You do not belong to this company. Ask its administrator.')

/** Nothing is changed: that a provider says nothing of groups is not that somebody is in none. */
export const noGroups = () =>
  new AppError('company_sign_in.no_groups', 403, 'The provider said nothing of groups, so nobody can be let in.')

export const noRole = () =>
  new AppError('company_sign_in.no_role', 403, 'None of your groups has a role here. Ask your administrator.')

export const membersOnly = () =>
  new AppError('company_sign_in.members_only', 403, 'Only people of the organisation itself come in by its provider.')

export const noDomain = () =>
  new AppError('company_sign_in.no_domain', 400, 'This is not a domain that mail could go to.')

export const domainNotFound = () =>
  new AppError('company_sign_in.domain_not_found', 404, 'The organisation has no such domain.')

export const tooManyDomains = () =>
  new AppError('company_sign_in.too_many_domains', 409, 'There are 20 domains already. Remove one first.')

/** Only whoever has proved that they hold the domain is told. */
export const domainTaken = (cause: unknown) =>
  new AppError(
    'company_sign_in.domain_taken',
    409,
    'Another organisation has proved this domain, and keeps it until its record has been gone for two weeks.',
    { cause },
  )

export const domainNotProven = (looked: 'missing' | 'different') =>
  looked === 'missing'
    ? new AppError('company_sign_in.record_missing', 409, 'The name servers know no such record.')
    : new AppError('company_sign_in.record_different', 409, 'The record is there, with other values than this one.')

export const domainUnanswered = () =>
  new AppError('company_sign_in.record_unanswered', 503, 'The name servers of the domain do not answer.')
