import { AppError } from '#base/errors'

export function standardNotFound(): AppError {
  return new AppError('standards.not_found', 404, 'There is no such standard in this organisation.')
}

export function nameTaken(): AppError {
  return new AppError('standards.name_taken', 409, 'There is a standard of this name already.')
}

export function tooManyStandards(): AppError {
  return new AppError('standards.too_many', 409, 'There are as many standards as an organisation can have.')
}

export function standardChanged(): AppError {
  return new AppError('standards.changed_meanwhile', 409, 'The standard has been changed by somebody else meanwhile.')
}

export function noSuchCompany(): AppError {
  return new AppError(
    'standards.no_such_company',
    409,
    'One of these companies has not outsourced its policies to this organisation, or no longer.',
  )
}

export function pushUnderWay(): AppError {
  return new AppError('standards.push_under_way', 409, 'A standard is being given to companies right now.')
}

export function pushNotFound(): AppError {
  return new AppError('standards.push_not_found', 404, 'There is no such push in this organisation.')
}

export function pushNotSo(): AppError {
  return new AppError(
    'standards.push_not_so',
    409,
    'It has not come so far, or further, so this cannot be done with it.',
  )
}
