import { z } from 'zod'
import { purposes } from './purpose.ts'
import type { Route } from './routes.ts'

type Json = { [name: string]: unknown }

const problem = {
  description: 'What went wrong; decide on `code` only (RFC 9457).',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'code'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string' },
          fields: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
  },
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return rest
}

function parameters(route: Route): Json[] {
  const list: Json[] = []
  for (const [place, schema] of [
    ['path', route.params],
    ['query', route.query],
  ] as const) {
    if (!schema) continue
    const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] }
    for (const [name, of] of Object.entries(properties))
      list.push({ name, in: place, required: place === 'path' || required.includes(name), schema: of })
  }
  return list
}

/** OpenAPI 3.1 of the routes that answer data, from the schemas that check them: it cannot say anything else than they do. */
export function describeApi(title: string, url: string, routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    if (!/^\/(api|calls)\//.test(route.path)) continue
    const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = {
      operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+/g, '_')}`,
      description: `${route.does}. Permission: ${route.permission}. Purpose: ${purposes[route.purpose].words.en}.`,
      ...(route.params || route.query ? { parameters: parameters(route) } : {}),
      ...(route.body
        ? {
            requestBody: {
              required: true,
              content: {
                [route.form ? 'application/x-www-form-urlencoded' : 'application/json']: {
                  schema: schemaOf(route.body, 'input'),
                },
              },
            },
          }
        : {}),
      responses: {
        ...(route.answer
          ? {
              200: {
                description: 'Done.',
                content: { 'application/json': { schema: schemaOf(route.answer, 'output') } },
              },
            }
          : { 204: { description: 'Done.' } }),
        default: problem,
      },
    }
  }
  return { openapi: '3.1.1', info: { title, version: '1' }, servers: [{ url }], paths }
}
