import { AppError } from '#base/errors'

export const damaged = (cause: unknown) =>
  new AppError('verdicts.damaged', 500, 'A part of the store cannot be read.', { cause })

/** More bits than the store has contents for would tell too much; fewer would answer too much. */
export const otherPrefix = () =>
  new AppError(
    'verdicts.other_prefix',
    409,
    'The Cloud takes prefixes of another length now; /verdicts/about tells which.',
  )
