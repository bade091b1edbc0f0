import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { SignedMessage } from '#base/signatures'
import { acceptBodies, hasTooManyFields, readFields, tooManyFields } from './http-bodies.ts'
import { answerClientError, answerError, createFailureLog, createRefusalLog, type ErrorPage } from './http-errors.ts'
import { dataHeaders, pageHeaders } from './http-headers.ts'
import { createCookieTable, OwnRequest } from './http-request.ts'
import { answerPage, readWeb, type Web } from './http-web.ts'
import { isLoopback, type PeerCheck } from './listening.ts'
import type { Metrics } from './metrics.ts'
import { type Purpose, within } from './purpose.ts'
import { createRateLimit, senderOf } from './rate-limit.ts'
import { type Caller, HandedOn, type Library, Reply, type Route, type RouteRequest } from './routes.ts'
import { createUnderWay } from './under-way.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    area?: string
    perMinute?: number | undefined
    /** Who may name this program how: `any` for probes, `loopback` for this machine only, else the public name. */
    host?: 'any' | 'loopback'
  }
  interface FastifyRequest {
    /** What an inline style of this answer must carry (CSP): fresh for each answer, made when somebody needs it. */
    nonce(): string
    ownNonce: string
  }
}

/**
 * Decides who asks and whether they may, before a route loads anything. Throws an AppError (401, 403, 404). It is called outside of every
 * purpose and looks up who asks within `access`: once for many requests, where they share a look-up.
 */
export type Authorize = (
  route: Route,
  request: Pick<RouteRequest, 'cookies' | 'ip' | 'userAgent'> & {
    params: Readonly<Record<string, string>>
    raw: FastifyRequest
  },
) => Promise<Caller>

export type { ErrorPage } from './http-errors.ts'

export type HttpOptions = {
  readonly log: Log
  /** Where people reach this program, e.g. https://portal.example.fi. Its scheme decides whether cookies are Secure. */
  readonly publicUrl: URL
  /** Address or CIDR of a proxy whose X-Forwarded headers are believed. */
  readonly proxy?: string | undefined
  /** Which peers may connect at all: with a declared proxy, it and this machine. */
  readonly mayConnect?: PeerCheck | undefined
  /** From one address, all together; where the usual is too little. Counted in memory. */
  readonly requestsPerMinute?: number
  /** Names of the only cookies this program may set. */
  readonly cookies: readonly string[]
  /** Cookies of one path: a mounted library sets them, or a route that says which path. */
  readonly pathCookies?: readonly string[]
  /** Errors as a page, where a person navigates; without it, and for programs, they are problem+json. */
  readonly errorPage?: ErrorPage | undefined
  readonly tls?: { cert: string; key: string } | undefined
  readonly authorize: Authorize
  /** Who signed a call of a program; routes with permission `program:NAME` are open to nobody else. */
  readonly verifyCall?: (message: SignedMessage, body: Uint8Array) => Promise<string>
  /** Sources that pages of this program may send forms to, beside itself. */
  readonly formAction?: readonly string[]
  readonly metrics?: Metrics
  /** What every page begins with, as HTML of ours: that all of it is made up. */
  readonly mark?: string
}

export type Http = {
  readonly app: FastifyInstance
  readonly routes: readonly Route[]
  register(area: string, routes: readonly Route[]): void
  /** A library that speaks HTTP itself (a protocol core) answers everything under these prefixes. */
  mount(prefixes: readonly string[], purpose: Purpose, library: Library): void
  /**
   * A build of the web under `prefix`, which ends in a slash. With `fallback`, addresses below it that nothing else answers are the
   * app's own and get its page.
   */
  serveWeb(folder: string, options: { prefix: string; fallback: boolean }): void
}

const unsafe = new Set(['POST', 'PUT', 'DELETE', 'PATCH'])
/** From elsewhere, all together. Where guessing pays, a route says less. */
const requestsPerMinute = 1_200
/** OpenID Connect puts whole requests into the address. */
const longestUrl = 8_192

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

/** From this machine and by its own name: not through a browser whose page points its name here, nor through a proxy nobody declared. */
function isFromThisMachine(request: FastifyRequest): boolean {
  const { host = '', forwarded, via } = request.headers
  return (
    isLoopback(request.ip) &&
    /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host) &&
    forwarded === undefined &&
    via === undefined &&
    request.headers['x-forwarded-for'] === undefined
  )
}

