import { AppError } from '#base/errors'

export const badHeader = () =>
  new AppError('lists.no_columns', 422, 'The first line of the list is neither a SHA-256 nor names a column for it.')

export const lineTooLong = () =>
  new AppError('lists.line_too_long', 422, 'A line of the list is longer than any may be.')
