import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError, type Problem } from '#base/errors'
import { newToken } from '#base/ids'
import type { Log } from '#base/log'
import { contentDigest, type SignedMessage, signMessage } from '#base/signatures'
import { readCallKey, readPublicCallKey } from './call-keys.ts'
import type { Database } from './database.ts'
import type { Program } from './migrate.ts'
import { createNonces } from './nonces.ts'
import { covered, verifySigned } from './verify-signed.ts'

/** How long a call may be on its way. */
const lifetimeSeconds = 30
/** The longest that is accepted, and how far two clocks may differ. */
const longestSeconds = 60
const skewSeconds = 5
const answerLimitBytes = 1_048_576

export type Calls = {
  /**
   * Calls another program and checks its answer. `isIdempotent` allows one more try when nothing answered.
   * Its refusals (4xx) arrive as the AppError they were; whatever else goes wrong is `calls.unavailable`.
   */
  call<Answer extends z.ZodType>(
    program: Program,
    path: `/calls/${string}`,
    body: unknown,
    answer: Answer,
    options?: { isIdempotent?: boolean; timeoutMilliseconds?: number },
  ): Promise<z.output<Answer>>
  /** Who signed this request; throws 401 unless it is one of our programs, now, for this address, for the first time. */
  verify(message: SignedMessage, body: Uint8Array): Promise<Program>
}

export type CallTarget = {
  readonly port: number
  /** Under TLS: the name the certificate is for, and the certificate to trust. */
  readonly tls?: { readonly serverName: string; readonly certificate: () => string } | undefined
}

function refused(why: string): AppError {
  return new AppError('calls.refused', 401, 'This call is not signed as it must be.', { cause: new Error(why) })
}

export function createCalls(options: {
  program: Program
  folder: string
  publicFolder: string
  targets: Readonly<Record<Program, CallTarget>>
  database: Database
  clock: Clock
  log: Log
}): Calls {
  const { clock, targets } = options
  const nonces = createNonces(options)
  // Only its own port: a call signed for one program is worth nothing at another.
  const ownNames = new Set(
    ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${targets[options.program].port}`),
  )

  const send = async (program: Program, path: string, text: string, timeoutMilliseconds: number) => {
    const target = targets[program]
    const authority = `127.0.0.1:${target.port}`
    const created = Math.floor(clock.now().getTime() / 1_000)
    const headers: Record<string, string> = {
      host: authority,
      'content-type': 'application/json',
      'content-digest': contentDigest(text),
      'content-length': String(Buffer.byteLength(text)),
    }
    Object.assign(
      headers,
      signMessage(
        { method: 'POST', authority, target: path, headers },
        covered,
        { created, expires: created + lifetimeSeconds, nonce: newToken(), alg: 'ed25519', keyid: options.program },
        readCallKey(options.folder),
      ),
    )
    return post(target, path, headers, text, timeoutMilliseconds)
  }

  const check = async (message: SignedMessage, body: Uint8Array): Promise<Program> => {
    const { program } = await verifySigned({ nonces, clock }, message, body, {
      find(keyid) {
        const program = Object.keys(targets).find((known) => known === keyid) as Program | undefined
        const key = program && readPublicCallKey(options.publicFolder, program)
        return program && key && { program, key }
      },
      isHere: (authority) => ownNames.has(authority),
      longestSeconds,
      skewSeconds,
      refused,
      unknown: () => refused('no such program'),
    })
    return program
  }

  return {
    async call(program, path, body, answer, { isIdempotent = false, timeoutMilliseconds = 10_000 } = {}) {
      const text = JSON.stringify(body ?? {})
      let reply: { status: number; text: string }
      try {
        reply = await send(program, path, text, timeoutMilliseconds).catch(async (error: unknown) => {
          if (!isIdempotent) throw error
          await pause(200)
          return send(program, path, text, timeoutMilliseconds)
        })
      } catch (cause) {
        if (cause instanceof AppError) throw cause
        throw unavailable(program, cause)
      }
      return readAnswer(program, path, reply, answer)
    },
    async verify(message, body) {
      try {
        return await check(message, body)
      } catch (error) {
        // Either somebody tries, or a clock or key of ours is wrong: both want to be seen.
        if (error instanceof AppError) options.log.warn('a call was refused', { area: 'calls', error: error.cause })
        throw error
      }
    },
  }
}

function unavailable(program: Program, cause: unknown): AppError {
  return new AppError(
    'calls.unavailable',
    503,
    'Another part of Vartio does not answer just now. Try again in a moment.',
    {
      cause: new Error(`${program} does not answer`, { cause }),
      retryAfterSeconds: 3,
    },
  )
}

function post(
  target: CallTarget,
  path: string,
  headers: Record<string, string>,
  text: string,
  timeoutMilliseconds: number,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    // By address: Node does not resolve *.localhost. A fresh connection each: a kept one may be closed under us.
    const settings: RequestOptions = {
      host: '127.0.0.1',
      port: target.port,
      path,
      method: 'POST',
      headers,
      agent: false,
    }
    const take = (response: IncomingMessage) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > answerLimitBytes) sent.destroy(new Error('the answer is too large'))
        else parts.push(part)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      )
    }
    const sent: ClientRequest = target.tls
      ? httpsRequest(
          {
            ...settings,
            servername: target.tls.serverName,
            // It is our own certificate: this one and no other is trusted here, whoever signed it.
            ca: target.tls.certificate(),
            allowPartialTrustChain: true,
          } as RequestOptions,
          take,
        )
      : httpRequest(settings, take)
    // The whole exchange, not only silence: a drip of bytes must not hold the caller.
    const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), timeoutMilliseconds)
    sent.on('close', () => clearTimeout(timer))
    sent.on('error', reject)
    sent.end(text)
  })
}

function readAnswer<Answer extends z.ZodType>(
  program: Program,
  path: string,
  { status, text }: { status: number; text: string },
  answer: Answer,
): z.output<Answer> {
  let value: unknown
  try {
    value = text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    throw unavailable(program, cause)
  }
  if (status >= 200 && status < 300) {
    const checked = answer.safeParse(value)
    if (checked.success) return checked.data
    // zod repeats values of the answer in its error: only where it went wrong is kept.
    const where = checked.error.issues.map(({ path: at }) => at.join('.')).join(', ')
    throw unavailable(program, new Error(`${path} answered something else at ${where}`))
  }
  const problem = (value ?? {}) as Partial<Problem>
  // A refusal of our signature is a fault of this house, not of whoever asked us.
  if (status >= 400 && status < 500 && status !== 429 && problem.code && !problem.code.startsWith('calls.'))
    throw new AppError(problem.code, status, problem.title ?? 'This was refused.')
  throw unavailable(program, new Error(`${path} answered ${status} ${problem.code ?? ''}`))
}
