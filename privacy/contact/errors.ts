import { AppError } from '#base/errors'

export const noSuchMessage = () =>
  new AppError(
    'contact.no_such_message',
    404,
    'There is no such message. It may have been erased, or its time is over.',
  )
