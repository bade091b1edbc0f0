import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '#base/ids'
import { readOfficer } from '#base/officers'
import { scopeOf, thisMachine } from '#server/terminal'
import { connectAdmin } from '#supervisor/postgres'

// For tests and benches that are about something else: somebody confirms every command of the terminal at once. What a confirmation is has tests of its own.

/** A process of its own, since commands are waited for with everything else standing still. */
export function startConfirming(dataFolder: string): () => void {
  const child = spawn(process.execPath, [import.meta.filename, join(dataFolder, 'run')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  return () => child.kill('SIGKILL')
}

/** As somebody would have confirmed backups into these folders for 90 days: also for when Vartio does not run. `officers`: files with their public halves. */
export async function letRepeat(dataFolder: string, personId: string, folders: string[], officers: string[] = []) {
  const names = officers.map((file) => readOfficer(readFileSync(file, 'utf8')).name)
  const sql = connectAdmin(join(dataFolder, 'run'), 'portal')
  for (const folder of folders)
    for (const [command, to] of [['backup', []] as const, ['keys backup', names] as const]) {
      const wanted = {
        command,
        file: join(folder, 'x'),
        officers: [...to],
        machine: thisMachine(),
        user: '',
        folder: '',
      }
      const scope = Buffer.from(scopeOf({ ...wanted, id: newId() }) ?? '', 'hex')
      await sql`
        insert into commands.confirmation (confirmation_id, command, digest, scope, sealed, asked_at, expires_at, state, decided_by,
          decided_at, standing_until, erase_at)
        values (${newId()}, ${command}, ${Buffer.alloc(32)}, ${scope}, '\\x', now(), now(), 'used', ${personId},
          now(), now() + interval '90 days', now() + interval '90 days')`
    }
  await sql.end()
}

if (import.meta.main) {
  // Whoever started it may be gone.
  process.stdin.on('end', () => process.exit(0)).resume()
  for (;;) {
    const sql = connectAdmin(process.argv[2] as string, 'portal')
    try {
      for (;;) {
        await sql`
          update commands.confirmation set state = 'confirmed', decided_by = gen_random_uuid(), decided_at = now() where state = 'waiting'`
        await pause(200)
      }
    } catch {
      // Vartio was stopped, or starts again.
      await pause(500)
    } finally {
      await sql.end({ timeout: 1 }).catch(() => undefined)
    }
  }
}
