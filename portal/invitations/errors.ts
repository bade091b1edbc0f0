import { AppError } from '#base/errors'

/** Also what was withdrawn: whoever is not wanted any more learns nothing. */
export function linkWrong(): AppError {
  return new AppError('invitations.link_wrong', 404, 'There is no such invitation.')
}

export function alreadyUsed(): AppError {
  return new AppError('invitations.already_used', 409, 'This invitation has been used already.')
}

export function expired(): AppError {
  return new AppError('invitations.expired', 410, 'This invitation has expired. Ask for a new one.')
}

/** A link that was passed on lets in only whom it was meant for. */
export function wrongAddress(): AppError {
  return new AppError('invitations.wrong_address', 403, 'This invitation was sent to another e-mail address.')
}

export function alreadyMember(): AppError {
  return new AppError('invitations.already_member', 409, 'This address has access to this organisation already.')
}

export function alreadyInvited(): AppError {
  return new AppError('invitations.already_invited', 409, 'There is an open invitation to this address already.')
}

export function invitationNotFound(): AppError {
  return new AppError('invitations.invitation_not_found', 404, 'There is no such open invitation in this organisation.')
}

export const hasAdministrator = () =>
  new AppError(
    'invitations.has_administrator',
    409,
    'This organisation has an administrator: vartio recover lets them in again.',
  )
