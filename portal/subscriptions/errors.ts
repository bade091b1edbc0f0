import { AppError } from '#base/errors'

/** To a device: it will be refused the same again, so it need not ask at once. */
export function notSubscribed(): AppError {
  return new AppError(
    'subscriptions.not_subscribed',
    409,
    'This organisation does not subscribe to the protection of devices, so nothing is collected of this one.',
  )
}

export function seatsFull(): AppError {
  return new AppError(
    'subscriptions.seats_full',
    409,
    'As many devices are protected as this organisation has subscribed to.',
  )
}

export function notSeller(): AppError {
  return new AppError(
    'subscriptions.not_seller',
    403,
    'Subscriptions of this organisation are made by whoever added it, and by whoever runs this Vartio.',
  )
}

export function endsBeforeItBegins(): AppError {
  return new AppError('subscriptions.ends_before_it_begins', 400, 'A subscription cannot end before it begins.')
}
