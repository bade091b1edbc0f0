import { AppError } from '#base/errors'

/** Also what was revoked or has expired long ago: whoever guesses learns nothing. */
export function codeWrong(): AppError {
  return new AppError('devices.code_wrong', 404, 'There is no such code.')
}

export function codeExpired(): AppError {
  return new AppError('devices.code_expired', 410, 'This code has expired. Ask for a new one.')
}

export function codeUsed(): AppError {
  return new AppError('devices.code_used', 409, 'This code has enrolled as many devices as it was made for.')
}

export function codeNotFound(): AppError {
  return new AppError('devices.code_not_found', 404, 'There is no such code in this organisation.')
}

export function deviceNotFound(): AppError {
  return new AppError('devices.device_not_found', 404, 'There is no such device in this organisation.')
}

export function actionNotFound(): AppError {
  return new AppError('devices.action_not_found', 404, 'This device was not asked to do this.')
}

export function tooManyActions(): AppError {
  return new AppError('devices.too_many_actions', 409, 'This device has as much to do as it can have.')
}

export function contentNotFound(): AppError {
  return new AppError('devices.content_not_found', 404, 'There is no such file here any more.')
}

/** Removed, or never enrolled: an agent that is told so stops asking. */
export function notEnrolled(): AppError {
  return new AppError('devices.not_enrolled', 401, 'This device is not enrolled here.')
}

export function notSigned(why: string): AppError {
  return new AppError('devices.not_signed', 401, 'This request is not signed as it must be.', { cause: new Error(why) })
}

export function noArchive(): AppError {
  return new AppError('devices.no_archive', 404, 'The archive for devices has not been built here.')
}

export function labelNotFound(): AppError {
  return new AppError('devices.label_not_found', 404, 'There is no such group or tag in this organisation.')
}

export function labelTaken(): AppError {
  return new AppError('devices.label_taken', 409, 'There is one with this name already.')
}

export function tooManyLabels(): AppError {
  return new AppError('devices.too_many_labels', 409, 'This organisation has as many as it can have. Remove one first.')
}

export function viewNotFound(): AppError {
  return new AppError('devices.view_not_found', 404, 'You have no such view.')
}

export function tooManyViews(): AppError {
  return new AppError('devices.too_many_views', 409, 'You have as many views as there can be. Remove one first.')
}

export function nothingChosen(): AppError {
  return new AppError('devices.nothing_chosen', 409, 'No device fits what was chosen. Nothing was begun.')
}

export function otherCount(): AppError {
  return new AppError('devices.other_count', 409, 'Another number of devices fits by now. Look at them again.')
}

export function tooManyBulks(): AppError {
  return new AppError('devices.too_many_bulks', 409, 'So much is under way already. Wait until some of it has ended.')
}

export function bulkNotFound(): AppError {
  return new AppError('devices.bulk_not_found', 404, 'There is no such thing under way or done in this organisation.')
}

export function bulkNotSo(): AppError {
  return new AppError('devices.bulk_not_so', 409, 'This cannot be stopped or undone any more.')
}

export function badCursor(): AppError {
  return new AppError('devices.bad_cursor', 400, 'This is not a place in the list. Begin at its start.')
}

export function namesNotReady(): AppError {
  return new AppError('devices.names_not_ready', 503, 'The names of these devices are still being opened. Try again.', {
    retryAfterSeconds: 3,
  })
}

/** Two enrolments of the same hardware at one moment, and then again. */
export function enrolledMeanwhile(cause: unknown): AppError {
  return new AppError(
    'devices.enrolled_meanwhile',
    503,
    'The device is being enrolled by another request. Try again.',
    {
      cause,
      retryAfterSeconds: 1,
    },
  )
}

export function providerOnly(): AppError {
  return new AppError(
    'devices.provider_only',
    403,
    'In which languages devices are is shown to people of the provider.',
  )
}
