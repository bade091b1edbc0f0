import { lookup } from 'node:dns'
import type { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import { AppError } from '#base/errors'
import { mediaType } from './wire.ts'

/** The same for every device and every question: nothing in a request tells who sends it. */
const headers = {
  accept: mediaType,
  'accept-encoding': 'identity',
  'accept-language': '*',
  'user-agent': 'vartio',
  connection: 'close',
}

const agents = new Map<boolean, Agent>()

/**
 * A connection of its own for each question, and no TLS session taken up again: either would tie questions of one device together. TLS takes a megabyte, and is loaded
 * where it is used.
 */
function clientFor(isTls: boolean) {
  const { Agent, request } = process.getBuiltinModule(isTls ? 'node:https' : 'node:http')
  const agent = agents.get(isTls) ?? new Agent({ keepAlive: false, ...(isTls ? { maxCachedSessions: 0 } : {}) })
  agents.set(isTls, agent)
  return { agent, request }
}

/** Names below localhost are this machine (RFC 6761 §6.3); not every resolver knows. */
const find: LookupFunction = (host, options, done) =>
  /(^|\.)localhost$/i.test(host)
    ? options.all
      ? done(null, [{ address: '127.0.0.1', family: 4 }])
      : done(null, '127.0.0.1', 4)
    : lookup(host, options as never, done as never)

export const unreachable = (cause?: unknown) =>
  new AppError('cloud.unreachable', 503, 'The Cloud does not answer.', cause === undefined ? {} : { cause })

type Options = { most: number; milliseconds: number; ca?: string | readonly string[] | undefined }
type Answer = { status: number; bytes: Buffer }

/** One GET. Leads nowhere else, whatever the answer says: an address of its own could mark a device. */
export const get = (url: URL, options: Options): Promise<Answer> => ask(url, options)

/** The bytes of a content, and nothing beside them. */
export const send = (url: URL, content: Buffer, options: Omit<Options, 'most'>): Promise<Answer> =>
  ask(url, { ...options, most: 4_096 }, content)

function ask(url: URL, { most, milliseconds, ca }: Options, content?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { agent, request: begin } = clientFor(url.protocol === 'https:')
    const options = {
      method: content ? 'POST' : 'GET',
      headers: content ? { ...headers, 'content-type': mediaType, 'content-length': String(content.length) } : headers,
      agent,
      lookup: find,
      signal: AbortSignal.timeout(milliseconds),
      ...(ca === undefined ? {} : { ca: [ca].flat() }),
    }
    const request = begin(url, options)
    request.on('error', (cause) => reject(cause instanceof AppError ? cause : unreachable(cause)))
    request.on('response', (response) => {
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        parts.push(part)
        if (length > most)
          request.destroy(new AppError('cloud.wrong_answer', 502, 'The answer of the Cloud is too long.'))
      })
      response.on('error', (cause) => reject(cause instanceof AppError ? cause : unreachable(cause)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts) }))
    })
    request.end(content)
  })
}
