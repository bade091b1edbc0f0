import { AppError } from '#base/errors'

export const keyUnreadable = (cause?: unknown) =>
  new AppError('services.key_unreadable', 500, 'The public key of the portal cannot be read.', { cause })

export const subjectNotFound = () =>
  new AppError('services.subject_not_found', 404, 'This service knows no such person here.')