export function createHttp(options: HttpOptions): Http {
  const { publicUrl, mayConnect, metrics, log } = options
  const tell = createFailureLog(log)
  const tellRefusal = createRefusalLog(log)
  const answering = { tell, errorPage: options.errorPage }
  const secure = publicUrl.protocol === 'https:'
  const headers = dataHeaders(secure)
  const app = Fastify({
    logger: false,
    trustProxy: options.proxy ?? false,
    bodyLimit: 65_536,
    // A slow sender must not hold a connection for ever (slowloris); headers have Node's own 16 KiB limit.
    requestTimeout: 15_000,
    // Longer than a request may take, so that its refusal is heard.
    connectionTimeout: 40_000,
    keepAliveTimeout: 65_000,
    // What is under way, and what still comes on an open connection, is finished; new connections are not taken.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false, querystringParser: readFields },
    exposeHeadRoutes: true,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      answerError(error, request, reply.headers(headers), { tell }),
    ...(options.tls ? { https: options.tls } : {}),
  } as object) as unknown as FastifyInstance
  app.server.headersTimeout = 10_000
  app.server.maxConnections = 10_000
  const routes: Route[] = []
  const webs: { prefix: string; web: Web }[] = []
  const limit = createRateLimit()
  const cookieTable = createCookieTable(secure, options.cookies, options.pathCookies ?? [])
  const underWay = createUnderWay(app, (error, request, reply) => void answerError(error, request, reply, answering))
  app.addHook('onClose', async () => underWay.stop())

  app.decorateRequest('ownNonce', '')
  app.decorateRequest('nonce', function nonce(this: FastifyRequest) {
    if (this.ownNonce === '') this.ownNonce = randomBytes(16).toString('base64')
    return this.ownNonce
  })

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers)
    const { config, url: pattern } = request.routeOptions
    const { ip } = request
    if (mayConnect && !mayConnect(request.socket.remoteAddress ?? ''))
      throw new AppError('http.not_through_proxy', 403, 'This address answers its own proxy only.')
    // Everything, found or not, counts: a flood of unknown addresses costs as much as one of known ones. A request from this very
    // machine counts only where the route has a limit of its own.
    if (config.perMinute !== undefined || !isLoopback(ip)) {
      const key = config.perMinute === undefined ? senderOf(ip) : `${senderOf(ip)} ${request.method} ${pattern}`
      const wait = limit.count(key, config.perMinute ?? options.requestsPerMinute ?? requestsPerMinute, Date.now())
      if (wait > 0)
        throw new AppError('http.too_many_requests', 429, 'Too many requests. Wait a moment and try again.', {
          retryAfterSeconds: wait,
        })
    }
    // Probes stay answered: they tell an overloaded program from a dead one.
    if (!underWay.add(reply) && config.host !== 'any')
      throw new AppError('http.busy', 503, 'Too much at once. Wait a moment and try again.', { retryAfterSeconds: 2 })
    if (request.url.length > longestUrl) throw new AppError('http.url_too_long', 414, 'The address is too long.')
    if (hasTooManyFields(request.url)) throw tooManyFields()
    // DNS rebinding: a page elsewhere may point its own name at this address, but then names itself in Host.
    if (config.host === undefined && request.host.toLowerCase() !== publicUrl.host)
      throw new AppError('http.unknown_host', 421, `This is ${publicUrl.host}; it does not answer under another name.`)
    if (config.host === 'loopback' && !isFromThisMachine(request)) throw notFound()
    done()
  })

  const { mark } = options
  if (mark !== undefined)
    app.addHook('onSend', async (_request, reply, payload) =>
      typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
        ? payload.replace(/<body[^>]*>/, (body) => `${body}${mark}`)
        : payload,
    )
  app.addHook('onResponse', (request, reply, done) => {
    underWay.remove(reply)
    tellRefusal(request, reply.statusCode)
    const route = request.routeOptions.url ?? 'none'
    metrics?.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000)
    log.debug('answered', {
      method: request.method,
      route,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    })
    done()
  })

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, answering))
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(health\/|(api|calls|metrics|\.well-known)(\/|$))/.test(path) &&
      !/\.[^/]*$/.test(path)
    const app = isPage ? webs.find(({ prefix }) => path.startsWith(prefix)) : undefined
    return app ? answerPage(app.web, request, reply) : answerError(notFound(), request, reply, answering)
  })
  acceptBodies(app)

  async function identifyProgram(definition: Route, request: FastifyRequest): Promise<Caller> {
    if (!options.verifyCall) throw new Error(`${definition.path} is for programs, but nothing verifies their calls`)
    const program = await options.verifyCall(
      {
        method: request.method,
        authority: request.headers.host ?? '',
        target: request.raw.url ?? '',
        headers: request.headers as Record<string, string>,
      },
      request.rawBody ?? Buffer.alloc(0),
    )
    if (definition.permission !== `program:${program}`)
      throw new AppError('http.forbidden', 403, 'This program may not call this.')
    return { kind: 'program', program }
  }

  function handOn(request: FastifyRequest, reply: FastifyReply, purpose: Purpose, library: Library): void {
    const page = pageHeaders(request.nonce(), options.formAction)
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...page }))
      if (value !== undefined) reply.raw.setHeader(name, value)
    reply.hijack()
    within(purpose, () => library(request.raw, reply.raw, request.ip))
  }

  function runRoute(definition: Route) {
    const isProgramCall = definition.permission.startsWith('program:')
    return async (request: FastifyRequest, reply: FastifyReply) => {
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
      const own = new OwnRequest(request, reply, cookieTable)
      own.params = request.params ?? {}
      own.caller = isProgramCall
        ? await identifyProgram(definition, request)
        : await options.authorize(definition, own as typeof own & { params: Readonly<Record<string, string>> })
      own.params = parse(definition.params, request.params, 'address', 404)
      own.query = parse(definition.query, request.query, 'query', 400)
      own.body = parse(definition.body, request.body, 'body', 400)
      const answer = await within(definition.purpose, () => definition.run(own as never))
      if (answer instanceof Reply) {
        if (answer.headers['content-type']?.startsWith('text/html'))
          reply.headers(pageHeaders(request.nonce(), options.formAction))
        return reply.code(answer.status).headers(answer.headers).send(answer.body)
      }
      if (answer instanceof HandedOn) return handOn(request, reply, definition.purpose, answer.library)
      if (answer === undefined) return reply.code(204).send()
      if (!definition.answer) throw new Error(`${definition.path} answers data without a schema of its answer`)
      return definition.answer.parse(answer)
    }
  }

  return {
    app,
    routes,
    register(area, list) {
      routes.push(...list)
      for (const definition of list)
        app.route({
          method: definition.method,
          url: definition.path,
          ...(definition.bodyLimitBytes ? { bodyLimit: definition.bodyLimitBytes } : {}),
          config: {
            area,
            perMinute: definition.perMinute,
            // A signed call names the address it was signed for; whoever verifies it compares the two.
            ...(definition.permission.startsWith('program:') ? { host: 'any' as const } : {}),
          },
          handler: runRoute(definition),
        })
    },
    mount(prefixes, purpose, library) {
      app.register(async (scope) => {
        // The library reads the body itself.
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
        for (const prefix of prefixes)
          for (const url of [prefix, `${prefix}/*`])
            scope.all(url, (request, reply) => handOn(request, reply, purpose, library))
      })
    },
    serveWeb(folder, { prefix, fallback }) {
      const web = readWeb(folder)
      app.get(prefix, (request, reply) => answerPage(web, request, reply))
      for (const { path, body, headers: own } of web.files)
        app.get(`${prefix}${path}`, (_request, reply) => reply.headers(own).send(body))
      if (fallback) webs.push({ prefix, web })
    },
  }
}

function notFound(): AppError {
  return new AppError('http.not_found', 404, 'There is nothing at this address.')
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string, status: number): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value ?? {})
  if (result.success) return result.data
  if (status === 404) throw notFound()
  const fields: Record<string, string> = {}
  for (const issue of result.error.issues.slice(0, 20)) fields[issue.path.join('.').slice(0, 100)] ??= issue.message
  throw new AppError('http.invalid_input', status, `The ${where} is not as it should be.`, { fields })
}
