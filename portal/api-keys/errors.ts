import { AppError } from '#base/errors'

/** The same for one that never was, has been revoked and is over: whoever holds it learns nothing. */
export const notValid = () =>
  new AppError('api_keys.not_valid', 401, 'This API key is not valid, or not any more. Make another in the portal.')

export const notAllowed = () => new AppError('api_keys.not_allowed', 403, 'This API key does not allow this.')

/** ASVS 7.5.3: what wants a person and their passkey is nothing for a program. */
export const peopleOnly = () =>
  new AppError('api_keys.people_only', 403, 'This is for people who have signed in, not for API keys.')

export const badEnd = () => new AppError('api_keys.bad_end', 422, 'An API key ends later than now, within a year.')

export const tooMany = () =>
  new AppError('api_keys.too_many', 409, 'There are as many API keys as there may be. Revoke one that is not used.')

export const notFound = () => new AppError('api_keys.not_found', 404, 'There is no such API key here.')
