import { createInterface } from 'node:readline'
import { z } from 'zod'
import { readSettings } from '#base/settings'
import { askProgram } from './ask-program.ts'
import { refuseUnused, withServer } from './backup.ts'
import { openDataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { prepareDatabases } from './databases.ts'
import { place } from './place.ts'
import { programs } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

const begun = z.union([
  z.object({ refused: z.string() }),
  z.object({ link: z.url(), code: z.string(), expiresAt: z.iso.datetime(), subject: z.string() }),
])
const noted = z.object({ recorded: z.number() })

/** Not an argument: every user of the machine sees those. */
async function askAddress(): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY })
  if (process.stdin.isTTY) process.stderr.write('E-mail address of the person: ')
  try {
    for await (const line of lines) if (line.trim() !== '') return line.trim().slice(0, 320)
  } finally {
    lines.close()
    process.stdin.pause()
  }
  throw new Refusal('usage', 'Give the address of the person: vartio recover asks for it, or reads its first line.')
}

/**
 * `vartio recover`: for when no administrator can sign in any more. Whoever runs it holds the data folder, and so every key; it gives them nothing
 * they could not take, but leaves a record and tells the person by mail.
 */
export async function recover(words: readonly string[], say: Say): Promise<void> {
  const email = words[0] ?? (await askAddress())
  const settings = readSettings(process.env)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  const code = folder.accounts
    ? place(codeFolder, folder.placed, programs)
    : { folder: codeFolder, node: process.execPath }
  await withServer(settings, folder, 'recover', say, async (server, isLive, keyServer) => {
    // A running Vartio has done it.
    if (!isLive) await prepareDatabases({ data: server, keys: keyServer }, folder, programs)
    const running = { settings, folder, code }
    const answer = await askProgram(running, 'identity', { script: 'recover.ts', question: { email } }, begun)
    if ('refused' in answer) throw new Refusal('usage', answer.refused)
    const { recorded } = await askProgram(
      running,
      'portal',
      { script: 'recover.ts', question: { subject: answer.subject } },
      noted,
    )
    // Without a record there is no help: the link is not shown, and ends by itself.
    if (recorded === 0)
      throw new Refusal('usage', 'This person belongs to no organisation here, so there is nothing to let them into.')
    say(
      `Open this link${isLive ? '' : ' (start Vartio first)'} and give the code; a new passkey is made there. Both work until ${answer.expiresAt}.`,
    )
    say(`Link: ${answer.link}`)
    say(`Code: ${answer.code}`)
    say('It is recorded in the audit log, and the person is told by mail when the new passkey is made.')
  })
}
