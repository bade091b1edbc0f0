import { calls, programs } from '#architecture'
import { constantText, isNode, type Node, nameOf, readCode, walk } from './code.ts'
import { isProduct, placeOf } from './places.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

// A route says who may use it and what for, in the list one can read; no route is made anywhere else.

const needed = ['method', 'path', 'permission', 'purpose', 'does', 'run']

const webServerVerbs = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'all', 'route'])

export function checkRoutes(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const { path, text, program } of readCode(tree).codes) {
    const place = placeOf(path)
    if (!isProduct(path) || place.kind === 'floor') continue
    walk(program, (node) => {
      if (node.type !== 'CallExpression') return
      const callee = node.callee as Node
      const line = lineAt(text, node.start)
      const first = (node.arguments as Node[])[0]
      if (callee.type === 'Identifier' && callee.name === 'route') {
        if (!path.endsWith('/routes.ts'))
          found.push({ path, line, rule: 'routes', what: 'a route outside routes.ts is one nobody finds' })
        const present = propertiesOf(first)
        const missing = needed.filter((name) => !present.has(name))
        if (missing.length > 0)
          found.push({ path, line, rule: 'routes', what: `a route without ${missing.join(', ')}` })
      } else if (
        callee.type === 'MemberExpression' &&
        webServerVerbs.has(nameOf(callee) ?? '') &&
        /^(app|fastify|server|http)$/.test(nameOf(callee.object) ?? '')
      )
        found.push({ path, line, rule: 'routes', what: 'a route past the list, so without permission and purpose' })
    })
  }
  return found
}

function propertiesOf(node: unknown): Set<string> {
  if (!isNode(node) || node.type !== 'ObjectExpression') return new Set()
  return new Set((node.properties as Node[]).map((property) => nameOf(property.key) ?? ''))
}

/** Calls between programs, from both ends: who makes one, and whose route lets a program in (`program:NAME`). */
export function checkCalls(tree: Tree, listed: readonly { from: string; to: string }[] = calls): Violation[] {
  const found: Violation[] = []
  const made = new Set<string>()
  const answered = new Set<string>()
  for (const { path, text, program } of readCode(tree).codes) {
    const place = placeOf(path)
    if (!isProduct(path)) continue
    if (place.kind === 'floor') {
      // What the platform answers, every program answers.
      walk(program, (node) => {
        if (node.type !== 'Property' || nameOf(node.key) !== 'permission') return
        const from = /^program:(.+)$/.exec(constantText(node.value) ?? '')?.[1]
        for (const to of Object.keys(programs))
          if (listed.some((pair) => pair.from === from && pair.to === to)) answered.add(`${from} ${to}`)
      })
      continue
    }
    const here = 'program' in place ? place.program : ''
    const judge = (pair: string, node: Node, into: Set<string>) => {
      into.add(pair)
      if (!listed.some(({ from, to }) => pair === `${from} ${to}`))
        found.push({
          path,
          line: lineAt(text, node.start),
          rule: 'calls',
          what: `${pair.replace(' ', ' calls ')}, which is not in the table of architecture.ts`,
        })
    }
    walk(program, (node) => {
      if (node.type === 'CallExpression' && nameOf(node.callee) === 'call') {
        const to = constantText((node.arguments as unknown[])[0])
        if (to !== undefined && to in programs) judge(`${here} ${to}`, node, made)
      } else if (node.type === 'Property' && nameOf(node.key) === 'permission') {
        const from = /^program:(.+)$/.exec(constantText(node.value) ?? '')?.[1]
        if (from !== undefined) judge(`${from} ${here}`, node, answered)
      }
    })
  }
  for (const { from, to } of listed) {
    if (!tree.has(`${from}/main.ts`) || !tree.has(`${to}/main.ts`)) continue
    const missing = [made.has(`${from} ${to}`) ? '' : 'makes', answered.has(`${from} ${to}`) ? '' : 'answers']
    for (const side of missing.filter(Boolean))
      found.push({
        path: 'architecture.ts',
        rule: 'calls',
        what: `nobody ${side} the call from ${from} to ${to}: take it out`,
      })
  }
  return found
}
