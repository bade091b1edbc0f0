import { AppError } from '#base/errors'

export const copyNotFound = () =>
  new AppError('own_data.copy_not_found', 404, 'There is no copy to download here, or not any more. Ask for a new one.')

export const copyNotReady = () =>
  new AppError('own_data.copy_not_ready', 409, 'The copy is not ready yet. Come back in a moment.', {
    retryAfterSeconds: 5,
  })

/** A piece that is missing, of another request or in another's place: the person would get less than everything, and not know it. */
export const copyNotWhole = (cause?: unknown) =>
  new AppError('own_data.copy_not_whole', 500, 'The copy is not whole. Ask for a new one.', { cause })

export const requestNotFound = () =>
  new AppError('own_data.request_not_found', 404, 'There is no such request under way, so nobody was told of it.')

export const typedSomethingElse = () =>
  new AppError('own_data.typed_something_else', 400, 'This is not the address of the account. Nothing was changed.', {
    fields: { typed: 'is not the address of the account' },
  })

/** DSR-12: only what is for the person's rights goes on. */
export const restricted = () =>
  new AppError('own_data.restricted', 403, 'This data is only stored. Unlock it on the page Your data first.')

export const lastAdministrator = () =>
  new AppError(
    'own_data.last_administrator',
    409,
    'This is the only administrator of an organisation. Make somebody else an administrator first. Nothing was changed.',
  )

/** Something that a newer program knows and this one does not. */
export const inTheWay = () =>
  new AppError(
    'own_data.in_the_way',
    409,
    'Something has to be done before the account can be deleted. Nothing was changed.',
  )

/** Unlocked meanwhile, somebody could sign in to where they have been forgotten already, and be known there anew. */
export const beingForgotten = () =>
  new AppError('own_data.being_forgotten', 409, 'This account is being deleted. Nothing was changed.')

/** What stands in the way cannot be known, so nothing irrevocable begins. */
export const programAway = () =>
  new AppError('own_data.program_away', 503, 'A part of Vartio does not answer just now. Nothing was changed.', {
    retryAfterSeconds: 3,
  })
