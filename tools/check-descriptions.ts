import { allowedPurposes, type Description, fieldsOf } from '#server/describe'
import { interestsToReview } from '#server/interests'
import { type Purpose, purposes } from '#server/purpose'
import { persons } from '#server/vocabulary'
import { constantText, isNode, type Node, nameOf, readCode, walk } from './code.ts'
import { isProduct, placeOf } from './places.ts'
import type { Tree, Violation } from './tree.ts'

// Descriptions against the code that reads: a purpose that nothing states is a promise about nothing. The live schema is compared in
// tests/checks/schema.test.ts.

export function checkDescriptions(
  tree: Tree,
  described: Readonly<Record<string, readonly Description[]>>,
  today = new Date(),
): Violation[] {
  const stated = statedPurposes(tree)
  const anywhere = new Set([...stated.values()].flatMap((some) => [...some]))
  const [first = [], ...rest] = Object.values(described)
  // What the platform keeps is described once for every program; each uses what it needs of it.
  const everywhere = new Set(first.filter((one) => rest.every((other) => other.includes(one))))
  const overdue = interestsToReview(today).map((name) => ({
    path: 'platform/server/interests.ts',
    rule: 'descriptions',
    what: `${name} was to be weighed again by now: do so, and set a new day`,
  }))
  return [
    ...overdue,
    ...unstated([...everywhere], anywhere).map((what) => ({
      path: 'platform/server/data.ts',
      rule: 'descriptions',
      what,
    })),
    ...Object.entries(described).flatMap(([program, descriptions]) => {
      const path = `${program}/data.ts`
      const here = new Set([...(stated.get('platform') ?? []), ...(stated.get(program) ?? [])])
      const own = descriptions.filter((one) => !everywhere.has(one))
      return [...unstated(own, here), ...misplaced(program, descriptions)].map((what) => ({
        path,
        rule: 'descriptions',
        what,
      }))
    }),
  ]
}

/** Which purposes routes, jobs, loops, subscribers and the like state, by program; what the platform states, every program does. */
export function statedPurposes(tree: Tree): ReadonlyMap<string, ReadonlySet<Purpose>> {
  const stated = new Map<string, Set<Purpose>>()
  for (const { path, program: code } of readCode(tree).codes) {
    const place = placeOf(path)
    if (!isProduct(path) || path.endsWith('/data.ts') || !(place.kind === 'floor' || 'program' in place)) continue
    const where = 'program' in place ? place.program : 'platform'
    const add = (node: unknown) => {
      const text = isNode(node) ? constantText(node) : undefined
      if (text === undefined || !(text in purposes)) return
      stated.set(where, (stated.get(where) ?? new Set()).add(text as Purpose))
    }
    walk(code, (node) => {
      if (node.type === 'Property' && nameOf(node.key) === 'purpose') add(node.value)
      if (node.type !== 'CallExpression') return
      const [first, second] = node.arguments as Node[]
      const called = nameOf(node.callee)
      if (called === 'within' || called === 'enterPurpose') add(first)
      if (called === 'mount') add(second)
    })
  }
  return stated
}

function unstated(descriptions: readonly Description[], stated: ReadonlySet<Purpose>): string[] {
  return descriptions.flatMap((description) => {
    const named = new Map<Purpose, string>()
    for (const { schema, table, name, purposes: own } of fieldsOf(description))
      for (const purpose of own ?? []) if (!named.has(purpose)) named.set(purpose, `${schema}.${table}.${name}`)
    return [...named]
      .filter(([purpose]) => !stated.has(purpose))
      .map(
        ([purpose, column]) =>
          `${column} names the purpose ${purpose}, which no route, job, loop or subscriber of this program states: take it out of data.ts`,
      )
  })
}

/** Where vocabulary.ts says that persons are found is a personal column of that program. */
function misplaced(program: string, descriptions: readonly Description[]): string[] {
  const personal = allowedPurposes(descriptions)
  return Object.entries(persons).flatMap(([name, { found }]) => {
    const column = 'at' in found ? (found.at as Record<string, string>)[program] : undefined
    return column === undefined || personal.has(column)
      ? []
      : [`vocabulary.ts finds a ${name} by ${column}, which is no personal column here`]
  })
}
