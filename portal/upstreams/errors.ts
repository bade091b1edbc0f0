import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('upstreams.provider_only', 403, 'Upstreams are chosen by administrators of whoever runs this Vartio.')
