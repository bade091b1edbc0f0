import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Account, ensureAccount, isRoot } from '#base/users'
import { dataPath } from './data-path.ts'
import { isOrdered } from './emergency/order.ts'
import { socketPort } from './postgres.ts'
import { folderTrouble, Refusal } from './refusal.ts'

export type DataFolder = {
  readonly path: string
  readonly postgres: string
  /** The second PostgreSQL, with the keys. */
  readonly keys: string
  readonly programs: string
  readonly public: string
  readonly secrets: string
  readonly placed: string
  readonly logs: string
  readonly socketFolder: string
  readonly keysSocketFolder: string
  /** When root starts us: the users of the two PostgreSQLs and of each program. */
  readonly accounts?: {
    readonly postgres: Account
    readonly keys: Account
    readonly programs: Readonly<Record<string, Account>>
  }
}

function make(path: string, mode: number, owner?: Account): void {
  if (!existsSync(path)) mkdirSync(path, { mode })
  // An umask or an earlier start may have left another mode; for folders of ours it is exactly this one.
  if ((statSync(path).mode & 0o7777) !== mode) chmodSync(path, mode)
  if (owner && statSync(path).uid !== owner.uid) chownSync(path, owner.uid, owner.gid)
}

/** mkdirSync's own `recursive` never returns for a folder that the kernel refuses with ENOENT (below /proc). */
function makeWithParents(path: string): void {
  if (existsSync(path)) return
  makeWithParents(dirname(path))
  mkdirSync(path, { mode: 0o755 })
}

/** In a data folder while a restore fills it; a start refuses such a folder. */
export const unfinished = 'restore-unfinished'

/** A file that says a folder is ours. Closing /etc or somebody's home because VARTIO_DATA was misspelt would be worse than not starting. */
export const badge = 'vartio-data'

function refuseForeign(path: string): void {
  if (!statSync(path).isDirectory())
    throw new Refusal('folder', `${path} is not a folder. Set VARTIO_DATA to a folder.`)
  const names = readdirSync(path)
  if (names.includes(badge)) return
  // What a file system makes by itself in a new mount.
  if (names.some((name) => name !== 'lost+found'))
    throw new Refusal(
      'folder',
      `${path} is not empty and no data folder of Vartio. Set VARTIO_DATA to an empty folder.`,
    )
  writeFileSync(join(path, badge), 'The data of a Vartio. Everything in this folder belongs to it.\n', { flush: true })
}

/** Makes what is missing of the data folder. Everything in it is closed to other users of the machine. */
export function openDataFolder(setting: string | undefined, programs: readonly string[]): DataFolder {
  const wanted = dataPath(setting)
  if (isOrdered(wanted))
    throw new Refusal(
      'folder',
      `The Vartio in ${wanted} was destroyed by order of two officers. There is nothing left to work on.`,
    )
  try {
    const accounts = isRoot()
      ? {
          postgres: ensureAccount('vartio-postgres'),
          keys: ensureAccount('vartio-keys'),
          programs: Object.fromEntries(programs.map((program) => [program, ensureAccount(`vartio-${program}`)])),
        }
      : undefined
    makeWithParents(wanted)
    refuseForeign(wanted)
    const path = realpathSync(wanted)
    // Other users must be able to pass through it (711: pass, not list) only when programs run as users of their own.
    make(path, accounts ? 0o711 : 0o700)
    if (accounts)
      for (const account of [accounts.postgres, accounts.keys, ...Object.values(accounts.programs)])
        refuseUnreachable(path, account, 'the data folder')
    // A full disk shows here, in one line, and not as a broken file somewhere else.
    const probe = join(path, '.writable')
    writeFileSync(probe, '1'.repeat(4096), { flush: true })
    rmSync(probe)
    const folder = {
      path,
      postgres: join(path, 'postgres'),
      keys: join(path, 'keys'),
      programs: join(path, 'programs'),
      public: join(path, 'public'),
      secrets: join(path, 'secrets'),
      placed: join(path, 'placed'),
      logs: join(path, 'logs'),
      socketFolder: makeSocketFolder(path, 'run', accounts?.postgres),
      keysSocketFolder: makeSocketFolder(path, 'run-keys', accounts?.keys),
      ...(accounts ? { accounts } : {}),
    }
    make(folder.programs, accounts ? 0o711 : 0o700)
    make(folder.public, accounts ? 0o755 : 0o700)
    make(folder.placed, accounts ? 0o755 : 0o700)
    make(folder.secrets, 0o700)
    make(folder.logs, 0o700)
    for (const program of programs) make(join(folder.programs, program), 0o700, accounts?.programs[program])
    return folder
  } catch (error) {
    throw folderTrouble(error, wanted) ?? error
  }
}

/** The user's own try, not our reading of modes: lists of access, mounts and security modules have their say too. */
export function refuseUnreachable(path: string, account: Account, what: string): void {
  const reaches = (folder: string) => {
    try {
      execFileSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
        uid: account.uid,
        gid: account.gid,
        stdio: 'ignore',
        cwd: '/',
      })
      return true
    } catch (error) {
      if (typeof (error as { status?: unknown }).status === 'number') return false
      throw error
    }
  }
  if (reaches(path)) return
  let closed = path
  while (closed !== '/' && !reaches(dirname(closed))) closed = dirname(closed)
  throw new Refusal(
    'folder',
    `The user ${account.name} cannot enter ${closed}, so ${what} ${path} is out of its reach. Allow it to pass (chmod o+x ${closed}), or choose another place, such as VARTIO_DATA=/var/lib/vartio for the data.`,
  )
}

/** The address of a Unix socket has 108 bytes (unix(7)), with its final zero. */
const longestSocketFolder = 107 - `/.s.PGSQL.${socketPort}`.length

/** A private folder for PostgreSQL's socket, in the data folder when its path is short enough. */
function makeSocketFolder(path: string, name: 'run' | 'run-keys', postgres: Account | undefined): string {
  const mode = postgres ? 0o750 : 0o700
  const near = join(path, name)
  if (Buffer.byteLength(near) <= longestSocketFolder) {
    make(near, mode)
    if (postgres) chownSync(near, postgres.uid, postgres.gid)
    return near
  }
  const short = createHash('sha256')
    .update(name === 'run' ? path : `${path} ${name}`)
    .digest('hex')
    .slice(0, 16)
  const far = postgres ? `/run/vartio-${short}` : join(tmpdir(), `vartio-${process.getuid?.()}-${short}`)
  try {
    mkdirSync(far, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  // Anybody may have made a folder, or a link, of that name in /tmp to become our database: only one of our own is used.
  const found = lstatSync(far)
  const owners: (number | undefined)[] = postgres ? [0, postgres.uid] : [process.getuid?.()]
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o007) !== 0)
    throw new Refusal(
      'folder',
      `${far} belongs to somebody else. Remove it, or set VARTIO_DATA to a folder with a shorter path.`,
    )
  make(far, mode)
  if (postgres) chownSync(far, postgres.uid, postgres.gid)
  return far
}
