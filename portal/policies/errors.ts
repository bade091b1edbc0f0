import { AppError } from '#base/errors'

export function changedMeanwhile(): AppError {
  return new AppError('policies.changed_meanwhile', 409, 'The policy has been changed by somebody else meanwhile.')
}

export function exclusionNotFound(): AppError {
  return new AppError('policies.exclusion_not_found', 404, 'There is no such exclusion in this organisation.')
}

export function badUntil(): AppError {
  return new AppError('policies.bad_until', 422, 'An exclusion ends in the future, within ninety days.')
}

export function tooManyExclusions(): AppError {
  return new AppError('policies.too_many_exclusions', 409, 'There are as many exclusions as a policy can have.')
}
