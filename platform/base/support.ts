import { closeSync, constants, fchownSync, openSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { arch, availableParallelism, freemem, loadavg, release, totalmem, uptime } from 'node:os'
import { resolve } from 'node:path'
import { createAsker } from './ask.ts'
import { AppError } from './errors.ts'
import { knownCode, type OwnWords } from './support-log.ts'
import { type SupportOf, supportNotice, supportParts, supportWords } from './support-notice.ts'
import { osRelease, terminalLanguages } from './this-machine.ts'

// The support tool, on a server and on a device (SU-03, SU-04): its notice first, then a question, then one file that a person reads and may deliver. It
// opens no way out of the machine.

export type SupportTool<Of extends SupportOf> = {
  readonly of: Of
  /** Where a person writes to the provider. */
  readonly contact: string | undefined
  readonly gather: () => Promise<Readonly<Record<keyof (typeof supportParts)[Of], unknown>>>
  readonly say: (line: string) => void
}

/** Beside whoever gave the command, under a name that tells one from the next. */
export const supportFile = (given: string | undefined, now = new Date()): string =>
  resolve(given ?? `vartio-support-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z.json`)

/** Answers what is said where the person did not want it, and nothing was looked at. */
export async function runSupportTool<Of extends SupportOf>(
  { of, contact, gather, say }: SupportTool<Of>,
  { file, isAgreed }: { file: string; isAgreed: boolean },
): Promise<string | undefined> {
  const languages = terminalLanguages()
  const words = languages.map(supportWords)
  for (const language of languages) for (const line of supportNotice(of, language)) say(line)
  for (const { where } of words) say(where(file))
  if (!isAgreed && !(await isWanted(words))) return words.map(({ declined }) => declined).join(' ')
  const gathered = await gather()
  const parts = Object.keys(supportParts[of]) as (keyof typeof gathered)[]
  const told = {
    notice: languages.flatMap((language) => supportNotice(of, language)),
    madeAt: new Date().toISOString(),
    of,
    // What the notice does not name is in no file.
    ...Object.fromEntries(parts.map((part) => [part, gathered[part]])),
  }
  const text = `${JSON.stringify(told, undefined, 1)}\n`
  write(file, text)
  for (const { written, next } of words) {
    say(written(file, Math.ceil(Buffer.byteLength(text) / 1_000)))
    say(next(contact))
  }
  return undefined
}

async function isWanted(words: readonly ReturnType<typeof supportWords>[]): Promise<boolean> {
  const asker = createAsker({ isShown: true })
  try {
    const answer = await asker.ask(words.map(({ question, yes, no }) => `${question} (${yes}/${no}) `).join('/ '))
    return words.some(({ yes }) => answer?.trim().toLowerCase().startsWith(yes))
  } finally {
    asker.close()
  }
}

function write(file: string, text: string): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
  let handle: number
  try {
    handle = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('support.file_there', 409, `${file} is there already and is not overwritten.`)
    throw new AppError('support.not_written', 400, `${file} cannot be written.`, { cause })
  }
  try {
    writeFileSync(handle, text)
    // Whoever became root by sudo reads and delivers it.
    const [uid, gid] = [Number(process.env.SUDO_UID), Number(process.env.SUDO_GID)]
    if (process.getuid?.() === 0 && uid > 0 && gid > 0) fchownSync(handle, uid, gid)
  } finally {
    closeSync(handle)
  }
}

/** Nobody who is asked keeps the rest waiting for longer. */
const answerWithinMilliseconds = 10_000

/** What was answered; or, where it was not, that and a code, since a file with a gap tells more than none. */
export async function asked<T>(
  words: Pick<OwnWords, 'codes'>,
  question: () => T | Promise<T>,
): Promise<T | { notAnswered: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<{ notAnswered: string }>((done) => {
    timer = setTimeout(done, answerWithinMilliseconds, { notAnswered: 'late' })
  })
  try {
    return await Promise.race([(async () => question())(), late])
  } catch (error) {
    const { code } = (error ?? {}) as { code?: unknown }
    return { notAnswered: knownCode(code, words) ?? 'failed' }
  } finally {
    clearTimeout(timer)
  }
}

const plainWord = (text = '') => (/^[\w.+~-]{1,80}$/.test(text) ? text : 'unknown')

export const versionsHere = () => ({
  node: process.versions.node,
  kernel: plainWord(release()),
  distribution: `${plainWord(osRelease('ID'))} ${plainWord(osRelease('VERSION_ID'))}`,
  architecture: arch(),
})

/** `folder`: on which disk. */
export async function machineHere(folder: string) {
  const now = new Date()
  const disk = await statfs(folder)
  return {
    processors: availableParallelism(),
    load: loadavg().map((one) => Math.round(one * 100) / 100),
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    disk: {
      totalBytes: disk.blocks * disk.bsize,
      freeBytes: disk.bavail * disk.bsize,
      files: disk.files,
      freeFiles: disk.ffree,
    },
    clock: { now: now.toISOString(), minutesFromUtc: -now.getTimezoneOffset() },
    startedAt: new Date(now.getTime() - uptime() * 1_000).toISOString(),
  }
}

/** When a process began, which /proc counts in hundredths of a second since the start of the machine. */
export const startOf = (ticks: number): string =>
  new Date(Date.now() - uptime() * 1_000 + ticks * 10).toISOString().slice(0, 19).concat('Z')
