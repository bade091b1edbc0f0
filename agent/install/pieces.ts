import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, posix } from 'node:path'

// What a device needs, found by following imports from the programs that run there. Types are taken off: doing it while running costs 12 MB a process.

export type Piece = { readonly path: string; readonly mode: number } & (
  | { readonly content: Buffer }
  | { readonly from: string }
)

/** Programs of a device; whatever they import or start comes along. */
const entries = ['agent/main.ts', 'agent/agent.ts', 'agent/command.ts']
/** Data beside the code, such as rules. */
const dataFolders = ['engine', 'agent']
const isDataOfOurs = (path: string) => /\.(yar|sh|json|service)$/.test(path) && !/(^|\/)tests?\//.test(path)
/** Of a package: not what only people or compilers read. */
const leftOut = /\.[cm]?ts$|\.map$|\.md$|\.[ch]{1}(pp|c)?$|(^|\/)(docs?|test|tests|examples?|\.github)\//i

type Manifest = { version: string; imports: Record<string, string>; packages: Record<string, LockEntry> }
type LockEntry = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }

/** A built tree is copied as it is: that is what the archive unpacks to. */
export function collectPieces(root: string): Piece[] {
  const pieces = existsSync(join(root, 'built')) ? builtPieces(root) : sourcePieces(root)
  return pieces.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export const contentOf = (piece: Piece): Buffer => ('content' in piece ? piece.content : readFileSync(piece.from))

function builtPieces(root: string): Piece[] {
  return filesBelow(root, '').map((path) => ({ path, mode: modeOf(join(root, path)), from: join(root, path) }))
}

const modeOf = (path: string) => (statSync(path).mode & 0o111 ? 0o755 : 0o644)

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(root, path)
    return entry.isFile() ? [path] : []
  })
}

function sourcePieces(root: string): Piece[] {
  const manifestOfAll = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest & LockEntry
  const { version, imports } = manifestOfAll
  const known = new Set(Object.keys({ ...manifestOfAll.dependencies, ...manifestOfAll.optionalDependencies }))
  const pieces = new Map<string, Piece>()
  const packages = new Set<string>()
  const waiting = entries.filter((path) => existsSync(join(root, path)))
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const to = compiled(path)
    if (pieces.has(to)) continue
    const text = stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'))
    const found = mentions(root, imports, known, path, text)
    waiting.push(...found.files)
    for (const name of found.packages) packages.add(name)
    pieces.set(to, { path: to, mode: 0o644, content: Buffer.from(withoutTypes(text)) })
  }
  for (const folder of dataFolders)
    if (existsSync(join(root, folder)))
      for (const path of filesBelow(root, folder).filter(isDataOfOurs))
        pieces.set(path, { path, mode: modeOf(join(root, path)), from: join(root, path) })
  for (const piece of packagePieces(root, packages)) pieces.set(piece.path, piece)
  const manifest = { name: 'vartio-agent', version, private: true, type: 'module', imports: usedImports(imports) }
  const made: Piece[] = [
    { path: 'package.json', mode: 0o644, content: Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`) },
    { path: 'built', mode: 0o644, content: Buffer.from(`${version}\n`) },
    { path: 'agent/install/vartio-agent.service', mode: 0o644, from: join(root, 'deploy/vartio-agent.service') },
    { path: 'LICENSE', mode: 0o644, from: join(root, 'LICENSE') },
    { path: 'vartio-agent', mode: 0o755, from: join(root, 'agent/install/vartio-agent.sh') },
    { path: 'bin/node', mode: 0o755, from: join(root, `node_modules/node-linux-${process.arch}/bin/node`) },
  ]
  for (const piece of made) pieces.set(piece.path, piece)
  return [...pieces.values()]
}

const compiled = (path: string) => path.replace(/\.ts$/, '.js')
/** Every text of ours that names a file of ours: imports, and programs that are started. */
const withoutTypes = (text: string) => text.replace(/'([\w#./-]+)\.ts'/g, "'$1.js'")
const usedImports = (imports: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(imports)
      .filter(([name]) => /^#(base|engine|agent|cloud)\b/.test(name))
      .map(([name, to]) => [name, compiled(to)]),
  )

/** What a file names: files of ours, and packages. In a file without types, so what is named for its types alone is not there any more. */
function mentions(
  root: string,
  imports: Record<string, string>,
  known: ReadonlySet<string>,
  path: string,
  text: string,
) {
  const files: string[] = []
  const packages: string[] = []
  const isPackage = (name: string) => existsSync(join(root, 'node_modules', name, 'package.json'))
  const isThere = (file: string) => existsSync(join(root, file)) && statSync(join(root, file)).isFile()
  for (const [, name = ''] of text.matchAll(/'([\w@#./-]+)'/g)) {
    const beside = posix.join(posix.dirname(path), name)
    if (name.endsWith('.ts') && isThere(beside)) files.push(beside)
    else if (name.startsWith('#')) {
      const file = resolve(imports, name)
      if (file && isThere(file)) files.push(file)
    } else if (!name.startsWith('.')) {
      // A file of a package names it as well: libarchive is asked for by the file its code lies in.
      const owner = name.split('/', name.startsWith('@') ? 2 : 1).join('/')
      if (known.has(owner) && isPackage(owner)) packages.push(owner)
    }
  }
  return { files, packages }
}

/** As Node does: of the patterns that fit, the one with the longest part before the star, then the longest whole. */
function resolve(imports: Record<string, string>, name: string): string | undefined {
  if (imports[name]) return posix.normalize(imports[name])
  const [pattern] = Object.keys(imports)
    .filter((one) => {
      const [before = '', after] = one.split('*')
      return (
        after !== undefined &&
        name.startsWith(before) &&
        name.endsWith(after) &&
        name.length > before.length + after.length
      )
    })
    .sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)
  if (pattern === undefined) return undefined
  const [before = '', after = ''] = pattern.split('*')
  return posix.normalize(
    (imports[pattern] ?? '').replaceAll('*', name.slice(before.length, name.length - after.length)),
  )
}

/** The packages and what they need themselves, as far as it is installed here: other systems' prebuilt parts are not. */
function packagePieces(root: string, names: ReadonlySet<string>): Piece[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Manifest
  const wanted = new Set<string>()
  const waiting = [...names]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const folder = `node_modules/${name}`
    const entry = packages[folder]
    if (!entry || wanted.has(folder) || !existsSync(join(root, folder))) continue
    wanted.add(folder)
    waiting.push(...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
  }
  return [...wanted].flatMap((folder) =>
    filesBelow(root, folder)
      .filter((path) => !leftOut.test(path.slice(folder.length)))
      .map((path) => ({ path, mode: modeOf(join(root, path)), from: join(root, path) })),
  )
}

export const codeFolder = dirname(dirname(import.meta.dirname))
