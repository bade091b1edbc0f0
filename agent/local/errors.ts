import { AppError } from '#base/errors'

export function notRunning(cause: unknown): AppError {
  return new AppError('local.not_running', 503, 'The agent does not run.', { cause })
}

export function wrongAnswer(): AppError {
  return new AppError('local.wrong_answer', 502, 'The agent answers something that this command does not understand.')
}

export function rootOnly(): AppError {
  return new AppError('local.root_only', 403, 'Only root may ask for this.')
}

export function notYours(): AppError {
  return new AppError('local.not_yours', 403, 'Only the owner of a file, or root, may have it scanned.')
}

export function unknownQuestion(): AppError {
  return new AppError('local.unknown_question', 400, 'The agent does not know this question.')
}

export function notProven(): AppError {
  return new AppError('local.not_proven', 401, 'The agent cannot tell who asks.')
}

/** The agent's own refusal, in its words. */
export class AgentRefusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'AgentRefusal'
    this.code = code
  }
}
