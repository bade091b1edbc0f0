import { createHmac, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createIn, identityAt, identityOf, openFolder, removeIn } from '#agent/kernel'
import { AppError } from '#base/errors'
import { readOwn, writeWhole } from '#base/write-file'
import { type Home, list } from './places.ts'

/** A folder that gets canaries, and whose they are to be. `isBare`: where a file more would be in somebody's eye. */
export type CanaryFolder = {
  readonly folder: string
  readonly uid: number
  readonly gid: number
  readonly isBare: boolean
}

const usual = ['Documents', 'Desktop', 'Pictures', 'Downloads', 'Music', 'Videos', 'Asiakirjat', 'Työpöytä', 'Kuvat', 'Lataukset', 'Musiikki', 'Videot'] // biome-ignore format: a list
const desktops = ['Desktop', 'Työpöytä']
const words = ['budget', 'contract', 'invoice', 'letters', 'notes', 'payroll', 'plan', 'report']
const mostCanaries = 2_000

/** user-dirs.dirs(5): XDG_DOCUMENTS_DIR="$HOME/Asiakirjat", written by whoever's home it is. */
export function parseUserDirs(text: string): string[] {
  return [...text.matchAll(/^XDG_[A-Z]+_DIR="\$HOME\/([^"\n/]{1,200})"$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== '.' && name !== '..')
}

/** Folders of each home where people keep documents, as the desktop calls them, and those that are served to others. Only where `mayLie` says so. */
export function canaryFolders(homes: readonly Home[], mayLie: (folder: string) => boolean): CanaryFolder[] {
  // A home that lies elsewhere is not even looked into.
  const ofHomes = homes
    .filter(({ folder }) => mayLie(folder))
    .flatMap(({ folder, uid, gid }) => {
      const names = new Set([...usual, ...parseUserDirs(readUserDirs(folder))])
      return list(folder)
        .filter((entry) => entry.isDirectory() && names.has(entry.name))
        .map(({ name }) => ({ folder: join(folder, name), uid, gid, isBare: desktops.includes(name) }))
    })
  const shared = (mayLie('/srv') ? list('/srv') : [])
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ folder: join('/srv', name), uid: 0, gid: 0, isBare: false }))
  return [...ofHomes, ...shared].filter(({ folder }) => mayLie(folder))
}

