import { posix } from 'node:path'
import { constantText, isNode, type Node, nameOf, readCode, walk } from './code.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

// Documents against what they speak of: a wrong sentence that can be found by a machine is found here.

export function checkDocuments(tree: Tree): Violation[] {
  return [...checkLinks(tree), ...checkCommands(tree), ...checkDependencies(tree)]
}

const markdown = (tree: Tree) => [...tree].filter(([path]) => path.endsWith('.md'))

/** Code in a fence is an example, not a link. */
const withoutCode = (text: string) =>
  text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))

const anchorOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

function checkLinks(tree: Tree): Violation[] {
  const found: Violation[] = []
  const folders = new Set(
    [...tree.keys()].flatMap((path) => path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))),
  )
  for (const [path, text] of markdown(tree)) {
    for (const match of withoutCode(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
      const link = match[1] ?? ''
      if (/^[a-z][a-z0-9+.-]*:/i.test(link)) continue
      const [file = '', anchor] = link.split('#')
      const target =
        file === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURI(file))).replace(/\/$/, '')
      const line = lineAt(text, match.index)
      if (!tree.has(target) && !folders.has(target))
        found.push({ path, line, rule: 'links', what: `${link} leads nowhere` })
      else if (anchor && target.endsWith('.md')) {
        const anchors = [...(tree.get(target) ?? '').matchAll(/^#+\s+(.+)$/gm)].map((heading) =>
          anchorOf(heading[1] ?? ''),
        )
        if (!anchors.includes(anchor))
          found.push({ path, line, rule: 'links', what: `${target} has no heading #${anchor}` })
      }
    }
  }
  return found
}

/** Every command of ours that a document names exists. */
function checkCommands(tree: Tree): Violation[] {
  const found: Violation[] = []
  const scripts = (JSON.parse(tree.get('package.json') ?? '{}') as { scripts?: Record<string, string> }).scripts ?? {}
  const npmOwn = new Set(['ci', 'install', 'i', 'run', 'exec', 'ls', 'view', 'outdated', 'audit', 'config', 'version'])
  // The command's table stands in the supervisor; vartio.ts only hands over to it.
  const own = commandsOf(tree, 'platform/supervisor/command.ts')
  for (const [path, text] of markdown(tree)) {
    for (const match of text.matchAll(/\bnpm (?:run )?([a-z][a-z-]*)/g)) {
      const [whole, name = ''] = match
      const isRun = whole.startsWith('npm run ')
      // Outside code, "npm" may be followed by any word of a sentence.
      if (!isRun && !isInCode(text, match.index)) continue
      if (name in scripts || (!isRun && npmOwn.has(name))) continue
      found.push({ path, line: lineAt(text, match.index), rule: 'commands', what: `${whole} does not exist` })
    }
    if (own === undefined) continue
    for (const match of text.matchAll(/(?<![\w/.-])(?:\.\/)?vartio ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)) {
      const [, first = '', second] = match
      // Some are two words.
      if (!isInCode(text, match.index) || own.has(first) || own.has(`${first} ${second}`)) continue
      found.push({ path, line: lineAt(text, match.index), rule: 'commands', what: `${match[0]} does not exist` })
    }
  }
  return found
}

/** The sub-commands, some of two words: the keys of the table `commands` in its source. */
function commandsOf(tree: Tree, path: string): Set<string> | undefined {
  const code = readCode(tree).codes.find((one) => one.path === path)
  let found: Set<string> | undefined
  if (code)
    walk(code.program, (node) => {
      if (node.type !== 'VariableDeclarator' || nameOf(node.id) !== 'commands') return
      if (!isNode(node.init) || node.init.type !== 'ObjectExpression') return
      const keys = (node.init.properties as Node[]).map(({ key }) => nameOf(key) ?? constantText(key) ?? '')
      found = new Set(keys)
    })
  return found
}

/** Between single backticks of its line, or in a fence. */
function isInCode(text: string, at: number): boolean {
  const before = text.slice(0, at)
  if ((before.match(/^(```|~~~)/gm) ?? []).length % 2 === 1) return true
  const line = before.slice(before.lastIndexOf('\n') + 1)
  return (line.match(/`/g) ?? []).length % 2 === 1
}

/** docs/dependencies.md gives a reason for each package that the running product uses, and for no other. */
export function checkDependencies(tree: Tree): Violation[] {
  const path = 'docs/dependencies.md'
  const text = tree.get(path)
  if (text === undefined) return [{ path, rule: 'dependencies', what: 'is missing' }]
  const manifest = JSON.parse(tree.get('package.json') ?? '{}') as Record<string, Record<string, string> | undefined>
  const real = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
  ])
  const listed = new Map(
    [...text.matchAll(/^\| `([^`]+)` *\| *(.*?) *\|$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']),
  )
  const found: Violation[] = []
  for (const name of real)
    if (!listed.get(name)) found.push({ path, rule: 'dependencies', what: `no reason for ${name}` })
  for (const name of listed.keys())
    if (!real.has(name)) found.push({ path, rule: 'dependencies', what: `${name} is no dependency of the product` })
  return found
}
