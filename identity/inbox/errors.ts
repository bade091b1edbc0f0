import { AppError } from '#base/errors'

export const notFromHere = () =>
  new AppError('inbox.not_from_here', 403, 'This page is shown on the machine itself only.')

export const keyWrong = () => new AppError('inbox.key_wrong', 403, 'This is not the key that the start printed.')
