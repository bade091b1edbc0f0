import { floors } from '#architecture'
import { isCode } from './code.ts'
import { areasOf, everyProgram, isOnDevice, placeOf, topFolders } from './places.ts'
import { lineAt, type Tree, type Violation } from './tree.ts'

// What a folder must hold, how long a file may be, and what may stand in no file at all.

const headings = (program: string) => [
  'owns',
  'door',
  'uses',
  isOnDevice(program) ? 'files' : 'tables',
  'what could go wrong',
]

const longest = 500

/** Tables of data may be longer than what a person reads as code. */
const isData = (path: string) =>
  /(^|\/)(package-lock\.json|architecture\.ts|schema\.sql|texts(\/|\.ts$)|.*\.svg)$/.test(path) ||
  /\/texts\//.test(path)

export function checkTree(tree: Tree): Violation[] {
  return [
    ...checkFolders(tree),
    ...checkSizes(tree),
    ...checkNames(tree),
    ...checkForeignTraces(tree),
    ...checkUnfinished(tree),
  ]
}

function checkFolders(tree: Tree): Violation[] {
  const found: Violation[] = []
  const known = new Set([...Object.keys(everyProgram), ...topFolders, 'platform', 'engine', 'web'])
  const folders = new Set<string>()
  for (const path of tree.keys()) {
    const [first = '', second = '', third] = path.split('/')
    if (second === '') continue
    if (!known.has(first)) found.push({ path, rule: 'folders', what: `${first}/ is in no table of architecture.ts` })
    if (third !== undefined) folders.add(`${first}/${second}`)
    if (/(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.tsx?$)/.test(path))
      found.push({ path, rule: 'folders', what: 'a name that says nothing of what it holds' })
  }
  for (const folder of folders) {
    const [first = '', second = ''] = folder.split('/')
    if (first in everyProgram) {
      if (!areasOf(first).includes(second))
        found.push({ path: folder, rule: 'folders', what: `${second} is no area of ${first} in architecture.ts` })
      // An area is there once its door is.
      if (tree.has(`${folder}/index.ts`)) found.push(...checkReadme(tree, folder, headings(first)))
    } else if (first === 'platform') {
      if (!Object.values(floors).some((floor) => floor.folder === folder))
        found.push({ path: folder, rule: 'folders', what: `${folder} is no floor in architecture.ts` })
      found.push(...checkReadme(tree, folder, []))
    }
  }
  return found
}

function checkReadme(tree: Tree, folder: string, wanted: readonly string[]): Violation[] {
  const path = `${folder}/README.md`
  const text = tree.get(path)
  if (text === undefined) return [{ path, rule: 'readme', what: 'is missing: one page that says what the folder is' }]
  const present = [...text.matchAll(/^#+\s+(.+?)\s*$/gm)].map((match) => match[1]?.toLowerCase() ?? '')
  return wanted
    .filter((heading) => !present.includes(heading))
    .map((heading) => ({ path, rule: 'readme', what: `has no heading "${heading}"` }))
}

function checkSizes(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const [path, text] of tree) {
    if (!(isCode(path) || /\.(sql|css|sh)$/.test(path)) || isData(path)) continue
    const lines = text.split('\n').length
    if (lines > longest)
      found.push({ path, rule: 'size', what: `${lines} lines; ${longest} at most: split it by what it does` })
  }
  return found
}

function checkNames(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const path of tree.keys()) {
    const name = path.split('/').at(-1) ?? ''
    if (isCode(path) && !/^[a-z0-9$]+([-.][a-z0-9$]+)*\.[a-z]+$/.test(name))
      found.push({ path, rule: 'names', what: 'file names are kebab-case' })
    const place = placeOf(path)
    if (place.kind === 'area' && path.includes('/migrations/') && !/\/migrations\/\d{12}-[a-z0-9-]+\.sql$/.test(path))
      found.push({ path, rule: 'names', what: 'a migration is named YYYYMMDDHHMM-verb-object.sql' })
  }
  return found
}

/** Nothing of the machine a line was written on, and no registry: both would be wrong on every other machine. */
const traces: readonly [RegExp, string][] = [
  [/(?<![\w.$}])\/(?:home\/[a-z]|root\/|work\/|Users\/[A-Za-z])/g, 'a path of one machine'],
  [/https?:\/\/[a-z0-9.-]*(?:registry|mirror|artifactory|nexus)[a-z0-9.-]*\//gi, 'the address of a package registry'],
]

function checkForeignTraces(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const [path, text] of tree) {
    for (const [pattern, what] of traces) {
      for (const match of text.matchAll(pattern)) {
        found.push({ path, line: lineAt(text, match.index), rule: 'traces', what: `${what}: ${match[0]}` })
      }
    }
    if (path === 'package-lock.json' && /"resolved":/.test(text))
      found.push({
        path,
        rule: 'traces',
        what: 'names where packages were fetched; omit-lockfile-registry-resolved is in .npmrc',
      })
  }
  return found
}

/** A mark that something is to be done later is a thing not done; a test that is left out tests nothing. */
function checkUnfinished(tree: Tree): Violation[] {
  const found: Violation[] = []
  const marks = /\b(?:TODO|FIXME|XXX|HACK)\b|\b(?:test|it|describe|suite)\.(?:only|skip|todo)\(/g
  for (const [path, text] of tree) {
    // The file that plants them is the one that may name them.
    if (!isCode(path) || path === 'tools/check-tree.ts' || path === 'tests/checks/code.test.ts') continue
    for (const match of text.matchAll(marks))
      found.push({ path, line: lineAt(text, match.index), rule: 'unfinished', what: match[0] })
  }
  return found
}
