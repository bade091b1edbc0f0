import { cookies, storageKeys } from '#architecture'
import { constantText, isNode, type Node, nameOf, readCode, walk } from './code.ts'
import { isTest, placeOf } from './places.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

// What is put into a browser's keeping: only cookies of the table, and no storage at all (ID-103, ID-106, ID-107).

const storages = new Set(['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'])

export function checkKeeping(
  tree: Tree,
  listed = { cookies: cookies.map((cookie) => cookie.name), storageKeys },
): Violation[] {
  const found: Violation[] = []
  for (const { path, text, program } of readCode(tree).codes) {
    const place = placeOf(path)
    if (isTest(path) || place.kind === 'top') continue
    const constants = constantsOf(program)
    const add = (node: Node, what: string) =>
      found.push({ path, line: lineAt(text, node.start), rule: 'keeping', what })
    walk(program, (node) => {
      if (node.type === 'CallExpression' && nameOf(node.callee) === 'setCookie' && place.kind !== 'floor') {
        const first = (node.arguments as unknown[])[0]
        const name = constantText(first) ?? constants.get(nameOf(first) ?? '')
        if (name === undefined) add(node, 'a cookie whose name is no constant of this file cannot be checked')
        else if (!listed.cookies.includes(name)) add(node, `the cookie ${name} is not in the table of architecture.ts`)
      } else if (node.type === 'MemberExpression') {
        const name = nameOf(node) ?? ''
        if (name === 'cookie' && nameOf(node.object) === 'document')
          add(node, 'document.cookie: cookies are set by the server only')
        else if (storages.has(name) && isGlobal(node.object)) judgeStorage(add, node, name)
      } else if (node.type === 'Identifier' && storages.has(node.name as string)) {
        if (isFreeUse(program, node)) judgeStorage(add, node, node.name as string)
      }
    })
  }
  return found

  function judgeStorage(add: (node: Node, what: string) => void, node: Node, name: string) {
    if (listed.storageKeys.length === 0)
      add(node, `${name}: nothing is kept in the browser but the cookies of the table`)
  }
}

const isGlobal = (node: unknown) => ['window', 'globalThis', 'self'].includes(nameOf(node) ?? '')

/** The name itself is used, as against a property, a key or a type that happens to be called the same. */
function isFreeUse(program: Node, wanted: Node): boolean {
  let free = true
  walk(program, (node) => {
    if (node.type === 'MemberExpression' && node.property === wanted && !node.computed) free = false
    if (node.type === 'Property' && node.key === wanted && !node.computed && node.value !== wanted) free = false
    if (node.type.startsWith('TSProperty') && node.key === wanted) free = false
  })
  return free
}

function constantsOf(program: Node): Map<string, string> {
  const constants = new Map<string, string>()
  walk(program, (node) => {
    if (node.type !== 'VariableDeclarator' || !isNode(node.init)) return
    const init = node.init.type === 'TSAsExpression' ? node.init.expression : node.init
    const value = constantText(init)
    const name = nameOf(node.id)
    if (value !== undefined && name !== undefined) constants.set(name, value)
  })
  return constants
}
