import { AppError } from '#base/errors'

export const headerRefused = (name: string) =>
  new AppError('gate.header_refused', 400, 'A request to the Cloud has only the headers that all have.', {
    // Never its value, and no name that somebody made up.
    fields: { header: /^[a-z][a-z0-9-]{0,30}$/.test(name) ? name : 'unknown' },
  })

export const queryRefused = () =>
  new AppError('gate.query_refused', 400, 'A question to the Cloud is in its path; nothing may stand behind it.')

export const notAllowed = () => new AppError('gate.not_allowed', 403, 'Nobody may do this here.')
