import { AppError } from '#base/errors'

export function codeFileOpen(): AppError {
  return new AppError(
    'install.code_file_open',
    400,
    'Others can read the file with the code. Make it 0600 and try again.',
  )
}

export function codeFileMissing(cause: unknown): AppError {
  return new AppError('install.code_file_missing', 404, 'The file with the code cannot be read.', { cause })
}

export function notInstalled(): AppError {
  return new AppError('install.not_installed', 404, 'The agent is not installed here.')
}
