import { execFileSync } from 'node:child_process'
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureAccount, isRoot } from '#base/users'
import { place } from '#supervisor/place'
import { programs } from '#supervisor/programs'

export type OrdinaryUser = {
  /** Not set when whoever runs the tests is an ordinary user already. */
  readonly account?: { readonly uid: number; readonly gid: number }
  /** Code that this user can read. */
  readonly code: string
  /** A folder of this user's own. */
  readonly home: string
  remove(): void
}

const root = join(import.meta.dirname, '..', '..')
/** nogroup on Debian; any group that opens nothing would do. */
const nobodysGroup = 65_534

/** Whoever calls, or, when that is root, a user made for it with a copy of the code. */
export function createOrdinaryUser(): OrdinaryUser {
  const home = mkdtempSync(join(tmpdir(), 'vartio-ordinary-'))
  const remove = () => rmSync(home, { recursive: true, force: true })
  if (!isRoot()) return { code: root, home, remove }
  const account = { uid: ensureAccount('vartio-ordinary').uid, gid: nobodysGroup }
  chownSync(home, account.uid, account.gid)
  return { account, code: copyCode(home), home, remove }
}

/** The code as it runs, in a folder of its own that a test may change. Everybody may read it. */
export function copyCode(into: string): string {
  // A single test on a fresh clone; npm test has built the pages before.
  if (!existsSync(join(root, 'web', 'dist')))
    execFileSync(process.execPath, [join(root, 'web', 'build.ts')], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  const { folder: code } = place(root, join(into, 'code'), programs)
  for (const name of ['vartio', 'vartio.ts', 'package-lock.json']) copyFileSync(join(root, name), join(code, name))
  mkdirSync(join(code, 'node_modules', '.bin'))
  symlinkSync(`../node-linux-${process.arch}/bin/node`, join(code, 'node_modules', '.bin', 'node'))
  // After the lock file, so that nothing looks older than it and nobody installs anything.
  copyFileSync(join(root, 'node_modules', '.package-lock.json'), join(code, 'node_modules', '.package-lock.json'))
  return code
}
