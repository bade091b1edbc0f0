import { AppError } from '#base/errors'

/** Nobody answers, or somebody who is not our portal: it is tried again. */
export function unreachable(cause: unknown, retryAfterSeconds?: number): AppError {
  return new AppError('connection.unreachable', 503, 'The portal does not answer.', {
    cause,
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  })
}

export function badAddress(): AppError {
  return new AppError('connection.bad_address', 400, 'This is not the address of a portal.')
}

export function noTls(): AppError {
  return new AppError('connection.no_tls', 400, 'Without TLS (https) the agent speaks with its own machine alone.')
}

export function noCode(): AppError {
  return new AppError('connection.no_code', 400, 'This is not a code for enrolling a device.')
}

export function noHardwareId(): AppError {
  return new AppError(
    'connection.no_hardware_id',
    500,
    'This machine has neither a product UUID nor /etc/machine-id, by which it would be known again.',
  )
}

/** The portal's own refusal, in its words. */
export class PortalRefusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, title: string) {
    super(title)
    this.name = 'PortalRefusal'
    this.code = code
    this.status = status
  }
}
