import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Folders of the system and of programs; what people keep lies elsewhere. */
const ofSystem = /^\/($|(bin|boot|dev|etc|lib(32|64|x32)?|opt|proc|run|sbin|snap|sys|tmp|usr|var)(\/|$))/
const leastUid = 1_000
const mostHomes = 500

export type Home = { readonly uid: number; readonly gid: number; readonly folder: string }

/** passwd(5): name, password, uid, gid, comment, home, shell. Services have homes in folders of the system. */
export function parseHomes(passwd: string): Home[] {
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([, , uid, , , folder = '']) => {
      const isPerson = Number(uid) === 0 || (Number(uid) >= leastUid && Number(uid) < 65_534)
      return isPerson && folder.startsWith('/') && !folder.split('/').includes('..') && !ofSystem.test(folder)
    })
    .map(([, , uid, gid, , folder = '']) => ({
      uid: Number(uid),
      gid: Number(gid),
      folder: folder.replace(/\/+$/, ''),
    }))
    .slice(0, mostHomes)
}

export function listHomes(): Home[] {
  try {
    return parseHomes(readFileSync('/etc/passwd', 'utf8'))
  } catch {
    return []
  }
}

/**
 * What people see in their homes, what is served to others, and file systems that are not the system's. What programs hide in a home is theirs. Homes are
 * looked into one after the other: of those whose server does not answer, only one keeps somebody waiting.
 */
export async function documentRoots(homes: readonly Home[], mounts: readonly string[]): Promise<string[]> {
  const ofPeople: string[] = []
  for (const { folder } of homes) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    const seen = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    ofPeople.push(...seen.map(({ name }) => join(folder, name)))
  }
  return [...new Set([...ofPeople, '/srv', ...mounts.filter((path) => !ofSystem.test(path) && path !== '/home')])]
}

export function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // Not there, or not to be read now: there is nothing in it to be kept.
    return []
  }
}
