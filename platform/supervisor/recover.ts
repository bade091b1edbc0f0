import { createInterface } from 'node:readline'
import { z } from 'zod'
import { readSettings } from '#base/settings'
import { askProgram } from './ask-program.ts'
import { refuseUnused, withServer } from './backup.ts'
import { noteUse } from './confirmation.ts'
import { openDataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { prepareDatabases } from './databases.ts'
import { place } from './place.ts'
import { programs, type Running } from './programs.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

const begun = z.union([
  z.object({ refused: z.string() }),
  z.object({ link: z.url(), code: z.string(), expiresAt: z.iso.datetime(), subject: z.string() }),
])
const noted = z.object({ recorded: z.number() })
const invited = z.union([
  z.object({ refused: z.string() }),
  z.object({ link: z.url(), expiresAt: z.iso.datetime(), organization: z.string() }),
])

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
 * they could not take, but leaves a record, also in the transparency log, and tells the person by mail.
 */
export async function recover(words: readonly string[], flags: readonly string[], say: Say): Promise<void> {
  const isNew = flags.includes('--administrator')
  const given = words.find((word) => word.includes('@'))
  const [organization, ...more] = words.filter((word) => word !== given)
  if (more.length > 0 || (organization !== undefined && !isNew))
    throw new Refusal(
      'usage',
      'Usage: vartio recover [EMAIL], or vartio recover --administrator [EMAIL] [ORGANISATION]',
    )
  const email = given ?? (await askAddress())
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
    if (isNew) return inviteNew(running, { administrator: email, organization }, isLive, say)
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
      throw new Refusal(
        'usage',
        'This person belongs to no organisation here, so there is nothing to let them into. Where the last administrator is gone: vartio recover --administrator',
      )
    noteUse(folder.path, 'recover')
    say(
      `Open this link${isLive ? '' : ' (start Vartio first)'} and give the code; a new passkey is made there. Both work until ${answer.expiresAt}.`,
    )
    say(`Link: ${answer.link}`)
    say(`Code: ${answer.code}`)
    say(
      'It is recorded in the audit log and the transparency log, and the person is told by mail when the new passkey is made.',
    )
  })
}

/** An organisation whose last administrator was erased has nobody who could be let in again: somebody is invited instead. */
async function inviteNew(running: Running, question: object, isLive: boolean, say: Say): Promise<void> {
  const answer = await askProgram(running, 'portal', { script: 'recover.ts', question }, invited)
  if ('refused' in answer) throw new Refusal('usage', answer.refused)
  noteUse(running.folder.path, 'recover')
  say(
    `Whoever has this address may become the administrator of ${answer.organization}${isLive ? '' : ' (start Vartio first)'}. The link works once, until ${answer.expiresAt}.`,
  )
  say(`Link: ${answer.link}`)
  say('It is recorded in the audit log and the transparency log, and the same link goes there by mail.')
}
