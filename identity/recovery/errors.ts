import { AppError } from '#base/errors'

/** One answer, whether the address has no account, the code never existed or was used: it must not tell who is registered. */
export const recoveryRefused = () =>
  new AppError('recovery.refused', 400, 'The address and the code do not belong together, or the code has been used.', {
    fields: { code: 'wrong' },
  })

export const helpEnded = () =>
  new AppError(
    'recovery.help_ended',
    410,
    'This link has been used or has expired. Ask the administrator for a new one.',
  )

export const helpCodeWrong = () =>
  new AppError('recovery.help_code_wrong', 400, 'The code is wrong.', { fields: { code: 'wrong' } })

export const tooManyHelps = () =>
  new AppError('recovery.too_many_helps', 429, 'Help was begun several times just now. Wait an hour and try again.', {
    retryAfterSeconds: 3_600,
  })

export const noAccount = () => new AppError('recovery.no_account', 404, 'There is no account with this address.')
