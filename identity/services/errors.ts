import { AppError } from '#base/errors'

export const keyUnreadable = (cause?: unknown) =>
  new AppError('services.key_unreadable', 500, 'The public key of the portal cannot be read.', { cause })

export const subjectNotFound = () =>
  new AppError('services.subject_not_found', 404, 'This service knows no such person here.')

export const contractNotFound = () => new AppError('services.contract_not_found', 404, 'There is no such contract.')

export const notInEea = () =>
  new AppError(
    'services.not_in_eea',
    422,
    'There are contracts only with organisations whose seat and hosting are in the EEA.',
  )

export const contractOver = () =>
  new AppError('services.contract_over', 409, 'Notice of this contract has been given; it changes no more.')

export const unsigned = () =>
  new AppError('services.contract_unsigned', 409, 'A contract comes into force when it names who has signed it.')

/** What was read is not what counts: nobody accepts unread. */
export const termsSuperseded = () =>
  new AppError('services.terms_superseded', 409, 'There is a newer version of the terms. Read that one first.')

export const secretNotUsed = () =>
  new AppError('services.secret_not_used', 409, 'This service proves itself without a secret, so it has none.')
