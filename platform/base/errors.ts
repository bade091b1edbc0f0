/**
 * The one error that reaches a caller. `code` is the contract (`area.what_happened`): pages decide on it and on nothing
 * else. `message` is safe for the caller; what only the operator may see stays in `cause`.
 */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  /** Which input fields are wrong, and why, in words safe for the caller. */
  readonly fields: Readonly<Record<string, string>> | undefined
  readonly retryAfterSeconds: number | undefined
  /** Where a person goes on who meets it on a page, when that is known better than by the page. */
  readonly next: Next | undefined

  constructor(
    code: string,
    status: number,
    message: string,
    options: {
      cause?: unknown
      fields?: Record<string, string>
      retryAfterSeconds?: number
      next?: Next | undefined
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = status
    this.fields = options.fields
    this.retryAfterSeconds = options.retryAfterSeconds
    this.next = options.next
  }
}

/** A name to show, and an address that is ours to lead to. */
export type Next = { readonly name: string; readonly address: string }

/** What RFC 9457 §3 calls a problem details object, with our stable `code` as an extension member. */
export type Problem = {
  type: string
  title: string
  status: number
  code: string
  fields?: Readonly<Record<string, string>>
}

/** `instance` and causes are left out on purpose: they would tell a stranger about our inside. */
export function toProblem(error: AppError): Problem {
  const problem: Problem = {
    type: `urn:vartio:error:${error.code}`,
    title: error.message,
    status: error.status,
    code: error.code,
  }
  return error.fields ? { ...problem, fields: error.fields } : problem
}
