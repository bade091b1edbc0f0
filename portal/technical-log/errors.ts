import { AppError } from '#base/errors'
import { mostDays } from './api.ts'

export const tooLong = () =>
  new AppError(
    'technical_log.too_long',
    422,
    `One look reaches over ${mostDays} days at most, from a time to a later one.`,
  )

export const providerOnly = () =>
  new AppError(
    'technical_log.provider_only',
    403,
    'The technical log of identifications is looked into by people of whoever runs this Vartio.',
  )
