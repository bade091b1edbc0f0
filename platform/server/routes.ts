import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Language } from '#base/languages'
import type { Purpose } from './purpose.ts'

/** Who asks. What a person may do is decided before the route runs and again on the row it loads. */
export type Caller =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'person'
      readonly personId: string
      readonly sessionId: string
      /** When the person last proved who they are in this session. */
      readonly signedInAt: Date
      /** Of the organisation the path names; empty elsewhere. */
      readonly roles: readonly string[]
      readonly permissions: ReadonlySet<string>
      /** The one organisation that the session opens, where that organisation's own provider said who it is. */
      readonly onlyIn?: string
    }
  | { readonly kind: 'program'; readonly program: string }
  /** A program of an organisation, with an API key of that organisation: the one the path names. */
  | { readonly kind: 'key'; readonly keyId: string; readonly permissions: ReadonlySet<string> }
  /** A device of an organisation, which has signed the request with its own key. */
  | { readonly kind: 'device'; readonly deviceId: string; readonly organizationId: string }

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export type RouteRequest<Params = unknown, Query = unknown, Body = unknown> = {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  readonly language: Language
  /** The caller's address, through a declared proxy only. Personal data: never logged. */
  readonly ip: string
  readonly userAgent: string
  /** The languages that the browser asks for, word for word. */
  readonly languages: string
  readonly cookies: Readonly<Record<string, string>>
  /** Fresh for each answer: what an inline style of our own page must carry (CSP). */
  readonly nonce: string
  /**
   * HttpOnly, SameSite=Lax, whole site or, where it is said, one address; `__Host-` (`__Secure-`) and Secure under TLS. Only cookies of the program's
   * table are allowed.
   */
  setCookie(name: string, value: string, options?: { maxAgeSeconds?: number; path?: string }): void
  clearCookie(name: string): void
}

/**
 * `anyone`: no session is asked for, said openly. `signed-in`: a person, for things of their own. `program:NAME`: a signed call of that
 * program. `device`: a signed request of an enrolled device. Anything else is a permission that a role grants in the organisation the path names.
 */
export type Permission = 'anyone' | 'signed-in' | 'device' | `program:${string}` | `${string}.${string}`

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly permission: Permission
  /** What personal data is read for here: the database refuses columns whose description does not allow it. */
  readonly purpose: Purpose
  /** What it does, in one sentence. */
  readonly does: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Answers pass through it, so that a column somebody adds to a row does not leak by itself. */
  readonly answer?: z.ZodType
  /** Requests a minute and address. Where guessing pays, this is small. */
  readonly perMinute?: number
  readonly bodyLimitBytes?: number
  /** Wants the passkey within the last minutes: what an open computer alone must not be enough for (ASVS 7.5.3). */
  readonly fresh?: true
  /** Of `signed-in`: also for whom an organisation's own provider has named, who otherwise comes into that organisation alone. */
  readonly isOfEverySession?: true
  /** A form of our own pages instead of JSON. */
  readonly form?: true
  readonly run: (request: RouteRequest<never, never, never>) => Promise<unknown>
}

type Typed<P, Q, B, A> = Omit<Route, 'params' | 'query' | 'body' | 'answer' | 'run'> & {
  params?: P
  query?: Q
  body?: B
  answer?: A
  run: (
    request: RouteRequest<Parsed<P>, Parsed<Q>, Parsed<B>>,
  ) => // biome-ignore lint/suspicious/noConfusingVoidType: a function that answers nothing is the plainest route
  Promise<A extends z.ZodType ? z.input<A> : Reply | HandedOn | void>
}

/** Ties the types of a route's schemas to its function. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
>(definition: Typed<P, Q, B, A>): Route {
  return definition as unknown as Route
}

/** An answer that is not JSON. */
export class Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | Readable

  constructor(status: number, headers: Record<string, string>, body: string | Buffer | Readable = '') {
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/** A library that speaks HTTP itself. */
export type Library = (request: IncomingMessage, response: ServerResponse, ip: string) => unknown

/** The answer is a library's, which takes the request from here on; cookies that the route has set are in it. */
export class HandedOn {
  readonly library: Library

  constructor(library: Library) {
    this.library = library
  }
}

export function html(body: string, status = 200): Reply {
  return new Reply(status, { 'content-type': 'text/html; charset=utf-8' }, body)
}

/** 303: whatever the method was, the next request is a GET (RFC 9110 §15.4.4). `to` must be ours or checked by the caller. */
export function redirect(to: string): Reply {
  return new Reply(303, { location: to })
}
