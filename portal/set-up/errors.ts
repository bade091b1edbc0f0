import { AppError } from '#base/errors'

export function linkWrong(): AppError {
  return new AppError('set_up.link_wrong', 403, 'This is not the set-up link of this Vartio.')
}

export function linkExpired(): AppError {
  return new AppError(
    'set_up.link_expired',
    410,
    'This set-up link has expired. The next start of Vartio prints a new one.',
  )
}

export function alreadyFinished(cause?: unknown): AppError {
  return new AppError('set_up.already_finished', 409, 'This Vartio has been set up already.', { cause })
}

export function notBegun(): AppError {
  return new AppError('set_up.not_begun', 409, 'Begin with the set-up link.')
}
