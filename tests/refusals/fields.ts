import { z } from 'zod'
import type { Description } from '#server/describe'
import type { Route } from '#server/routes'
import { isNode, type Node, nameOf, readCode, walk } from '../../tools/code.ts'
import type { Tree } from '../../tools/tree.ts'

/** A name under which something can be sent, answered or kept. `isLoose`: it takes whatever comes. */
export type Field = { readonly where: string; readonly name: string; readonly isLoose?: true }

/** Whatever is done with it comes to nothing: lists of routes are made of it without anything running. */
const nothing: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : name === Symbol.iterator ? [].values : nothing),
  apply: () => nothing,
})

/** Every route of every program, without starting one. */
export async function routesOf(tree: Tree): Promise<{ routes: Route[]; written: number }> {
  const routes: Route[] = []
  let written = 0
  for (const [path, text] of tree) {
    if (!/(^|[/-])routes\.ts$/.test(path) || /^tools\/|^platform\/server\/routes/.test(path)) continue
    written += text.match(/\broute\(\{/g)?.length ?? 0
    const module = (await import(`../../${path}`)) as Record<string, unknown>
    for (const [name, made] of Object.entries(module))
      if (/routes$/i.test(name))
        routes.push(...(typeof made === 'function' ? made(nothing, nothing, nothing) : (made as Route[])))
  }
  return { routes, written }
}

/** Every schema that an area gives to others: also those that no route names, such as one event of a device. */
export async function schemasOf(tree: Tree): Promise<[where: string, schema: z.ZodType][]> {
  const found: [string, z.ZodType][] = []
  for (const path of tree.keys()) {
    if (!/^(identity|portal|privacy|cloud)\/.*\/api\.ts$/.test(path)) continue
    for (const [name, made] of Object.entries((await import(`../../${path}`)) as Record<string, unknown>))
      if (made instanceof z.ZodType) found.push([`${path} ${name}`, made])
  }
  return found
}

type Json = { readonly [name: string]: unknown }
const isLoose = 'x-loose'

export const fieldsOfRoute = ({ method, path, params, query, body, answer }: Route): Field[] =>
  Object.entries({ params, query, body, answer }).flatMap(([part, schema]) =>
    schema ? fieldsOfSchema(`${method} ${path} ${part}`, schema) : [],
  )

export const fieldsOfSchema = (where: string, schema: z.ZodType): Field[] =>
  (['input', 'output'] as const).flatMap((io) =>
    inJson(
      where,
      z.toJSONSchema(schema, {
        io,
        unrepresentable: 'any',
        override: ({ zodSchema, jsonSchema }) => {
          const { def } = zodSchema._zod
          // A record over a closed list has no other names than those.
          const isOpen = def.type === 'record' && def.keyType._zod.def.type !== 'enum'
          if (isOpen || ['unknown', 'any'].includes(def.type)) Object.assign(jsonSchema, { [isLoose]: true })
        },
      }) as Json,
    ),
  )

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

function inJson(where: string, schema: Json): Field[] {
  const words = [schema.const, ...((schema.enum as unknown[]) ?? [])].filter((word) => typeof word === 'string')
  return [
    ...(isLoose in schema ? [{ where, name: where.split(/[ .]/).at(-1) ?? '', isLoose: true as const }] : []),
    // Of closed lists each word is a name too: kinds of events, of actions.
    ...words.map((name) => ({ where: `${where}=`, name })),
    ...Object.entries((schema.properties as Json) ?? {}).flatMap(([name, of]) => [
      { where, name },
      ...(isJson(of) ? inJson(`${where}.${name}`, of) : []),
    ]),
    ...['items', 'additionalProperties', '$defs', 'anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap((part) => {
      const of = schema[part]
      const parts = Array.isArray(of) ? of : part === '$defs' && isJson(of) ? Object.values(of) : [of]
      return parts.filter(isJson).flatMap((one) => inJson(where, one))
    }),
  ]
}

/** Columns and what is sealed within them. That nothing else is in the database, tests/checks/schema.test.ts sees to. */
export const fieldsOfData = ({ schema, tables }: Description): Field[] =>
  Object.entries(tables).flatMap(([table, { columns, sealed }]) =>
    [...Object.keys(columns), ...Object.keys(sealed?.fields ?? {})].map((name) => ({
      where: `${schema}.${table}`,
      name,
    })),
  )

/**
 * What types of the code on a device name: events of its guard, messages between its processes, what its spool and journal hold; and in what programs write, the details of the
 * audit log and what messages between areas carry, which have no schema.
 */
export function fieldsOfCode(tree: Tree): Field[] {
  const found: Field[] = []
  for (const { path, program } of readCode(tree).codes) {
    if (/\.test\.tsx?$/.test(path) || !/^(agent|identity|portal|privacy|cloud)\/|^engine\/verdict/.test(path)) continue
    const add = (node: unknown, where: string) => {
      const { name, value } = node as { name?: string; value?: unknown }
      found.push({ where: `${path}${where}`, name: name ?? String(value) })
    }
    const addAll = (node: unknown, where: string) => {
      if (!isNode(node) || node.type !== 'ObjectExpression') return
      for (const { key } of node.properties as Node[]) if (key) add(key, where)
    }
    walk(program, (node) => {
      if (node.type === 'TSPropertySignature' && /^(agent|engine)\//.test(path)) add(node.key, '')
      // What goes out to programs of others has the form of those, and no schema here.
      if (node.type === 'Property' && /^portal\/receivers\/(ocsf|forms)\.ts$/.test(path)) add(node.key, ' out')
      if (node.type === 'Property' && nameOf(node.key) === 'details') addAll(node.value, ' details')
      if (node.type === 'CallExpression' && nameOf(node.callee) === 'publish')
        addAll((node.arguments as Node[])[3], ' message')
    })
  }
  return found
}
