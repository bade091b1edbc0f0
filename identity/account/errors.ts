import { AppError } from '#base/errors'

export const serviceNotFound = () =>
  new AppError('account.service_not_found', 404, 'Nothing was released to such a service.')
