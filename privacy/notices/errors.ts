import { AppError } from '#base/errors'

export const noSuchVersion = () => new AppError('notices.no_such_version', 404, 'There is no notice of that date.')

export const notYet = () =>
  new AppError('notices.not_yet', 503, 'The notice is there once this Vartio has been set up.', {
    retryAfterSeconds: 60,
  })
