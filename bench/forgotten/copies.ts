import { execFileSync } from 'node:child_process'
import { createDecipheriv, type KeyObject } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSystemClock } from '#base/clock'
import type { OfficerKey } from '#base/officer-key'
import { createKeys } from '#server/keys/keys'
import type { Roots } from '#server/keys/root'
import { bucketOf } from '#server/keys/scopes'
import { readArchive, verifyArchive } from '#supervisor/archive'
import { boundOf, keysContents } from '#supervisor/keys/contents'
import { openAsOfficer, openPart } from '#supervisor/keys/seal-to-officers'
import { adminUser, connectAdmin } from '#supervisor/postgres'
import { until } from '#tests/until'

// What an operator keeps of two servers: archives of their logs, and base backups. And what can be opened with it.

export const servers = ['postgres', 'keys'] as const
const socketOf = { postgres: 'run', keys: 'run-keys' } as const

/** Every segment of the log is copied away, as an operator would have it; read at the next start of the server. */
export function archiveLogs(data: string, archive: string): void {
  for (const server of servers) {
    const folder = join(archive, server)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { uid, gid } = statSync(join(data, server))
    // The server writes there as its own user.
    chownSync(folder, uid, gid)
    const lines = [
      // Ours writes only what it needs after a crash.
      'wal_level = replica',
      'archive_mode = on',
      `archive_command = 'test ! -f ${folder}/%f && cp %p ${folder}/%f'`,
      'wal_recycle = on',
    ]
    writeFileSync(join(data, server, 'own.conf'), `${lines.join('\n')}\n`)
  }
}

/** A checkpoint, a new segment, and the old one in the archive: what was written so far lies where it will lie. */
export async function settle(data: string, archive: string): Promise<void> {
  for (const server of servers) {
    const sql = connectAdmin(join(data, socketOf[server]))
    await sql`checkpoint`
    const before = readdirSync(join(archive, server)).length
    await sql`select pg_catalog.pg_switch_wal()`
    await until(() => readdirSync(join(archive, server)).length > before, 60_000)
    await sql.end()
  }
}

/** A base backup of a running server, by hand: pg_backup_start, the files, pg_backup_stop (PostgreSQL's manual, 25.3). */
export async function copyServer(data: string, server: (typeof servers)[number], to: string): Promise<void> {
  const sql = connectAdmin(join(data, socketOf[server]))
  await sql`select pg_catalog.pg_backup_start('bench', fast => true)`
  execFileSync('cp', ['-a', join(data, server), to])
  rmSync(join(to, 'postmaster.pid'))
  const [row] = await sql<
    { labelfile: string }[]
  >`select labelfile from pg_catalog.pg_backup_stop(wait_for_archive => true)`
  writeFileSync(join(to, 'backup_label'), row?.labelfile ?? '')
  await sql.end()
}

const silence = () => undefined

export type Canary = { readonly personId: string; readonly text: string; readonly sealed: Buffer }

export function openCanary({ sealed }: Canary, key: KeyObject): string | undefined {
  const opener = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
  opener.setAuthTag(sealed.subarray(12, 28))
  try {
    return Buffer.concat([opener.update(sealed.subarray(28)), opener.final()]).toString()
  } catch {
    return undefined
  }
}

/** How many of these open with the key store behind this socket and these roots. */
export async function countOpening(socketFolder: string, roots: Roots, canaries: readonly Canary[]): Promise<number> {
  const address = { host: socketFolder, port: 5432, database: 'portal_keys', user: adminUser }
  const log = { debug: silence, info: silence, warn: silence, error: silence }
  const keys = createKeys({ address, roots, log, clock: createSystemClock(), connections: 1 })
  let opening = 0
  try {
    for (const canary of canaries) {
      // A store that does not open at all opens nobody.
      const found = await keys.find(bucketOf(canary.personId), [canary.personId]).catch(() => undefined)
      const key = found?.get(canary.personId)
      if (key && openCanary(canary, key) === canary.text) opening += 1
    }
  } finally {
    await keys.stop().catch(silence)
  }
  return opening
}

/** The roots of the portal in a backup of keys, if any of these officers can open it. */
export async function rootsInBackup(file: string, officers: readonly OfficerKey[]): Promise<Map<string, Buffer>> {
  const roots = new Map<string, Buffer>()
  if (!existsSync(file)) return roots
  const contents = keysContents.parse(await verifyArchive(file))
  for (const officer of officers) {
    const key = openAsOfficer(officer, contents.officers, boundOf(contents))
    if (!key) continue
    for await (const { name, content } of readArchive(file)) {
      const root = name.startsWith('roots/portal/') ? openPart(key, name, content) : undefined
      if (root) roots.set(name.slice('roots/portal/'.length), root)
    }
  }
  return roots
}

/** What is there now: a root may be destroyed while we look. */
export function rootsInFolder(folder: string): Map<string, Buffer> {
  const roots = new Map<string, Buffer>()
  for (const name of readdirSync(folder))
    try {
      roots.set(name, readFileSync(join(folder, name)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  return roots
}
