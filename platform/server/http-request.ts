import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseLanguage, type Language } from '#base/languages'
import { cookieName, readCookies, writeCookie } from './cookies.ts'
import type { Caller, RouteRequest } from './routes.ts'

/** The cookies of one program: which it may set, which it only reads, and under which names they travel. */
export type CookieTable = {
  readonly isSecure: boolean
  readonly settable: ReadonlySet<string>
  /** These for one address only. */
  readonly settableAtPath: ReadonlySet<string>
  /** Our name and the one that is sent. */
  readonly read: readonly (readonly [string, string])[]
}

export function createCookieTable(
  isSecure: boolean,
  cookies: readonly string[],
  pathCookies: readonly string[],
): CookieTable {
  return {
    isSecure,
    settable: new Set(cookies),
    settableAtPath: new Set(pathCookies),
    read: [
      ...cookies.map((name) => [name, cookieName(name, isSecure)] as const),
      ...pathCookies.map((name) => [name, cookieName(name, isSecure, 'path')] as const),
    ],
  }
}

/** What a route gets. Made at each request, so what few routes need is worked out when it is asked for. */
export class OwnRequest implements RouteRequest {
  params: unknown
  query: unknown
  body: unknown
  caller: Caller = { kind: 'nobody' }
  readonly cookies: Readonly<Record<string, string>>
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #table: CookieTable

  constructor(request: FastifyRequest, reply: FastifyReply, table: CookieTable) {
    this.#request = request
    this.#reply = reply
    this.#table = table
    const own: Record<string, string> = Object.create(null)
    const { cookie } = request.headers
    if (cookie !== undefined) {
      const sent = readCookies(cookie)
      for (const [name, sentName] of table.read) {
        const value = sent[sentName]
        if (value !== undefined) own[name] = value
      }
    }
    this.cookies = own
  }

  get raw(): FastifyRequest {
    return this.#request
  }
  get ip(): string {
    return this.#request.ip
  }
  get userAgent(): string {
    return (this.#request.headers['user-agent'] ?? '').slice(0, 400)
  }
  get languages(): string {
    return (this.#request.headers['accept-language'] ?? '').slice(0, 200)
  }
  get language(): Language {
    return chooseLanguage(this.#request.headers['accept-language'])
  }
  get nonce(): string {
    return this.#request.nonce()
  }

  // Bound, because routes take them apart from the request.
  readonly setCookie: RouteRequest['setCookie'] = (name, value, options = {}) => {
    const { isSecure: secure, settable, settableAtPath } = this.#table
    const may = options.path === undefined ? settable : settableAtPath
    if (!may.has(name)) throw new Error(`cookie ${name} is not in the table of cookies`)
    this.#reply.header('set-cookie', writeCookie(name, value, { secure, ...options }))
  }

  readonly clearCookie = (name: string): void => this.setCookie(name, '', { maxAgeSeconds: 0 })
}
