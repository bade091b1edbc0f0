import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError(
    'requests.provider_only',
    403,
    'The requests of persons are looked after by the privacy officers of whoever runs this Vartio.',
  )
