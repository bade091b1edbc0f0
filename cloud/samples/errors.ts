import { AppError } from '#base/errors'

export const busy = () =>
  new AppError('samples.busy', 503, 'Too many samples wait. Try again later.', { retryAfterSeconds: 60 })

export const noIsolation = () =>
  new AppError(
    'samples.no_isolation',
    503,
    'Samples are not taken here: a process that looks into them cannot be cut off on this machine.',
    { retryAfterSeconds: 3_600 },
  )

export const failed = () => new AppError('samples.failed', 500, 'The process that looks into samples ended.')
