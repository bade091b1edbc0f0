import { constantText, isNode, type Node, nameOf, readCode, templateText, walk } from './code.ts'
import { isProduct, placeOf, schemaOf } from './places.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

export type KnownError = { code: string; status: number; message: string; path: string }

/** Every `new AppError('area.code', status, message)` of the product, as its source says it. */
export function readErrors(tree: Tree): { errors: KnownError[]; violations: Violation[] } {
  const errors = new Map<string, KnownError>()
  const violations: Violation[] = []
  for (const { path, text, program } of readCode(tree).codes) {
    if (!isProduct(path)) continue
    walk(program, (node) => {
      if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'AppError') return
      const [codeNode, statusNode, messageNode] = node.arguments as Node[]
      const line = lineAt(text, node.start)
      const add = (what: string) => violations.push({ path, line, rule: 'errors', what })
      const messages = branches(messageNode).map(messageOf)
      for (const [index, codeBranch] of branches(codeNode).entries()) {
        const code = constantText(codeBranch)
        if (code === undefined) {
          // What another program answered is passed on under the code it had there.
          if (!(isNode(codeBranch) && codeBranch.type === 'MemberExpression'))
            add('an error whose code is put together at run time cannot be documented')
          continue
        }
        if (!/^[a-z][a-z_]*\.[a-z][a-z0-9_]*$/.test(code)) {
          add(`${code} is not of the form area.what_happened`)
          continue
        }
        const place = placeOf(path)
        if (place.kind === 'area' && code.split('.')[0] !== schemaOf(place.area))
          add(`${code} does not begin with its area, ${schemaOf(place.area)}`)
        const status = isNode(statusNode) && statusNode.type === 'Literal' ? Number(statusNode.value) : Number.NaN
        const known = errors.get(code)
        if (known && !Number.isNaN(status) && !Number.isNaN(known.status) && known.status !== status)
          add(`${code} is ${known.status} in ${known.path} and ${status} here`)
        if (!known) errors.set(code, { code, status, message: messages[index] ?? messages[0] ?? '…', path })
      }
    })
  }
  return { errors: [...errors.values()].sort((a, b) => (a.code < b.code ? -1 : 1)), violations }
}

/** A condition between two codes has two messages, in the same order. */
const branches = (node: unknown): unknown[] =>
  isNode(node) && node.type === 'ConditionalExpression'
    ? [...branches(node.consequent), ...branches(node.alternate)]
    : [node]

const messageOf = (node: unknown): string => {
  const constant = constantText(node)
  if (constant !== undefined) return constant
  if (isNode(node) && node.type === 'TemplateLiteral') return templateText(node).replaceAll(' ? ', '…').trim()
  return '…'
}

/** docs/errors.md, whole. */
export function describeErrors(errors: readonly KnownError[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
  const rows = errors.map(
    ({ code, status, message, path }) =>
      `| \`${code}\` | ${Number.isNaN(status) ? '' : status} | ${cell(message)} | ${path.split('/').slice(0, 2).join('/')} |`,
  )
  return [
    '# Errors',
    '',
    'What Vartio answers when it does not do what was asked, as `application/problem+json` (RFC 9457). The code is the contract;',
    'the sentence may change. A status of 500 without a browser belongs to a command or a start and is printed.',
    'This page is generated from the source (`npm run check -- --write`).',
    '',
    '| code | status | what it says | from |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
