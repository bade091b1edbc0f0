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
