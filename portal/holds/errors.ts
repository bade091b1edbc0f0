import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('holds.provider_only', 403, 'Holds are decided by the privacy officers of whoever runs this Vartio.')

export const personUnknown = () => new AppError('holds.person_unknown', 422, 'The portal knows no such person.')
