import { AppError } from '#base/errors'

export const providerOnly = () =>
  new AppError('commands.provider_only', 403, 'Commands of the terminal are confirmed by people of the provider.')

export const notWaiting = () =>
  new AppError(
    'commands.not_waiting',
    409,
    'This command does not wait any more: it has run, was cancelled, or gave up.',
  )

export const otherCommand = () =>
  new AppError('commands.other_command', 409, 'This is not the command that was shown. Nothing was confirmed.')

export const onlyOnce = () =>
  new AppError('commands.only_once', 422, 'This command is confirmed each time it is given.')
