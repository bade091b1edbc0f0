import { AppError } from '#base/errors'

/** Emergency destruction is the provider's: it destroys what every organisation has here. */
export function notProvider(): AppError {
  return new AppError('officers.not_provider', 404, 'Only the organisation that runs this Vartio has officers.')
}

export function alone(): AppError {
  return new AppError('officers.alone', 409, 'Invite a second person first: one alone cannot order anything.')
}

export function alreadyOfficer(): AppError {
  return new AppError('officers.already_officer', 409, 'You have a key already. Remove it first to make another.')
}

export function noSuchOfficer(): AppError {
  return new AppError('officers.no_such_officer', 404, 'This person has no key here.')
}

/** Also when the list has changed since: whoever signed must look at the new one. */
export function noSuchList(): AppError {
  return new AppError(
    'officers.no_such_list',
    409,
    'There is no such list waiting for signatures. Look at the page again.',
  )
}

export function notInList(): AppError {
  return new AppError('officers.not_in_list', 403, 'This signature is not of an officer whose signature is wanted.')
}

export function notHandedOver(): AppError {
  return new AppError('officers.list_missing', 500, 'The list of officers that was to be handed over is not there.')
}
