import { AppError } from '#base/errors'

/** Too old, or of another key: the whole filter is for everybody. */
export const noDelta = () => new AppError('filter.no_delta', 404, 'There is no such delta. Take the whole filter.')

export const otherVersion = () =>
  new AppError('filter.other_version', 404, 'There is another version now; /filter/about tells which.')
