import { logFieldNames } from '#base/log-fields'
import { constantText, isNode, type Node, nameOf, readCode, walk } from './code.ts'
import { isProduct, placeOf } from './places.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

// A log line is a constant sentence and fields of a short list: a person's data cannot get into either by being at hand.
// The redaction of platform/base/log.ts is a net under this, with holes; this has none for the lines we write ourselves.

const levels = new Set(['debug', 'info', 'warn', 'error'])

export function checkLogs(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const { path, text, program } of readCode(tree).codes) {
    const place = placeOf(path)
    // The supervisor talks to the person at the terminal; its own programs log.
    if (!isProduct(path) || path === 'platform/base/log.ts') continue
    walk(program, (node) => {
      if (node.type !== 'CallExpression') return
      const callee = node.callee as Node
      if (callee.type !== 'MemberExpression') return
      const add = (what: string) => found.push({ path, line: lineAt(text, node.start), rule: 'logs', what })
      const object = nameOf(callee.object)
      if (object === 'console' && !(place.kind === 'floor' && place.floor === 'supervisor'))
        add('console: the log has fields and redaction, this has neither')
      if (object !== 'log' || !levels.has(nameOf(callee) ?? '')) return
      const [sentence, fields] = node.arguments as Node[]
      if (constantText(sentence) === undefined)
        add('a log line whose sentence is put together at run time; give values as fields')
      if (fields !== undefined) for (const what of judgeFields(fields)) add(what)
    })
  }
  return found
}

const logFields = new Set<string>(logFieldNames)

function judgeFields(fields: Node): string[] {
  if (fields.type !== 'ObjectExpression') return []
  return (fields.properties as Node[])
    .map((property) => (property.type === 'Property' ? nameOf(property.key) : undefined))
    .filter((name) => isNode(fields) && name !== undefined && !logFields.has(name))
    .map((name) => `the field ${name} is not one that a log line may carry`)
}
