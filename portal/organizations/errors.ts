import { AppError } from '#base/errors'

/** The same for what does not exist and for what the caller has nothing to do with: neither can be told from the other. */
export function organizationNotFound(): AppError {
  return new AppError(
    'organizations.organization_not_found',
    404,
    'There is no such organisation, or you are not part of it.',
  )
}

export function kindNotAllowed(): AppError {
  return new AppError(
    'organizations.kind_not_allowed',
    409,
    'An organisation of this kind cannot be created beneath this one.',
  )
}

/** PT-03: whoever once created a company loses its say the moment the company can speak for itself. */
export function companyDecides(): AppError {
  return new AppError(
    'organizations.company_decides',
    403,
    'This company has an administrator of its own. Only they begin and end outsourcing.',
  )
}

export function notAbove(): AppError {
  return new AppError('organizations.not_above', 409, 'Outsourcing is possible only to an organisation above this one.')
}

/** PT-03: only to whoever once looked after it, who knows that it is there. */
export function outsourcingEnded(): AppError {
  return new AppError(
    'organizations.outsourcing_ended',
    403,
    'This organisation has ended what it had outsourced to yours. Nothing of it can be seen or done from now on.',
  )
}

export function notForThisPartner(): AppError {
  return new AppError(
    'organizations.not_for_this_partner',
    409,
    'A partner of this kind does not do one of these activities.',
  )
}

export function notOutsourced(): AppError {
  return new AppError('organizations.not_outsourced', 404, 'Nothing is outsourced to this organisation.')
}

export function alreadySetUp(cause?: unknown): AppError {
  return new AppError('organizations.already_set_up', 409, 'This Vartio has been set up already.', { cause })
}

export function nameTaken(): AppError {
  return new AppError(
    'organizations.name_taken',
    409,
    'There is an organisation of this name beneath this one already.',
  )
}

export function providerOnly(): AppError {
  return new AppError(
    'organizations.provider_only',
    403,
    'Whose service this Vartio is, is recorded by people of whoever runs it.',
  )
}

export function operatorIsHere(): AppError {
  return new AppError(
    'organizations.operator_is_here',
    409,
    'Whoever has only delivered this Vartio has no access: no organisation here may have its name.',
  )
}
