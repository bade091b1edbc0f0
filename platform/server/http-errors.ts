import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError, type Next, type Problem, toProblem } from '#base/errors'
import { chooseLanguage, type Language } from '#base/languages'
import type { Log } from '#base/log'
import { databaseUnavailable } from './database.ts'
import { pageHeaders } from './http-headers.ts'

export type ErrorPage = (
  problem: Problem,
  asked: { language: Language; method: string; url: string; nonce: string; next?: Next | undefined },
) => string

/** Fastify's own refusals, in our shape. What is not known here is our fault: 500, its cause on the log and nowhere else. */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  // The caller went away in the middle of a body. Node gives it the code of a connection that broke, as to the database one may.
  if (error instanceof Error && error.message === 'aborted')
    return new AppError('http.bad_request', 400, 'The request is not as it should be.', { cause: error })
  const down = databaseUnavailable(error)
  if (down) return down
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  if (statusCode === 413) return new AppError('http.too_large', 413, 'What was sent is too large.', { cause: error })
  if (statusCode === 415)
    return new AppError('http.unsupported_media_type', 415, 'This kind of content is not understood here.', {
      cause: error,
    })
  if (statusCode === 414 || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new AppError('http.not_found', 404, 'There is nothing at this address.', { cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError('http.bad_request', 400, 'The request is not as it should be.', { cause: error })
  return new AppError('http.internal', 500, 'Something failed on our side. Nothing of this request was saved.', {
    cause: error,
  })
}

/** The same thing is told at most once a second, with how often it happened: a bad minute must not fill the disk with lines. */
function createOnceASecond(): (key: string, tell: (count: number) => void) => void {
  const told = new Map<string, { at: number; count: number }>()
  return (key, tell) => {
    const now = performance.now()
    const entry = told.get(key) ?? { at: Number.NEGATIVE_INFINITY, count: 0 }
    told.set(key, entry)
    entry.count += 1
    if (now - entry.at < 1_000) return
    tell(entry.count)
    entry.at = now
    entry.count = 0
  }
}

/** Tells of failures of ours. */
export function createFailureLog(log: Log): (problem: AppError, request: FastifyRequest) => void {
  const once = createOnceASecond()
  return (problem, request) => {
    const { code, cause } = problem
    const { method } = request
    const route = request.routeOptions.url ?? 'none'
    once(`${code} ${method} ${route}`, (count) =>
      log.error('a request failed', { code, method, route, count, error: cause ?? problem }),
    )
  }
}

/**
 * Tells of what somebody tried and was refused: whatever is not allowed to them, and wrong answers where guessing pays (ASVS 16.3). Only
 * which route and how often; who it was stands in no log.
 */
export function createRefusalLog(log: Log): (request: FastifyRequest, status: number) => void {
  const once = createOnceASecond()
  return (request, status) => {
    const { config, url: route = 'none' } = request.routeOptions
    const isGuess = config.perMinute !== undefined && status >= 400 && status < 500
    if (status !== 403 && !isGuess) return
    const { method } = request
    once(`${status} ${method} ${route}`, (count) => log.info('a request was refused', { method, route, status, count }))
  }
}

export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: { tell: ReturnType<typeof createFailureLog>; errorPage?: ErrorPage | undefined },
): FastifyReply {
  const { errorPage } = options
  const problem = toAppError(error)
  if (problem.status >= 500) options.tell(problem, request)
  reply.code(problem.status)
  // An answer that was almost ready may have set its own.
  reply.header('cache-control', 'no-store')
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds))
  if (errorPage && request.headers.accept?.slice(0, 500).includes('text/html')) {
    const language = chooseLanguage(request.headers['accept-language'])
    const nonce = request.nonce()
    return reply.headers(pageHeaders(nonce)).send(
      errorPage(toProblem(problem), {
        language,
        method: request.method,
        url: request.url,
        nonce,
        next: problem.next,
      }),
    )
  }
  return reply.header('content-type', 'application/problem+json').send(JSON.stringify(toProblem(problem)))
}

/** What never became a request: headers too large or too slow, or no HTTP at all. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) {
    const problem = toProblem(
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new AppError('http.headers_too_large', 431, 'The headers of the request are too large.')
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? new AppError('http.timeout', 408, 'The request did not arrive in time.')
          : new AppError('http.bad_request', 400, 'The request is not as it should be.'),
    )
    const body = JSON.stringify(problem)
    socket.write(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}
