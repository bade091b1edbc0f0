import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('declarations.provider_only', 403, 'Pledges are declared by people of whoever runs this Vartio.')

export const notDeclarable = () =>
  new AppError('declarations.not_declarable', 422, 'This pledge does not rest on anybody’s word.')

export const badUntil = () =>
  new AppError('declarations.bad_until', 422, 'A declaration counts from now on, for a year at most.')

export const notFound = () =>
  new AppError('declarations.not_found', 404, 'There is no such declaration, or it was taken back already.')
