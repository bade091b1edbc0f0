import { AppError } from '#base/errors'

export function detectionNotFound(): AppError {
  return new AppError('detections.detection_not_found', 404, 'There is no such detection in this organisation.')
}

/** It was only stopped or reported, is back in its place, or is gone. */
export function notInQuarantine(): AppError {
  return new AppError('detections.not_in_quarantine', 409, 'This is not in the quarantine of the device any more.')
}

export function underWay(): AppError {
  return new AppError('detections.under_way', 409, 'The device has been asked to do something with it already.')
}

export function badCursor(): AppError {
  return new AppError('detections.bad_cursor', 400, 'This is not a place in the list. Begin at its start.')
}

export function changedMeanwhile(): AppError {
  return new AppError('detections.changed_meanwhile', 409, 'Somebody else has changed this detection meanwhile.')
}

/** Who is in neither the organisation nor one that looks after it now, or may not handle detections there. */
export function cannotHandle(): AppError {
  return new AppError('detections.cannot_handle', 422, 'This person may not handle detections of this organisation.')
}

export function mayNotExclude(): AppError {
  return new AppError(
    'detections.may_not_exclude',
    403,
    'Letting something through changes the policy, which you may not.',
  )
}

/** Nothing of that kind is known of it, or it would let through more than this. */
export function cannotCover(): AppError {
  return new AppError('detections.cannot_cover', 422, 'An exclusion of this kind cannot be made of this detection.')
}

export function nothingChosen(): AppError {
  return new AppError('detections.nothing_chosen', 422, 'No detection is chosen, or all of them are so already.')
}

/** Everything has been changed again since, or was undone already. */
export function nothingToUndo(): AppError {
  return new AppError('detections.nothing_to_undo', 409, 'Nothing of this is as it was left any more.')
}
