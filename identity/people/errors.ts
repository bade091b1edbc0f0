import { AppError } from '#base/errors'

export const addressInvalid = () =>
  new AppError('people.address_invalid', 400, 'This is not an e-mail address.', { fields: { email: 'invalid' } })

export const nameInvalid = () =>
  new AppError('people.name_invalid', 400, 'Write a name of 1 to 100 characters.', { fields: { name: 'invalid' } })

export const pictureInvalid = () =>
  new AppError('people.picture_invalid', 400, 'Give the address of a picture that begins with https://, or nothing.', {
    fields: { picture: 'invalid' },
  })

export const addressTaken = (cause?: unknown) =>
  new AppError('people.address_taken', 409, 'This address belongs to an account already.', { cause })

export const addressNotFound = () =>
  new AppError('people.address_not_found', 404, 'This address is not in your account.')

export const addressPrimary = () =>
  new AppError('people.address_primary', 409, 'This is your primary address. Make another one primary first.')

export const tooManyAddresses = () =>
  new AppError('people.too_many_addresses', 409, 'You have as many addresses as there may be. Remove one first.')

/** One answer for a wrong, used, expired and exhausted code: which it was would help a guesser only. */
export const codeWrong = () =>
  new AppError('people.code_wrong', 400, 'The code is wrong or no longer valid.', { fields: { code: 'wrong' } })

export const tooManyCodes = (retryAfterSeconds: number) =>
  new AppError('people.too_many_codes', 429, 'Too many codes were asked for. Wait and try again.', {
    retryAfterSeconds,
  })

export const personNotFound = () => new AppError('people.person_not_found', 404, 'There is no such person.')

/** ID-76: too late to come back. Said only to whoever has just proved that it is theirs. */
export const accountOver = () =>
  new AppError('people.account_over', 410, 'This account was not used for four months, so it is being deleted.')
