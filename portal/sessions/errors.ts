import { AppError } from '#base/errors'

export function notSignedIn(): AppError {
  return new AppError('sessions.not_signed_in', 401, 'Sign in first.')
}

export function notAllowed(): AppError {
  return new AppError('sessions.not_allowed', 403, 'Your roles in this organisation do not allow this.')
}

/** Came back with nothing we sent out from this browser: too late, twice, or made up by somebody else (login CSRF). */
export function signInExpired(): AppError {
  return new AppError(
    'sessions.sign_in_expired',
    400,
    'This sign-in took too long or was begun elsewhere. Begin again.',
  )
}

export function signInCancelled(): AppError {
  return new AppError('sessions.sign_in_cancelled', 400, 'The sign-in was cancelled.')
}

export function signInFailed(cause: unknown): AppError {
  return new AppError('sessions.sign_in_failed', 502, 'What came back from the sign-in was not as it must be.', {
    cause,
  })
}

export function identityUnavailable(cause: unknown): AppError {
  return new AppError(
    'sessions.identity_unavailable',
    503,
    'Signing in does not work just now. Try again in a moment.',
    {
      cause,
      retryAfterSeconds: 5,
    },
  )
}

/** ASVS 7.5.3: whoever finds a portal left open must not give roles, invite, or let anybody in. */
export function passkeyWanted(): AppError {
  return new AppError('sessions.passkey_wanted', 403, 'Use your passkey once more before this change.')
}

/** Somebody else came back than who was to show that it is them. */
export function otherPerson(): AppError {
  return new AppError(
    'sessions.other_person',
    403,
    'Somebody else has signed in than who began this. Nothing was changed.',
  )
}

/** EP-11: the portal knows no person without a verified address. */
export function addressUnverified(): AppError {
  return new AppError('sessions.address_unverified', 403, 'Your account has no verified e-mail address.')
}

export function restricted(): AppError {
  return new AppError(
    'sessions.restricted',
    403,
    'The use of your data is limited: it is stored, and nobody signs in with it.',
  )
}
