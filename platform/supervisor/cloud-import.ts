import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { readSettings } from '#base/settings'
import { readOwn } from '#base/write-file'
import { refuseUnused } from './backup.ts'
import { noteUse } from './confirmation.ts'
import { openDataFolder } from './data-folder.ts'
import { currentHolder } from './lock.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

/** How far the Cloud has come, as it writes it (cloud/lists/import.ts). */
const progress = z.object({
  bytes: z.number(),
  done: z.number(),
  added: z.number(),
  refused: z.number(),
  state: z.enum(['reading', 'finished', 'failed']),
  why: z.string().optional(),
})

/**
 * `vartio cloud import FILE`: lays the list where the Cloud looks for them, and tells how far it is. The Cloud does the work, so it goes on when this command ends, and
 * behind where it was when the Cloud itself was killed.
 */
export async function cloudImport(words: readonly string[], flags: readonly string[], say: Say): Promise<void> {
  const file = resolve(words[0] ?? '')
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Refusal('file', `There is no file ${file}.`)
  const folder = openDataFolder(readSettings(process.env).text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  const account = folder.accounts?.programs.cloud
  // In the order they were given.
  const own = join(folder.programs, 'cloud', 'imports', `${Date.now()}-${randomBytes(4).toString('hex')}`)
  const verdict = flags.includes('--good') ? 'good' : flags.includes('--withdrawn') ? 'withdrawn' : 'malicious'
  const list = openSync(file, 'r')
  try {
    // As the user of the Cloud: in a folder of theirs a name may lead anywhere, and root would follow. The Cloud looks at it once asked.json is there.
    execFileSync(
      '/bin/sh',
      [
        '-c',
        'umask 077 && mkdir -p "$1" && cat >"$1/list" && echo "$2" >"$1/new" && mv "$1/new" "$1/asked.json"',
        'sh',
        own,
        JSON.stringify({ verdict }),
      ],
      { stdio: [list, 'ignore', 'pipe'], cwd: '/', ...(account ? { uid: account.uid, gid: account.gid } : {}) },
    )
  } catch (cause) {
    throw new Refusal('folder', 'The list could not be laid into the folder of the Cloud.', { cause })
  } finally {
    closeSync(list)
  }
  noteUse(folder.path, 'cloud import')
  if (currentHolder(folder.path)?.command !== 'start')
    return say('Vartio does not run. The list is brought in when it starts.')
  let told = 0
  for (;;) {
    await sleep(500)
    const text = readOwn(join(own, 'state.json'))?.toString('utf8')
    if (text === undefined) continue
    const state = progress.parse(JSON.parse(text))
    if (state.state === 'failed')
      throw new Refusal('file', `The list could not be brought in (${state.why ?? 'unknown'}).`)
    const refused = state.refused > 0 ? `, ${state.refused} lines were no verdict` : ''
    if (state.state === 'finished') return say(`${state.added} verdicts were brought in${refused}.`)
    const percent = Math.floor((100 * state.done) / Math.max(1, state.bytes))
    if (percent >= told + 10) say(`${percent} %: ${state.added} verdicts${refused}`)
    told = percent - (percent % 10)
    if (currentHolder(folder.path)?.command !== 'start')
      return say('Vartio was stopped. It goes on with the list when it starts again.')
  }
}
