import { AppError } from '#base/errors'

export const receiverNotFound = () =>
  new AppError('receivers.not_found', 404, 'There is no such receiver in this organisation.')

export const badAddress = () =>
  new AppError('receivers.bad_address', 422, 'Events are sent to https://… or, as syslog, to tls://host:port.')

/** An address in a network of its own would be reached from here and from nowhere else (SSRF). */
export const ownNetwork = () =>
  new AppError('receivers.own_network', 422, 'This address is not on the internet, and nobody has allowed it here.')

export const badCertificate = () =>
  new AppError('receivers.bad_certificate', 422, 'This is not a certificate of an authority.')

export const tooMany = () =>
  new AppError('receivers.too_many', 409, 'There are as many receivers as there may be. Remove one first.')

export const logsAreNeverQuiet = () =>
  new AppError('receivers.logs_never_quiet', 422, 'A log system is told at once: quiet hours do not hold for it.')

export const neverSigned = () =>
  new AppError('receivers.never_signed', 422, 'What is sent as syslog is not signed: there is no secret.')

export const notDelivered = (why: string) =>
  new AppError('receivers.not_delivered', 422, `The receiver could not be given it: ${why}.`)
