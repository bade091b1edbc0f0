import { z } from 'zod'

type Operation = {
  readonly operationId: string
  readonly parameters?: readonly { name: string; in: 'path' | 'query'; required: boolean; schema: object }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: object }>> }
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>
}
export type ApiDocument = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

export type Sent = { readonly method: string; readonly path: string; readonly body: unknown }
type Send = (request: Sent) => Promise<{ status: number; body: unknown }>

const schemaIn = (content: Readonly<Record<string, { schema: object }>> | undefined) => {
  const [first] = Object.values(content ?? {})
  return first && z.fromJSONSchema(first.schema as never)
}

/** A client made of nothing but the OpenAPI document: what that does not say, it cannot send, and an answer of another shape is an error. */
export function generateClient({ paths }: ApiDocument, send: Send) {
  const operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId, { path, method, operation }] as const,
      ),
    ),
  )
  return async (
    operationId: string,
    given: Readonly<Record<string, string>> = {},
    body?: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: its shape has been checked against the document
  ): Promise<any> => {
    const found = operations.get(operationId)
    if (!found) throw new Error(`The document has no ${operationId}.`)
    const { method, operation } = found
    const query = new URLSearchParams()
    let path = found.path
    for (const { name, in: place, required, schema } of operation.parameters ?? []) {
      const value = given[name]
      if (value === undefined && required) throw new Error(`${operationId} wants ${name}.`)
      if (value === undefined) continue
      z.fromJSONSchema(schema as never).parse(value)
      if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value))
      else query.set(name, value)
    }
    const wanted = schemaIn(operation.requestBody?.content)
    const target = query.size > 0 ? `${path}?${query}` : path
    const answer = await send({
      method: method.toUpperCase(),
      path: target,
      body: wanted ? wanted.parse(body) : undefined,
    })
    const answered = operation.responses[answer.status] ?? operation.responses.default
    if (!answered) throw new Error(`The document knows no answer ${answer.status} of ${operationId}.`)
    const shape = schemaIn(answered.content)
    if (shape) shape.parse(answer.body)
    if (answer.status >= 400) throw Object.assign(new Error(`${answer.status}`), answer.body)
    return answer.body
  }
}
