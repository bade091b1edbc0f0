import type { FastifyInstance } from 'fastify'
import { AppError } from '#base/errors'

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes of a JSON body as they came: a signed call is signed over these. */
    rawBody?: Buffer
  }
}

const mostFields = 50
const deepestJson = 20

/**
 * The parser recurses: ten thousand brackets would be ten thousand frames, here and in every schema behind it. Counted on
 * the bytes, outside of strings.
 */
export function isTooDeep(json: Uint8Array, most: number = deepestJson): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]
    if (isInString) {
      if (byte === 0x5c) at += 1
      else if (byte === 0x22) isInString = false
    } else if (byte === 0x22) isInString = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > most) return true
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  return false
}

/** Fields of a form or query, at most fifty. The first of two equal names wins, here and for whoever reads after us. */
export function readFields(text: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  if (text === '' || hasTooManyFields(text)) return fields
  for (const [name, value] of new URLSearchParams(text)) fields[name] ??= value
  return fields
}

export function hasTooManyFields(text: string): boolean {
  let count = 1
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count += 1
  return count > mostFields
}

export function tooManyFields(): AppError {
  return new AppError('http.too_many_fields', 413, 'The form has too many fields.')
}

/** What may be sent here: JSON, and forms of our own pages. */
export function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  // A field named __proto__ or constructor is refused, not dropped: nobody sends it by mistake.
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer
    if (isTooDeep(bytes)) return done(new AppError('http.too_deep', 413, 'The JSON is nested too deeply.'))
    request.rawBody = bytes
    parseJson(request, bytes.toString('utf8'), done)
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => {
      const text = body as string
      if (hasTooManyFields(text)) done(tooManyFields())
      else done(null, readFields(text))
    },
  )
}
