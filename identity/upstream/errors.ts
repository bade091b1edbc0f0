import { AppError } from '#base/errors'

export const upstreamNotFound = () => new AppError('upstream.not_found', 404, 'There is no such upstream.')

export const notOffered = () =>
  new AppError('upstream.not_offered', 409, 'This service does not take this way to say who somebody is.')

/** Not a failure of ours: whoever set it up is told that it is theirs. */
export const unreachable = (cause?: unknown) =>
  new AppError('upstream.unreachable', 422, 'The upstream does not answer, or not as it should.', { cause })

/** The person broke it off there, or was not let in. */
export const brokenOff = () => new AppError('upstream.broken_off', 409, 'The upstream says that it was broken off.')

/** Whatever is wrong with an answer: which check it was is for the operator. */
export const answerRefused = (cause?: unknown) =>
  new AppError('upstream.answer_refused', 400, 'The answer of the upstream cannot be trusted.', { cause })

/** It was asked to, because the service wants it so. */
export const notConnected = () =>
  new AppError(
    'upstream.not_connected',
    409,
    'Nobody has connected this to their account yet. Sign in with a passkey first.',
  )

export const notFresh = () =>
  new AppError('upstream.not_fresh', 409, 'The upstream does not say that the person has just proved who they are.')

export const linkedElsewhere = (cause?: unknown) =>
  new AppError('upstream.linked_elsewhere', 409, 'This is linked to another account already.', { cause })

export const linkNotFound = () => new AppError('upstream.link_not_found', 404, 'There is no such link.')

export const identifierNotFound = () =>
  new AppError('upstream.identifier_not_found', 404, 'There is no such identifier.')

export const identifierTypeNotFound = () =>
  new AppError('upstream.identifier_type_not_found', 404, 'There is no such type of identifiers.')

export const identifierTypeInUse = (cause?: unknown) =>
  new AppError(
    'upstream.identifier_type_in_use',
    409,
    'An upstream states identifiers of this type, or somebody has one.',
    {
      cause,
    },
  )

export const secretMissing = () =>
  new AppError('upstream.secret_missing', 409, 'An upstream that wants a secret is used once it has one.')
