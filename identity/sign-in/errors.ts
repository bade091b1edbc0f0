import { AppError, type Next } from '#base/errors'

/** Expired, finished, or begun in another browser: which, only that browser could know. */
export const eventEnded = (next?: Next) =>
  new AppError('sign_in.event_ended', 410, 'This sign-in has ended. Start again.', { next })

export const outOfOrder = () =>
  new AppError('sign_in.out_of_order', 409, 'This step belongs to another moment of the sign-in.')

export const notSignedIn = () => new AppError('sign_in.not_signed_in', 401, 'Sign in first.')

/** An open computer alone must not be enough to take an account over. */
export const freshPasskeyRequired = () =>
  new AppError('sign_in.fresh_passkey_required', 403, 'Use your passkey once more before this change.')
