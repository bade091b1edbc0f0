import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('bookkeeping.provider_only', 403, 'Only whoever runs this Vartio keeps its books here.')

export const badYear = () =>
  new AppError(
    'bookkeeping.bad_year',
    422,
    'The financial year ends on or after the day of the voucher, eighteen months later at most, and its time is neither over nor years ahead.',
  )

export const noPlace = (cause?: unknown) =>
  new AppError('bookkeeping.no_place', 503, 'There is no place beside the database where the record would be kept.', {
    cause,
  })

export const tooMany = () =>
  new AppError(
    'bookkeeping.too_many',
    422,
    'This year has more records than one file takes. Use vartio bookkeeping export.',
  )
