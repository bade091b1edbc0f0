import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Settings } from '#base/settings'
import { writeWhole } from '#base/write-file'
import type { Confirmable } from '#server/confirmable'
import {
  confirmationMinutes,
  digestOf,
  signOf,
  thisMachine,
  thisUser,
  type Usable,
  usedFile,
  type WantedCommand,
} from '#server/terminal'
import { askProgram } from './ask-program.ts'
import type { DataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { type Server, withAdmin } from './databases.ts'
import { place } from './place.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

const answer = z.object({
  state: z.enum(['nobody-yet', 'confirmed', 'cancelled', 'expired', 'not-running']),
  digest: z.string().optional(),
})
const told = z.object({ link: z.url(), expiresAt: z.iso.datetime() }).or(z.object({ link: z.undefined() }))

type Asking = {
  readonly settings: Settings
  readonly folder: DataFolder
  readonly server: Server
  readonly isLive: boolean
  readonly say: Say
}

/** A data folder that an earlier version has left, or that was never started, knows of no confirmations. */
const knowsConfirmations = (server: Server): Promise<boolean> =>
  withAdmin(server, undefined, async (sql) => {
    const [portal] = await sql`select 1 from pg_catalog.pg_database where datname = 'portal'`
    return portal !== undefined
  }).then((isThere) =>
    isThere
      ? withAdmin(server, 'portal', async (sql) => {
          const [row] = await sql`select pg_catalog.to_regclass('commands.confirmation') as found`
          return Boolean(row?.found)
        })
      : false,
  )

/**
 * Prints where somebody with the right to it confirms this command with a passkey, and waits for that. Returns once they have; anything else ends the command. Whoever holds the
 * data folder could do the same by hand: it is not kept from them here, but done by a person who has a name.
 */
export async function awaitConfirmation(
  { settings, folder, server, isLive, say }: Asking,
  { command, file = null, officers = [] }: { command: Confirmable; file?: string | null; officers?: readonly string[] },
): Promise<void> {
  if (!(await knowsConfirmations(server))) return
  const code = folder.accounts
    ? place(codeFolder, folder.placed, programs)
    : { folder: codeFolder, node: process.execPath }
  const wanted: WantedCommand = {
    id: randomUUID(),
    command,
    file,
    officers: [...officers],
    machine: thisMachine(),
    user: thisUser(),
    folder: folder.path,
  }
  const digest = digestOf(wanted)
  const tell = (line: unknown) => {
    const { data } = told.safeParse(line)
    if (!data?.link) return
    say(`Somebody with the right to it must confirm this with a passkey: ${data.link}`)
    say(`The page shows ${signOf(digest)}. It waits for ${confirmationMinutes} minutes, until ${data.expiresAt}.`)
  }
  const question = { script: 'confirm.ts', question: { wanted, isLive }, told: tell }
  const { state, digest: confirmed } = await askProgram({ settings, folder, code }, 'portal', question, answer)
  if (state === 'nobody-yet') return
  if (state === 'not-running')
    throw new Refusal('confirmation', 'Somebody must confirm this with a passkey, so Vartio must run: npm start')
  if (state === 'cancelled') throw new Refusal('confirmation', 'It was cancelled. Nothing was done.')
  if (state === 'expired')
    throw new Refusal('confirmation', `Nobody confirmed it within ${confirmationMinutes} minutes. Nothing was done.`)
  if (confirmed !== digest) throw new Refusal('confirmation', 'Another command was confirmed. Nothing was done.')
}

/** For the logs, into the portal's own folder: it takes it within seconds, or at its next start. */
export function noteUse(dataFolder: string, command: Usable, outcome: 'done' | 'refused' = 'done'): void {
  const id = randomUUID()
  const own = join(dataFolder, 'programs', 'portal')
  const { uid, gid } = statSync(own)
  const used = { id, command, outcome, at: new Date().toISOString() }
  writeWhole(join(own, usedFile(id)), `${JSON.stringify(used)}\n`, { name: 'portal', uid, gid })
}
