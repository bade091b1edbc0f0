import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError, type Problem, toProblem } from '#base/errors'
import { chooseLanguage, type Language } from '#base/languages'
import type { Log } from '#base/log'
import { cookieName, readCookies, writeCookie } from './cookies.ts'
import { databaseUnavailable } from './database.ts'
import { type Caller, Reply, type Route, type RouteRequest } from './routes.ts'
import type { SignedMessage } from './signatures.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    area?: string
    perMinute?: number | undefined
  }
}

/** Decides who asks and whether they may, before a route loads anything. Throws an AppError (401, 403, 404). */
export type Authorize = (
  route: Route,
  request: Pick<RouteRequest, 'cookies' | 'ip' | 'userAgent'> & {
    params: Readonly<Record<string, string>>
    raw: FastifyRequest
  },
) => Promise<Caller>

export type ErrorPage = (problem: Problem, asked: { language: Language; method: string; url: string }) => string

export type HttpOptions = {
  readonly log: Log
  /** Where people reach this program, e.g. https://portal.example.fi. Its scheme decides whether cookies are Secure. */
  readonly publicUrl: URL
  /** Address or CIDR of a proxy whose X-Forwarded headers are believed. */
  readonly proxy?: string | undefined
  /** Names of the only cookies this program may set. */
  readonly cookies: readonly string[]
  /** Cookies a mounted library sets for one path; routes read them and never set them. */
  readonly pathCookies?: readonly string[]
  /** Errors as a page, where a person navigates; without it, and for programs, they are problem+json. */
  readonly errorPage?: ErrorPage | undefined
  readonly tls?: { cert: string; key: string } | undefined
  readonly authorize: Authorize
  /** Who signed a call of a program; routes with permission `program:NAME` are open to nobody else. */
  readonly verifyCall?: (message: SignedMessage, body: Uint8Array) => Promise<string>
  /** Sources that pages of this program may load from, beside itself. */
  readonly formAction?: readonly string[]
}

export type Http = {
  readonly app: FastifyInstance
  readonly routes: readonly Route[]
  register(area: string, routes: readonly Route[]): void
  /** A library that speaks HTTP itself (a protocol core) answers everything under these prefixes. */
  mount(prefixes: readonly string[], handler: (request: IncomingMessage, response: ServerResponse) => void): void
}

const unsafe = new Set(['POST', 'PUT', 'DELETE', 'PATCH'])

/**
 * Cross-site request forgery: browsers say where a request comes from (Fetch Metadata), older ones at least the Origin of unsafe ones.
 * A request that says neither is no browser's, and carries no ambient cookie. SameSite=Lax stands behind this as a second wall.
 */
function isFromElsewhere(request: FastifyRequest, origin: string): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const from = request.headers.origin
  return from !== undefined && from !== origin
}