/** Whoever's home it is could lay a pipe there, which root would wait for without end, a link, or more than fits into memory. */
function readUserDirs(home: string): string {
  const text = Buffer.alloc(10_000)
  let fd: number | undefined
  try {
    const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
    fd = openSync(join(home, '.config/user-dirs.dirs'), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    return fstatSync(fd).isFile() ? text.toString('utf8', 0, readSync(fd, text)) : ''
  } catch {
    return ''
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/**
 * Files that nobody has a reason to touch, laid where an encryptor comes by. They say what they are to whoever opens one. What is ours is known by its
 * content, keyed: a name alone could be anybody's. `state` is the guard's own folder, where the list and the key are.
 */
export function openCanaries(state: string) {
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const [keyFile, listFile] = [join(state, 'canary-key'), join(state, 'canaries.json')]
  if (!existsSync(keyFile)) writeWhole(keyFile, randomBytes(32).toString('hex'))
  const key = readOwn(keyFile)?.toString() ?? ''
  const keyed = (text: string) => createHmac('sha256', key).update(text).digest()
  /** What each was when it was laid: what is changed under the same number was ours. */
  const laid = new Map<string, string>(readList(readOwn(listFile)?.toString()))

  /** Without a date or anything that changes: a backup takes it once. */
  const contentOf = (path: string) =>
    Buffer.from(
      `{\\rtf1\\ansi Vartio\\par T\\'e4m\\'e4 tiedosto kuuluu t\\'e4m\\'e4n laitteen suojaukseen: ohjelma, joka muuttaa sit\\'e4, pys\\'e4ytet\\'e4\\'e4n. \\'c4l\\'e4 muuta tiedostoa.\\par This file belongs to the protection of this device: a program that changes it is stopped. Please leave it as it is.\\par ${keyed(path).toString('base64')}}\n`,
    )

  /** First and last of any order by name; the first one hidden. */
  function namesIn({ folder, isBare }: CanaryFolder): string[] {
    const [one = 0, two = 0] = keyed(`names ${folder}`)
    const hidden = `.0${words[one % words.length]}.rtf`
    return isBare ? [hidden] : [hidden, `~${words[two % words.length]}.rtf`]
  }

  /** Opened without following a link anywhere: whoever owns the folder could put one there. */
  function within<T>(path: string, act: (folder: number, name: Buffer) => T): T | undefined {
    const folder = openFolder(Buffer.from(dirname(path)))
    if (folder === undefined) return undefined
    try {
      return act(folder, Buffer.from(basename(path)))
    } catch (error) {
      // No room, no right, or a file of that name: there is none then.
      if (error instanceof AppError || (error as NodeJS.ErrnoException).code !== undefined) return undefined
      throw error
    } finally {
      closeSync(folder)
    }
  }

  const openOwn = (path: string): number | undefined =>
    within(path, (folder, name) => {
      const fd = openSync(
        `/proc/self/fd/${folder}/${name}`,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      )
      const wanted = contentOf(path)
      const isOurs =
        statSync(`/proc/self/fd/${fd}`).size === wanted.length && readFileSync(`/proc/self/fd/${fd}`).equals(wanted)
      if (isOurs) return fd
      closeSync(fd)
      return undefined
    })

  const isOurs = (path: string): boolean => {
    const fd = openOwn(path)
    if (fd !== undefined) closeSync(fd)
    return fd !== undefined
  }

  const create = (path: string, { uid, gid }: CanaryFolder): number | undefined =>
    within(path, (folder, name) => {
      const fd = createIn(folder, name)
      try {
        writeSync(fd, contentOf(path))
        fchownSync(fd, uid, gid)
        fchmodSync(fd, 0o600)
        return fd
      } catch (error) {
        // No room: half a canary would never be one again.
        closeSync(fd)
        removeIn(folder, name)
        throw error
      }
    })

  const keepList = () => writeWhole(listFile, JSON.stringify([...laid]))

  const removeChanged = (path: string) =>
    within(path, (folder, name) => identityAt(folder, name) === laid.get(path) && removeIn(folder, name))

  return {
    paths: (): readonly string[] => [...laid.keys()],
    /** Lays those that are missing, and gives each, open, to `watch`. What lies where somebody took or moved one, and is not ours, is let be. */
    lay(folders: readonly CanaryFolder[], watch: (fd: number) => void): void {
      const known = JSON.stringify([...laid])
      const wanted = new Set<string>()
      for (const one of folders) {
        for (const path of namesIn(one).map((name) => join(one.folder, name))) {
          if (wanted.size >= mostCanaries) break
          let fd = openOwn(path)
          if (fd === undefined) {
            removeChanged(path)
            fd = create(path, one)
          }
          if (fd === undefined) continue
          wanted.add(path)
          laid.set(path, identityOf(fd) ?? '')
          watch(fd)
          closeSync(fd)
        }
      }
      for (const path of laid.keys()) if (!wanted.has(path) && !isOurs(path)) laid.delete(path)
      if (known !== JSON.stringify([...laid])) keepList()
    },
    /** Whether each that should be there is, as it was. */
    areIntact: (): boolean => [...laid.keys()].every(isOurs),
    /** Takes away those that are still ours. */
    remove(): number {
      const ours = [...laid.keys()].filter(isOurs)
      for (const path of ours) within(path, (folder, name) => removeIn(folder, name))
      laid.clear()
      keepList()
      return ours.length
    },
  }
}

function readList(text: string | undefined): [string, string][] {
  const found: unknown = text ? JSON.parse(text) : []
  return Array.isArray(found)
    ? found.filter((one) => Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string'))
    : []
}
