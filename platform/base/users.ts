import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A user and a group of this machine, as process calls want them. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number }

/** The group of the users of a server's programs. */
const serverGroup = 'vartio'

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

// Not inherited: sudo and minimal containers often leave sbin out.
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

function run(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    // The command is there and says no (the user is not known, is known already …), or it is not there.
    const { status, code } = error as { status?: number | null; code?: string }
    if (typeof status === 'number' || code === 'ENOENT') return undefined
    throw error
  }
}

function groupId(group: string): number | undefined {
  // group(5): name, password, number, members
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${group}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

function find(name: string, group: string): Account | undefined {
  const uid = run('id', ['-u', name])
  const gid = groupId(group)
  return uid !== undefined && gid !== undefined ? { name, uid: Number(uid), gid } : undefined
}

/**
 * The unprivileged system user of that name, made when it is not there yet. Only root may call this. The one group of a server's users is what
 * opens the door to the database's socket; nothing else is shared through it.
 */
export function ensureAccount(name: string, group: string = serverGroup): Account {
  const found = find(name, group)
  if (found) return found
  // useradd on Debian, Red Hat and SUSE; addgroup and adduser of BusyBox on Alpine. Each attempt may find its work done.
  const nowhere = ['/nonexistent', '/usr/sbin/nologin'] as const
  run('groupadd', ['--system', group]) ?? run('addgroup', ['-S', group])
  run('useradd', [
    '--system',
    '--no-create-home',
    '--home-dir',
    nowhere[0],
    '--shell',
    nowhere[1],
    '--gid',
    group,
    name,
  ]) ?? run('adduser', ['-S', '-D', '-H', '-h', nowhere[0], '-s', nowhere[1], '-G', group, name])
  const made = find(name, group)
  if (!made) throw new Error(`The system user ${name} is not there and could not be made (useradd, adduser).`)
  return made
}

/** Whoever calls. */
export function currentAccount(): Account {
  const name = run('id', ['-un'])?.trim()
  const uid = process.getuid?.()
  const gid = process.getgid?.()
  if (uid === undefined || gid === undefined) throw new Error('This system has no users.')
  // A container may run a number that has no name; PostgreSQL then knows nobody either.
  if (!name) throw new Error(`User ${uid} has no name on this machine (/etc/passwd), so PostgreSQL cannot know it.`)
  return { name, uid, gid }
}
