import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError(
    'contact.provider_only',
    403,
    'Messages to the controller are read by people of whoever runs this Vartio.',
  )
