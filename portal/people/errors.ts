import { AppError } from '#base/errors'

export function personNotFound(): AppError {
  return new AppError('people.person_not_found', 404, 'There is no such person in this organisation.')
}

export function restricted(): AppError {
  return new AppError(
    'people.restricted',
    409,
    'This person has limited the use of their data: it is stored, and nothing is changed in it.',
  )
}

/** A sign-in that was under way when the account was deleted. */
export function forgotten(): AppError {
  return new AppError('people.forgotten', 403, 'This account has been deleted.')
}

/** Nobody could ever let anybody in again. */
export function lastAdministrator(): AppError {
  return new AppError(
    'people.last_administrator',
    409,
    'This is the only administrator. Make somebody else an administrator first.',
  )
}

export const roleNotFound = () => new AppError('people.role_not_found', 404, 'There is no such role here.')

export const roleNameTaken = () => new AppError('people.role_name_taken', 409, 'There is a role of this name already.')

export const tooManyRoles = () =>
  new AppError(
    'people.too_many_roles',
    409,
    'There are as many own roles as there may be. Remove one that is not used.',
  )

/** Somebody who may manage people would otherwise make themselves an administrator, or put one out. */
export const aboveOwn = () =>
  new AppError('people.above_own', 403, 'This is more than you may do yourself. Ask an administrator.')

/** With a portal left open and the mailbox beside it, anybody could make a passkey of their own. */
export function helpsThemselves(): AppError {
  return new AppError(
    'people.helps_themselves',
    409,
    'Nobody lets themselves in again: another administrator does, or a recovery code.',
  )
}

/** Never by chance: an organisation of a hundred thousand people takes two seconds. */
export function namesNotReady(): AppError {
  return new AppError(
    'people.names_not_ready',
    503,
    'The names of this organisation are still being opened. Try again in a moment.',
    {
      retryAfterSeconds: 2,
    },
  )
}

export function badCursor(): AppError {
  return new AppError('people.bad_cursor', 400, 'This is not a place in the list. Begin at its start.')
}
