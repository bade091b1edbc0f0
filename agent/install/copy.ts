import { createHash } from 'node:crypto'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Place, packagedIn } from '#agent/place'
import { collectPieces, contentOf, type Piece } from './pieces.ts'

/** Puts a version beside the others under a name made of what is in it, and makes it the current one. */
export function copyVersion(place: Place, root: string): { version: string; isNew: boolean } {
  const pieces = collectPieces(root)
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(`${piece.path}\0${piece.mode}\0`).update(contentOf(piece)).update('\0')
  const version = hash.digest('hex').slice(0, 16)
  const versions = join(place.code, 'versions')
  const folder = join(versions, version)
  mkdirSync(versions, { recursive: true, mode: 0o755 })
  const isNew = !isWhole(folder, pieces)
  // A package's files are replaced by others and never written to (dpkg renames), so one more name for each is as good as a copy of it.
  if (isNew) write(folder, pieces, root === packagedIn(place) ? linkOrCopy : copy)
  writeFileSync(join(place.code, 'place.json'), `${JSON.stringify(place, undefined, 1)}\n`, { mode: 0o644 })
  link(join('versions', version), join(place.code, 'current'))
  copyFileSync(join(folder, 'vartio-agent'), join(place.code, 'vartio-agent'))
  chmodSync(join(place.code, 'vartio-agent'), 0o755)
  return { version, isNew }
}

/** Versions that nobody runs any more. The one before stays: a process that is just ending may still load from it. */
export function removeOldVersions(place: Place, current: string): void {
  const versions = join(place.code, 'versions')
  const others = readdirSync(versions)
    .filter((name) => name !== current)
    .sort((a, b) => statSync(join(versions, b)).mtimeMs - statSync(join(versions, a)).mtimeMs)
  for (const name of others.slice(1)) rmSync(join(versions, name), { recursive: true })
}

/** After a power loss a copy can have its names and not all of its bytes. */
function isWhole(folder: string, pieces: readonly Piece[]): boolean {
  if (!existsSync(folder)) return false
  return pieces.every((piece) => {
    const wanted = 'content' in piece ? piece.content.length : statSync(piece.from).size
    return statSync(join(folder, piece.path), { throwIfNoEntry: false })?.size === wanted
  })
}

const copy = (from: string, to: string) => copyFileSync(from, to, constants.COPYFILE_FICLONE)

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    copy(from, to)
  }
}

function write(folder: string, pieces: readonly Piece[], bring: (from: string, to: string) => void): void {
  const half = `${folder}.new`
  rmSync(folder, { recursive: true, force: true })
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true })
  for (const piece of pieces) {
    const to = join(half, piece.path)
    mkdirSync(dirname(to), { recursive: true })
    if ('content' in piece) writeFileSync(to, piece.content)
    else bring(piece.from, to)
    // Whatever the umask of whoever installs: everybody may read it, nobody but the owner change it.
    chmodSync(to, piece.mode)
  }
  for (const entry of readdirSync(half, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755)
  chmodSync(half, 0o755)
  renameSync(half, folder)
}

/** A link changes in one step when another one takes its name. */
export function link(target: string, path: string): void {
  const next = `${path}.new`
  rmSync(next, { force: true })
  symlinkSync(target, next)
  renameSync(next, path)
}

export const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
