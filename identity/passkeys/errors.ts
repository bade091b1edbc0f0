import { AppError } from '#base/errors'

/** One answer for every reason: unknown passkey, old challenge, wrong signature. The reason is for the operator. */
export const passkeyRefused = (cause?: unknown) =>
  new AppError('passkeys.refused', 400, 'The passkey was not accepted. Try again.', { cause })

export const passkeyNotFound = () => new AppError('passkeys.passkey_not_found', 404, 'There is no such passkey.')

export const lastPasskey = () =>
  new AppError(
    'passkeys.last_passkey',
    409,
    'This is your last passkey. Make another one first, so that you can get in again.',
  )

export const tooManyPasskeys = () =>
  new AppError('passkeys.too_many', 409, 'You have as many passkeys as there may be. Remove one first.')
