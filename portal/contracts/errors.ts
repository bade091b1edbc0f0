import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('contracts.provider_only', 403, 'Only administrators of whoever runs this Vartio decide that.')

export const ownersOnly = () =>
  new AppError(
    'contracts.owners_only',
    409,
    'Whoever runs this Vartio asks nobody: it looks after every contract, and owns no service.',
  )

/** As identity says it of a contract that is not there at all: whose a service is, is nobody else's business. */
export const contractNotFound = () => new AppError('contracts.not_found', 404, 'There is no such contract.')

export const tooMany = () =>
  new AppError('contracts.too_many', 409, 'This organisation has as many services as it may. Give notice of one first.')

export const waits = () =>
  new AppError(
    'contracts.waits',
    409,
    'This contract waits to be approved, so it is as it was sent. Take it back to change it.',
  )

export const notInTest = () =>
  new AppError('contracts.not_in_test', 409, 'Only a contract in test mode is sent to be brought into force.')

export const nothingSent = () =>
  new AppError('contracts.nothing_sent', 409, 'Nothing of this contract waits to be approved, or not any more.')

export const sentAnew = () =>
  new AppError('contracts.sent_anew', 409, 'The owner has taken this back or sent something else since you looked.')

export const unsigned = () =>
  new AppError('contracts.unsigned', 409, 'Name who has signed the contract, then send it to be approved.')

export const signatoriesStay = () =>
  new AppError(
    'contracts.signatories_stay',
    409,
    'Who has signed a contract in force is changed by whoever runs this Vartio.',
  )

export const notInEea = () =>
  new AppError(
    'contracts.not_in_eea',
    422,
    'There are contracts only with organisations whose seat and hosting are in the EEA.',
  )

export const noSuchOwner = () =>
  new AppError('contracts.no_such_owner', 404, 'There is no such organisation, or it cannot own a service.')

export const byProposal = () =>
  new AppError(
    'contracts.by_proposal',
    409,
    'A service that has an owner comes into force when what its owner has sent is approved.',
  )

export const ownerDeclares = () =>
  new AppError('contracts.owner_declares', 409, 'A service that has an owner is declared for by its owner.')

export const over = () =>
  new AppError('contracts.over', 409, 'Notice of this contract has been given; it changes no more.')
