// The one way these pages talk to their server. Decisions are made on `code` of an RFC 9457 answer, never on words.

export class ApiProblem extends Error {
  readonly code: string
  readonly status: number
  readonly fields: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | undefined

  constructor(code: string, status: number, fields: Record<string, string>, retryAfterSeconds?: number) {
    super(`${status} ${code}`)
    this.name = 'ApiProblem'
    this.code = code
    this.status = status
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** No answer came at all: no network, or the server is down. Nothing was refused, so trying again is sensible. */
const NO_ANSWER = 'web.no_answer'
/** An answer came that is not ours, for instance from a proxy in between. */
const STRANGE_ANSWER = 'web.strange_answer'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Query = Record<string, string | undefined>

/** Longer than any honest answer here takes; without it a half-dead network would leave the page waiting for ever. */
const ANSWER_WITHIN_MS = 20_000

export async function send<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json, application/problem+json' },
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  }
  if (method !== 'GET') {
    // A plain form of another site cannot send this type: with SameSite and the Origin check, the wall against CSRF.
    init.headers = { ...init.headers, 'content-type': 'application/json' }
    init.body = JSON.stringify(body ?? {})
  }
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw new ApiProblem(NO_ANSWER, 0, {})
  })
  if (!response.ok) throw await readProblem(response)
  if (response.status === 204) return undefined as T
  const text = await response.text()
  try {
    return (text === '' ? undefined : JSON.parse(text)) as T
  } catch {
    throw new ApiProblem(STRANGE_ANSWER, response.status, {})
  }
}

/** A file that the server writes while it is read: saved by the browser, whole or not at all. */
export async function saveFile(path: string, body: unknown, name: string): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { accept: '*/*', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new ApiProblem(NO_ANSWER, 0, {})
  })
  if (!response.ok) throw await readProblem(response)
  const given = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const content = await response.blob().catch(() => {
    throw new ApiProblem(NO_ANSWER, 0, {})
  })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = given ?? name
  link.click()
  URL.revokeObjectURL(link.href)
}

async function readProblem(response: Response): Promise<ApiProblem> {
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterSeconds = Number.isFinite(wait) ? wait : undefined
  // What is not JSON is not our server's answer, and says so by its code.
  const answer: unknown = await response.json().catch(() => undefined)
  return toProblem(answer, response.status, retryAfterSeconds)
}

export function toProblem(answer: unknown, status: number, retryAfterSeconds?: number): ApiProblem {
  const { code, fields } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>
  if (typeof code !== 'string') return new ApiProblem(STRANGE_ANSWER, status, {}, retryAfterSeconds)
  const named = typeof fields === 'object' && fields !== null ? Object.entries(fields) : []
  const texts = named.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return new ApiProblem(code, status, Object.fromEntries(texts), retryAfterSeconds)
}

/** A path with its query; what is undefined or empty is left out. */
export function withQuery(path: string, query: Query): string {
  const parts = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) parts.set(name, value)
  const text = parts.toString()
  return text ? `${path}?${text}` : path
}

export const codeOf = (error: unknown): string => (error instanceof ApiProblem ? error.code : 'web.fault')
