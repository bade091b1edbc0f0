import { AppError } from '#base/errors'

/** The same id for something else: whoever sends it has a fault, and the first request stands. */
export const requestIdTaken = () =>
  new AppError('requests.request_id_taken', 409, 'Another request has this id. Nothing was changed.')

export const pieceNotFound = () =>
  new AppError('requests.piece_not_found', 404, 'There is no such piece of a copy here, or not any more.')

export const receiptNotFound = () =>
  new AppError(
    'requests.receipt_not_found',
    404,
    'There is no receipt at this address. It may have been too long ago, or the request has not arrived here yet.',
  )

export const requestNotFound = () =>
  new AppError('requests.not_found', 404, 'There is no such request, or not any more.')

export const requestFinished = () =>
  new AppError('requests.finished', 409, 'This request is over. Nothing was changed.')

export const alreadyExtended = () =>
  new AppError('requests.already_extended', 409, 'This request has been given more time once. It is not given again.')

/** GDPR Art. 12(3): the person hears of it within a month. */
export const tooLateToExtend = () =>
  new AppError(
    'requests.too_late_to_extend',
    409,
    'The month in which the person can be told of more time is over. Nothing was changed.',
  )

export const notComplete = () =>
  new AppError('requests.not_complete', 409, 'Not everything has been done yet. Come back in a moment.', {
    retryAfterSeconds: 5,
  })
