import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type OpenRoot, type RootId, type Roots, rootDamaged } from './root.ts'
import { keyBytes, keyObject, newKey, open, seal } from './sealing.ts'

const pattern = /^([0-9a-f-]{36})\.(\d{1,9})$/

function nameOf({ store, number }: RootId): string {
  return `${store}.${number}`
}

/**
 * Every write waits for the disk. Node's permission model, under which programs run, refuses fsync(2); a file opened with O_SYNC needs none, and
 * where such a write returns after the file was made, its name is on the disk with it (ext4, XFS, Btrfs).
 */
const durable = constants.O_WRONLY | constants.O_SYNC | constants.O_NOFOLLOW

function write(path: string, flags: number, key: Buffer): void {
  const handle = openSync(path, flags, 0o600)
  try {
    if (writeSync(handle, key, 0, keyBytes, 0) !== keyBytes) throw new Error('a root was not written whole')
  } finally {
    closeSync(handle)
    key.fill(0)
  }
}

/**
 * Roots as files of 32 random bytes, for this program's user only. Overwriting destroys them on a medium that writes in place; flash and file systems that
 * copy on write may keep an old block, which is what a token (PKCS#11) is for.
 */
export function createFileRoots(folder: string): Roots {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let last: { name: string; file: string; root: OpenRoot } | undefined

  const erase = (path: string) => {
    if (!existsSync(path)) return
    write(path, durable, randomBytes(keyBytes))
    rmSync(path)
  }

  /**
   * Which file it is, undefined when there is none. A rotation that failed after it had made the root leaves a number that the next one, perhaps in
   * another process, makes anew: a copy of the first in memory would seal what no file opens. And what another process has destroyed opens nothing here.
   */
  const identify = (path: string): string | undefined => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat && `${stat.dev} ${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs}`
  }

  return {
    async make(id) {
      const path = join(folder, nameOf(id))
      // No row names it yet: a crash in the middle leaves a cut file that the next try destroys.
      erase(path)
      write(path, durable | constants.O_CREAT | constants.O_EXCL, newKey())
    },

    async open(id) {
      const name = nameOf(id)
      const file = identify(join(folder, name))
      if (file !== undefined && last?.name === name && last.file === file) return last.root
      if (last?.name === name) last = undefined
      if (file === undefined) return undefined
      let bytes: Buffer
      try {
        bytes = readFileSync(join(folder, name))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
      // A cut file would silently be a weaker key.
      if (bytes.length !== keyBytes) throw rootDamaged()
      const key = keyObject(bytes)
      bytes.fill(0)
      const root: OpenRoot = {
        wrap: (plain, bound) => seal(key, bound, plain),
        unwrap: (sealed, bound) => open(key, bound, sealed),
      }
      last = { name, file, root }
      return root
    },

    async list() {
      return readdirSync(folder).flatMap((name) => {
        const [, store, number] = pattern.exec(name) ?? []
        return store === undefined ? [] : [{ store, number: Number(number) }]
      })
    },

    async destroy(id) {
      const name = nameOf(id)
      if (last?.name === name) last = undefined
      erase(join(folder, name))
    },
  }
}
