import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('staff.provider_only', 403, 'Who works for the provider is shown to people of the provider.')