export function createHttp(options: HttpOptions): Http {
  const { publicUrl } = options
  const secure = publicUrl.protocol === 'https:'
  const app = Fastify({
    logger: false,
    trustProxy: options.proxy ?? false,
    bodyLimit: 65_536,
    // A slow sender must not hold a connection for ever (slowloris); headers have Node's own 16 KiB limit.
    requestTimeout: 15_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    exposeHeadRoutes: true,
    ...(options.tls ? { https: options.tls } : {}),
  } as object) as unknown as FastifyInstance
  const routes: Route[] = []

  app.addHook('onRequest', async (request, reply) => {
    const nonce = randomBytes(16).toString('base64')
    ;(request as { nonce?: string }).nonce = nonce
    reply.headers({
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        `form-action 'self'${(options.formAction ?? []).map((source) => ` ${source}`).join('')}`,
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'cache-control': 'no-store',
      ...(secure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
    })
    // DNS rebinding: a page elsewhere may point its own name at this address, but then names itself in Host.
    const isInternal = /^\/(health|metrics|calls)(\/|$)/.test(request.url)
    if (!isInternal && request.host !== publicUrl.host)
      throw new AppError('http.unknown_host', 421, `This is ${publicUrl.host}; it does not answer under another name.`)
  })

  // Everything, found or not, counts: a flood of unknown addresses costs as much as one of known ones. A request from this very machine
  // counts only where the route has a limit of its own.
  app.register(rateLimit, {
    global: true,
    max: 1_200,
    timeWindow: 60_000,
    cache: 20_000,
    allowList: (request: FastifyRequest) =>
      request.routeOptions.config.perMinute === undefined && /^(127\.|::1$)/.test(request.ip),
    errorResponseBuilder: (_request, context) =>
      new AppError('http.too_many_requests', 429, 'Too many requests. Wait a moment and try again.', {
        retryAfterSeconds: Math.ceil(context.ttl / 1_000),
      }),
  })

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, options))
  app.setNotFoundHandler((request, reply) =>
    answerError(new AppError('http.not_found', 404, 'There is nothing at this address.'), request, reply, options),
  )

  app.removeContentTypeParser(['text/plain', 'application/json'])
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // A signed call is signed over these bytes.
    ;(request as { rawBody?: Buffer }).rawBody = body as Buffer
    parseJson(request, body.toString('utf8'), done)
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => {
      const form: Record<string, string> = Object.create(null)
      let fields = 0
      for (const [name, value] of new URLSearchParams(body as string)) {
        fields += 1
        if (fields > 50) return done(new AppError('http.too_many_fields', 413, 'The form has too many fields.'))
        form[name] ??= value
      }
      done(null, form)
    },
  )

  async function identifyProgram(definition: Route, request: FastifyRequest): Promise<Caller> {
    if (!options.verifyCall) throw new Error(`${definition.path} is for programs, but nothing verifies their calls`)
    const { rawBody } = request as { rawBody?: Buffer }
    const program = await options.verifyCall(
      {
        method: request.method,
        authority: request.headers.host ?? '',
        target: request.raw.url ?? '',
        headers: request.headers as Record<string, string>,
      },
      rawBody ?? Buffer.alloc(0),
    )
    if (definition.permission !== `program:${program}`)
      throw new AppError('http.forbidden', 403, 'This program may not call this.')
    return { kind: 'program', program }
  }

  function runRoute(definition: Route) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const cookies = readCookies(request.headers.cookie)
      const own: Record<string, string> = Object.create(null)
      for (const name of options.cookies) {
        const value = cookies[cookieName(name, secure)]
        if (value !== undefined) own[name] = value
      }
      for (const name of options.pathCookies ?? []) {
        const value = cookies[cookieName(name, secure, 'path')]
        if (value !== undefined) own[name] = value
      }
      const isProgramCall = definition.permission.startsWith('program:')
      if (!isProgramCall && unsafe.has(definition.method) && isFromElsewhere(request, publicUrl.origin))
        throw new AppError('http.cross_site', 403, 'This request came from another site and was not carried out.')
      // A body in another form than we ask for is how a foreign page's form would send it.
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
      if (definition.body && isForm !== (definition.form ?? false))
        throw new AppError(
          'http.unsupported_media_type',
          415,
          `Send ${definition.form ? 'a form' : 'application/json'}.`,
        )
      const userAgent = (request.headers['user-agent'] ?? '').slice(0, 400)
      const caller = isProgramCall
        ? await identifyProgram(definition, request)
        : await options.authorize(definition, {
            cookies: own,
            ip: request.ip,
            userAgent,
            params: (request.params ?? {}) as Record<string, string>,
            raw: request,
          })
      const routeRequest: RouteRequest = {
        params: parse(definition.params, request.params, 'address', 404),
        query: parse(definition.query, request.query, 'query', 400),
        body: parse(definition.body, request.body, 'body', 400),
        caller,
        language: chooseLanguage(request.headers['accept-language']),
        ip: request.ip,
        userAgent,
        cookies: own,
        nonce: (request as { nonce?: string }).nonce ?? '',
        setCookie(name, value, { maxAgeSeconds } = {}) {
          if (!options.cookies.includes(name)) throw new Error(`cookie ${name} is not in the table of cookies`)
          reply.header(
            'set-cookie',
            writeCookie(name, value, { secure, ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }) }),
          )
        },
        clearCookie(name) {
          reply.header('set-cookie', writeCookie(name, '', { secure, maxAgeSeconds: 0 }))
        },
      }
      const answer = await definition.run(routeRequest as never)
      if (answer instanceof Reply) return reply.code(answer.status).headers(answer.headers).send(answer.body)
      if (answer === undefined) return reply.code(204).send()
      return definition.answer ? definition.answer.parse(answer) : answer
    }
  }

  return {
    app,
    routes,
    register(area, list) {
      routes.push(...list)
      app.register(async (scope) => {
        for (const definition of list) {
          scope.route({
            method: definition.method,
            url: definition.path,
            ...(definition.bodyLimitBytes ? { bodyLimit: definition.bodyLimitBytes } : {}),
            config: {
              area,
              perMinute: definition.perMinute,
              ...(definition.perMinute === undefined
                ? {}
                : { rateLimit: { max: definition.perMinute, timeWindow: 60_000 } }),
            },
            handler: runRoute(definition),
          })
        }
      })
    },
    mount(prefixes, handler) {
      for (const prefix of prefixes) {
        app.register(async (scope) => {
          // The library reads the body itself.
          scope.removeAllContentTypeParsers()
          scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
          for (const url of [prefix, `${prefix}/*`])
            scope.all(url, (request, reply) => {
              reply.hijack()
              for (const [name, value] of Object.entries(reply.getHeaders()))
                if (value !== undefined && name !== 'content-length')
                  request.raw.socket.writable && reply.raw.setHeader(name, value)
              handler(request.raw, reply.raw)
            })
        })
      }
    },
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string, status: number): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  const fields: Record<string, string> = {}
  for (const issue of result.error.issues.slice(0, 20)) fields[issue.path.join('.').slice(0, 100)] ??= issue.message
  if (status === 404) throw new AppError('http.not_found', 404, 'There is nothing at this address.')
  throw new AppError('http.invalid_input', status, `The ${where} is not as it should be.`, { fields })
}

/** Fastify's own refusals, in our shape. What is not known here is our fault: 500, its cause on the log and nowhere else. */
function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
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

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log, errorPage }: Pick<HttpOptions, 'log' | 'errorPage'>,
): FastifyReply {
  const problem = toAppError(error)
  if (problem.status >= 500)
    log.error('a request failed', {
      code: problem.code,
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      error: problem.cause ?? problem,
    })
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds))
  if (errorPage && request.headers.accept?.slice(0, 500).includes('text/html')) {
    const language = chooseLanguage(request.headers['accept-language'])
    return reply
      .code(problem.status)
      .header('content-type', 'text/html; charset=utf-8')
      .send(errorPage(toProblem(problem), { language, method: request.method, url: request.url }))
  }
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(toProblem(problem)))
}
