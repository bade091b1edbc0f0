import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError(
    'contracts.provider_only',
    403,
    'Contracts with services are made by administrators of whoever runs this Vartio.',
  )
