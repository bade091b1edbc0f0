import { AppError } from '#base/errors'

/** Also for whoever may not see it: that it is there is not told. */
export const groupNotFound = () => new AppError('groups.not_found', 404, 'There is no such group for you.')

export const requestNotFound = () =>
  new AppError('groups.request_not_found', 404, 'There is no such request any more. Nothing was changed.')

export const memberNotFound = () =>
  new AppError('groups.member_not_found', 404, 'There is no such member any more. Nothing was changed.')

export const alreadyThere = () =>
  new AppError('groups.already_there', 409, 'You belong to this group, or have asked to. Nothing was changed.')

export const onlyAdministrator = () =>
  new AppError('groups.only_administrator', 409, 'You are the only administrator. Make somebody else one first.')

export const isAdministrator = () =>
  new AppError('groups.is_administrator', 409, 'An administrator is not removed; they step down themselves.')

export const keptByPortal = () =>
  new AppError(
    'groups.kept_by_portal',
    409,
    'Who works for the provider is decided in the portal. Nothing was changed.',
  )

export const tooMany = () =>
  new AppError('groups.too_many', 409, 'There are as many as there can be. Nothing was added.')

export const othersAdminister = () =>
  new AppError('groups.others_administer', 409, 'Others administer this group too. Nobody ends it over their heads.')

export const typedSomethingElse = () =>
  new AppError('groups.typed_something_else', 400, 'This is not the name of the group. Nothing was changed.', {
    fields: { typed: 'is not the name of the group' },
  })

/** Which of the many reasons it was would help a guesser only. */
export const serviceRefused = () =>
  new AppError('groups.service_refused', 401, 'The service has not proved who it is, or its contract has no groups.')

/** ID-51, ID-52: no event that was carried to its end, or nobody any more; the service is not told which. */
export const personNotKnown = () =>
  new AppError('groups.person_not_known', 403, 'This service may not ask about this person.')
