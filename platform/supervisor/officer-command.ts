import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '#base/errors'
import { makeOfficerKey, type OfficerKey, openOfficerKey } from '#base/officer-key'
import { readOfficers, writeOfficer } from '#base/officers'
import { readNote, signNote } from '#base/signed-note'
import { writeWhole } from '#base/write-file'
import { createPassphraseAsker } from './passphrase.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

const longestFile = 65_536

export function readSmall(path: string): string {
  try {
    const text = readFileSync(path, 'utf8')
    if (text.length > longestFile) throw new Refusal('file', `${path} is too large.`)
    return text
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('file', `${path} cannot be read.`, { cause: error })
  }
}

export function refuseOverwriting(path: string): void {
  if (existsSync(path)) throw new Refusal('file', `${path} is there already and is not overwritten.`)
}

/** A mistyped passphrase is typed again; a pipe has said all it has to say. */
export async function openKeyFile(path: string): Promise<OfficerKey> {
  const text = readSmall(path)
  const asker = createPassphraseAsker()
  try {
    for (let attempt = 1; ; attempt++)
      try {
        return openOfficerKey(text, await asker.ask(`Passphrase of ${path}: `))
      } catch (error) {
        const isWrong = error instanceof AppError && error.code === 'officers.wrong_passphrase'
        if (!isWrong || !process.stdin.isTTY || attempt === 3) throw error
        process.stderr.write(`${error.message}\n`)
      }
  } finally {
    asker.close()
  }
}

/** `vartio officer key FILE`, on a machine that need not have a network. */
export async function officerKey(words: readonly string[], say: Say): Promise<void> {
  const file = resolve(words[0] ?? '')
  refuseOverwriting(file)
  const asker = createPassphraseAsker()
  try {
    const passphrase = await asker.ask('Passphrase: ')
    const made = makeOfficerKey(passphrase)
    if ((await asker.ask('The same again: ')) !== passphrase)
      throw new Refusal('usage', 'The two passphrases are not the same. No key was made.')
    writeFileSync(file, made.file, { flag: 'wx', mode: 0o600, flush: true })
    say(`The key is in ${file}. Keep it offline, and a copy in another place; nobody can make it again.`)
    say(`Its public half, for the page: ${writeOfficer(made.officer)}`)
  } finally {
    asker.close()
  }
}

/** `vartio officer sign KEY LIST`: puts this officer's signature under a list that the page has given out. */
export async function officerSign(words: readonly string[], say: Say): Promise<void> {
  const [keyFile = '', file = ''] = words
  const before = readSmall(file)
  const { text, lines } = takeApart(before)
  const list = readOfficers(text)
  const { officer, signing } = await openKeyFile(keyFile)
  if (!list.officers.some(({ name }) => name === officer.name))
    say.trouble(`${officer.name} is not in this list; signed as an officer of the one before.`)
  const line = signNote(text, officer.name, signing).slice(text.length + 1)
  writeWhole(
    resolve(file),
    `${text}\n${lines.filter((each) => !each.startsWith(`— ${officer.name} `)).join('')}${line}`,
  )
  say(`${officer.name} has signed list ${list.number} of ${list.officers.map(({ name }) => name).join(', ')}.`)
  say(`Its signature, for the page: ${line.trim()}`)
}

/** A list comes without signatures or with those of others. */
function takeApart(file: string): { text: string; lines: string[] } {
  if (!file.includes('\n\n')) return { text: file.endsWith('\n') ? file : `${file}\n`, lines: [] }
  const { text } = readNote(file)
  return { text, lines: file.slice(text.length + 1).split(/(?<=\n)/) }
}
