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

export function levelNotFound(): AppError {
  return new AppError('policies.level_not_found', 404, 'There is no such group or device in this organisation.')
}

export function lockedAbove(settings: readonly string[]): AppError {
  const fields = Object.fromEntries(settings.map((name) => [name, 'is locked above']))
  return new AppError('policies.locked', 409, 'A level above has locked what was to be changed.', { fields })
}

export function nothingBelow(): AppError {
  return new AppError('policies.nothing_below', 422, 'A single device has nothing below it that a lock could hold.')
}

export function tooManyLevels(): AppError {
  return new AppError('policies.too_many_levels', 409, 'As many devices depart from above as can.')
}

export function stateNotFound(): AppError {
  return new AppError('policies.state_not_found', 404, 'There is no such earlier state any more.')
}
