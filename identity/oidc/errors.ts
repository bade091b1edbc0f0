import { AppError } from '#base/errors'

export const sessionNotFound = () => new AppError('oidc.no_such_session', 404, 'There is no such session.')

export const keysDamaged = (cause: unknown) =>
  new AppError('oidc.signing_keys_damaged', 500, 'The signing keys cannot be read; restore them from a backup.', {
    cause,
  })
