import { AppError } from '#base/errors'

export function badCursor(): AppError {
  return new AppError('audit.bad_cursor', 400, 'This is not a place in the list. Begin at its start.')
}

/** Our own mistake: the value is not repeated, since it may be what should not be in a log. */
export function notAnId(name: string): AppError {
  return new AppError('audit.not_an_id', 500, `details of an audit record: ${name} is not an id or a word of ours`)
}

export function dayNotSealed(): AppError {
  return new AppError('audit.day_not_sealed', 500, 'this day of the log has no root')
}

/** Our own mistake: a route for persons, or an act to record, without anybody. */
export function nobody(): AppError {
  return new AppError('audit.nobody', 500, 'what nobody did cannot be recorded')
}

/** A key belongs to nobody, so it has nothing of its own. */
export function peopleOnly(): AppError {
  return new AppError('audit.people_only', 403, 'This is for people who have signed in, not for API keys.')
}
