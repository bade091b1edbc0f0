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
