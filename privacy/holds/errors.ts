import { AppError } from '#base/errors'

export const holdNotFound = () => new AppError('holds.not_found', 404, 'There is no such hold.')

export const holdIdTaken = () =>
  new AppError('holds.id_taken', 409, 'Another hold has this number. Nothing was changed.')

/** Art. 5(2): whoever proposes does not decide. */
export const needsAnother = () =>
  new AppError('holds.needs_another', 403, 'A hold is approved by somebody other than who proposed it.')

export const notProposed = () => new AppError('holds.not_proposed', 409, 'This hold has been decided already.')

export const notActive = () => new AppError('holds.not_active', 409, 'This hold is not in force.')

export const badScope = () =>
  new AppError(
    'holds.bad_scope',
    422,
    'Say whose data, of which organisation or which log is held; a time belongs to a log.',
  )

export const badTime = () =>
  new AppError(
    'holds.bad_time',
    422,
    'A hold is looked at again within six months, before it ends, and ends within two years.',
  )

export const groundUnfit = () =>
  new AppError(
    'holds.ground_unfit',
    422,
    'A grace period and data built into other data lie in the data itself; name the ground of this case.',
  )
