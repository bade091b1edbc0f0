import { AppError } from '#base/errors'

export const reportNotFound = () => new AppError('reports.not_found', 404, 'There is no such report.')

export const editionNotFound = () => new AppError('reports.edition_not_found', 404, 'There is no such report any more.')

export const tooManyReports = () =>
  new AppError('reports.too_many', 409, 'There are 20 reports already. Remove one first.')

/** A report goes only to people who may read it. */
export const notReaders = () =>
  new AppError('reports.not_readers', 409, 'Somebody of these may not read reports of this organisation.')

export const badTimeZone = () => new AppError('reports.bad_time_zone', 400, 'There is no such time zone.')
