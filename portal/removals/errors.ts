import { AppError } from '#base/errors'

export const notACompany = () =>
  new AppError('removals.not_a_company', 409, 'Only a company that somebody has added here can be removed.')

export const notYours = () =>
  new AppError('removals.not_yours', 404, 'No such company has been added by this organisation.')

export const nothingAsked = () =>
  new AppError('removals.nothing_asked', 409, 'There is nothing to decide or to take back here, or not any more.')

export const alreadyUnderWay = () =>
  new AppError('removals.under_way', 409, 'The removal of this company is asked for or decided already.')
