import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('health.provider_only', 403, 'Only people of whoever runs this Vartio see how it itself is.')
