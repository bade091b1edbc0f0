import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { readSettings } from '#base/settings'
import { askProgram } from './ask-program.ts'
import { noteWork } from './at-work.ts'
import { refuseUnused, withServer } from './backup.ts'
import { openDataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { prepareDatabases } from './databases.ts'
import { refuseOverwriting } from './officer-command.ts'
import { place } from './place.ts'
import { programs } from './programs.ts'
import { folderTrouble, Refusal } from './refusal.ts'
import type { Say } from './say.ts'

// For networks without internet: what the page of rule sets does with files, for whoever has the data folder. The portal does it (portal/rules.ts).

const refused = z.object({ refused: z.string() })
const exported = z.object({ set: z.string(), bytes: z.number(), key: z.string() })
const imported = z.object({ set: z.string(), rules: z.number().optional(), skipped: z.number().optional() })
const progress = z.object({ step: z.string().nullable(), done: z.number(), outOf: z.number() })

async function askPortal<Answer extends z.ZodType>(
  command: string,
  say: Say,
  question: (isLive: boolean) => object,
  file: number,
  schema: Answer,
  told: (line: unknown) => void = () => undefined,
): Promise<z.output<Answer>> {
  const settings = readSettings(process.env)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  refuseUnused(folder)
  const code = folder.accounts
    ? place(codeFolder, folder.placed, programs)
    : { folder: codeFolder, node: process.execPath }
  return withServer(settings, folder, command, say, async (server, isLive, keyServer) => {
    const isOver = noteWork(folder.path, command)
    try {
      // A running Vartio has done it.
      if (!isLive) await prepareDatabases({ data: server, keys: keyServer }, folder, programs)
      const asked = { script: 'rules.ts', question: question(isLive), file, told }
      const answer = await askProgram({ settings, folder, code }, 'portal', asked, z.union([refused, schema]))
      const no = refused.safeParse(answer)
      if (no.success) throw new Refusal('file', no.data.refused)
      return answer as z.output<Answer>
    } finally {
      isOver()
    }
  })
}

/** `vartio rules export FILE [SET]`: the same file as the page gives. */
export async function rulesExport([file = '', set]: readonly string[], say: Say): Promise<void> {
  const path = resolve(file)
  refuseOverwriting(path)
  let out: number
  try {
    out = openSync(path, 'wx', 0o600)
  } catch (error) {
    throw folderTrouble(error, dirname(path)) ?? error
  }
  try {
    const question = () => ({ do: 'export', ...(set === undefined ? {} : { set }) })
    const done = await askPortal('rules export', say, question, out, exported)
    fsyncSync(out)
    if (fstatSync(out).size !== done.bytes) throw new Refusal('file', `${path} was not written whole.`)
    say(
      `The rule set ${done.set} is in ${path}. Bring it to another Vartio with: vartio rules import FILE '${done.key}'`,
    )
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(out)
  }
}

/** Keys of notes have a + in them (C2SP signed-note); names of rule sets have none. */
const isKey = (word: string | undefined) => word?.includes('+') ?? false

/** `vartio rules import FILE [KEY | NAME LICENCE [AUTHOR]]`: a bundle of another Vartio under its key, or plain rules. */
export async function rulesImport([file = '', ...words]: readonly string[], say: Say): Promise<void> {
  const path = resolve(file)
  let into: number
  try {
    // Not waiting for a pipe that nobody writes to.
    into = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw new Refusal('file', `${path} cannot be read.`, { cause })
  }
  try {
    if (!fstatSync(into).isFile() || readSync(into, Buffer.alloc(1), 0, 1, 0) === 0)
      throw new Refusal('file', `${path} is no file of rules.`)
    const [name, licence, author] = words
    const about = isKey(name) ? { key: name } : { name, licence, author }
    let told = -1
    const tell = (line: unknown) => {
      const { step, done, outOf } = progress.parse(line)
      const tenth = step === 'try' && outOf > 0 ? Math.floor((10 * done) / outOf) : -1
      if (tenth > told) say(`Tried on ${done} of ${outOf} clean files.`)
      told = Math.max(told, tenth)
    }
    const question = (isLive: boolean) => ({ do: 'import', ...about, waits: isLive })
    const done = await askPortal('rules import', say, question, into, imported, tell)
    if (done.rules === undefined)
      return say(`The rule set ${done.set} was brought. It is made ready when Vartio starts.`)
    const left = done.skipped ? `; ${done.skipped} were left out, the page of rule sets says why` : ''
    say(`The rule set ${done.set} is ready: ${done.rules} rules${left}.`)
  } finally {
    closeSync(into)
  }
}
