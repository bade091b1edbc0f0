import { parseSync, visitorKeys } from 'oxc-parser'
import type { Tree, Violation } from './tree.ts'
import { lineAt } from './tree.ts'

// A real parser, so that a comment or a string that looks like an import is never taken for one.

export type Node = { readonly type: string; readonly start: number; readonly end: number } & Record<string, unknown>

export type Import = { readonly specifier: string; readonly line: number }

export type Code = {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly program: Node
}

export const isCode = (path: string) => /\.(ts|tsx|mts|cts|js|mjs|cjs|jsx)$/.test(path)

const parsed = new WeakMap<Tree, { codes: Code[]; violations: Violation[] }>()

/** Every code file of the tree, parsed once; a file that does not parse is a violation, never skipped in silence. */
export function readCode(tree: Tree): { codes: Code[]; violations: Violation[] } {
  const known = parsed.get(tree)
  if (known) return known
  const codes: Code[] = []
  const violations: Violation[] = []
  for (const [path, text] of tree) {
    if (!isCode(path)) continue
    const result = parseSync(path, text)
    const error = result.errors[0]
    if (error) {
      violations.push({ path, rule: 'parses', what: error.message })
      continue
    }
    const program = result.program as unknown as Node
    codes.push({ path, text, program, imports: findImports(program, text) })
  }
  const answer = { codes, violations }
  parsed.set(tree, answer)
  return answer
}

/** Walks every node, parents first. */
export function walk(node: Node, see: (node: Node) => void): void {
  see(node)
  for (const key of visitorKeys[node.type] ?? []) {
    const child = node[key]
    if (Array.isArray(child)) {
      for (const one of child) if (isNode(one)) walk(one, see)
    } else if (isNode(child)) walk(child, see)
  }
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/** The text of a constant string or a template without values; anything else is undefined. */
export function constantText(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type !== 'TemplateLiteral' || (node.expressions as Node[]).length > 0) return undefined
  return templateText(node)
}

/** The fixed parts of a template, with ? where a value goes. */
export const templateText = (template: Node): string =>
  (template.quasis as { value: { cooked: string | null; raw: string } }[])
    .map((quasi) => quasi.value.cooked ?? quasi.value.raw)
    .join(' ? ')

export const nameOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined
  if (node.type === 'Identifier') return node.name as string
  if (node.type === 'MemberExpression') return node.computed ? constantText(node.property) : nameOf(node.property)
  return undefined
}

function findImports(program: Node, text: string): Import[] {
  const found: Import[] = []
  const add = (source: unknown, at: Node) => {
    const specifier = constantText(source)
    // A computed specifier cannot be held to the tables, so it is reported under a name no rule allows.
    found.push({ specifier: specifier ?? '(computed)', line: lineAt(text, at.start) })
  }
  walk(program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ImportExpression':
      case 'TSImportType':
        add(node.source, node)
        break
      case 'ExportNamedDeclaration':
        if (node.source) add(node.source, node)
        break
      case 'TSExternalModuleReference':
        add(node.expression, node)
        break
      case 'CallExpression': {
        const callee = node.callee as Node
        const argument = (node.arguments as Node[])[0]
        const isRequire = callee.type === 'Identifier' && callee.name === 'require'
        const isResolve =
          callee.type === 'MemberExpression' &&
          nameOf(callee) === 'resolve' &&
          (callee.object as Node).type === 'MetaProperty'
        if ((isRequire || isResolve) && argument) add(argument, node)
        break
      }
      default:
    }
  })
  return found
}
