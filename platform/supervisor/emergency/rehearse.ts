import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeOfficerKey, openOfficerKey } from '#base/officer-key'
import { writeOfficer, writeOfficers, writeOrder } from '#base/officers'
import { readSettings } from '#base/settings'
import { signNote } from '#base/signed-note'
import { writeWhole } from '#base/write-file'
import { installationFile, officersFile } from '#server/officers'
import { listStatutory } from '#server/statutory'
import { backup } from '../backup.ts'
import { noteUse } from '../confirmation.ts'
import { type DataFolder, openDataFolder } from '../data-folder.ts'
import { codeFolder } from '../data-path.ts'
import { keysBackup } from '../keys/backup.ts'
import { programs } from '../programs.ts'
import { forgetBackups } from '../recorded-backups.ts'
import { Refusal } from '../refusal.ts'
import type { Say } from '../say.ts'
import { readStatutory, recordsIn } from '../statutory.ts'
import { nowText, readOrders } from './command.ts'
import { type Report, readReport, spared } from './destroy.ts'
import { findProcesses } from './end-processes.ts'
import { shredTree } from './shred.ts'

// On a copy that is as real as the house: made from a backup of rows and one of keys, started, destroyed by the same commands. It lies within the data folder, so
// that a real destruction in the middle of it takes the copy along.

export type Rehearsal = {
  readonly at: string
  /** Officers whose keys and passphrases were tried; empty: nobody brought an order. */
  readonly officers: readonly string[]
  readonly seconds: Report['seconds'] & { restored: number; noticeAnswers: number }
  readonly destroyed: { readonly keys: number; readonly backups: number }
  /** Bookkeeping records of the copy that opened after its destruction, of as many as the house has. */
  readonly bookkeeping: { readonly opened: number; readonly of: number }
  /** Everything that was still there, ran, or answered otherwise than with the notice. A rehearsal that went well has nothing here. */
  readonly left: readonly string[]
}

const passedSince = (began: number) => Number(((performance.now() - began) / 1_000).toFixed(3))

async function findPorts(count: number): Promise<number> {
  const isFree = (port: number) =>
    new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
  for (let first = 20_000; first < 60_000; first += 1 + (randomBytes(1)[0] ?? 0)) {
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)))
    if (free.every(Boolean)) return first
  }
  throw new Refusal('port', `No ${count} free ports in a row were found for the copy.`)
}

/** Nothing of our own settings: the copy must reach no mail server, no database and no token of the house. */
function environmentOf(copy: string, port: number): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VARTIO_'))
  return { ...Object.fromEntries(inherited), VARTIO_DATA: copy, VARTIO_PORT: String(port) }
}

function begin(copy: string, port: number, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(codeFolder, 'vartio.ts'), ...args], {
    cwd: codeFolder,
    env: environmentOf(copy, port),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

async function run(copy: string, port: number, args: readonly string[], input = ''): Promise<void> {
  const child = begin(copy, port, args)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-4_000)
    })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  const status = await new Promise((resolve) => child.once('close', resolve))
  if (status !== 0) throw new Refusal('program', `The rehearsal failed at vartio ${args.join(' ')}: ${said.trim()}`)
}

async function start(copy: string, port: number): Promise<ChildProcess> {
  const child = begin(copy, port, ['start'])
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: string) => {
      said = (said + chunk).slice(-8_000)
      if (said.includes('Vartio is ready\n')) resolve()
    }
    child.stdout?.setEncoding('utf8').on('data', take)
    child.stderr?.setEncoding('utf8').on('data', take)
    child.once('close', () => reject(new Refusal('program', `The copy does not start: ${said.trim()}`)))
  })
  return child
}

const statusOf = (port: number) =>
  new Promise<number>((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path: '/', agent: false, timeout: 2_000 }, (response) => {
      response.resume()
      response.on('close', () => resolve(response.statusCode ?? 0))
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(0))
    sent.end()
  })

/** Officers who exist for this rehearsal alone, and whom only the copy obeys. */
function makeOfficers(place: string) {
  const passphrase = randomBytes(24).toString('base64url')
  const made = [0, 1].map((index) => {
    const { file, officer } = makeOfficerKey(passphrase)
    const [keyFile, publicFile] = [join(place, `${index}.key`), join(place, `${index}.public`)]
    writeFileSync(keyFile, file, { mode: 0o600 })
    writeFileSync(publicFile, `${writeOfficer(officer)}\n`)
    return { keyFile, publicFile, ...openOfficerKey(file, passphrase) }
  })
  return { passphrase, made }
}

type Made = ReturnType<typeof makeOfficers>['made']

/** Another installation with officers of its own: no order of the house holds for the copy, and none of the copy for the house. */
function installOfficers(copy: string, made: Made): string[] {
  const installation = randomUUID()
  const list = writeOfficers({ installation, number: 1, at: nowText(), officers: made.map(({ officer }) => officer) })
  const sign = (text: string, of: Made) =>
    `${text}\n${of.map(({ officer, signing }) => signNote(text, officer.name, signing).slice(text.length + 1)).join('')}`
  writeWhole(join(copy, 'public', installationFile), `${installation}\n`, undefined, 0o644)
  writeWhole(join(copy, 'public', officersFile), sign(list, made), undefined, 0o644)
  return made.map((one) => {
    const path = `${one.keyFile}.order`
    writeFileSync(path, sign(writeOrder({ act: 'destroy', installation, at: nowText() }), [one]), { mode: 0o600 })
    return path
  })
}

async function waitForNotice(port: number): Promise<string[]> {
  const until = performance.now() + 20_000
  for (;;) {
    const statuses = await Promise.all(programs.map((_, index) => statusOf(port + index)))
    if (statuses.every((status) => status === 503)) return []
    if (performance.now() > until) return statuses.map((status, index) => `port ${port + index} answered ${status}`)
    await sleep(20)
  }
}

async function perform(folder: DataFolder, place: string, say: Say): Promise<Omit<Rehearsal, 'at' | 'officers'>> {
  const [rows, keys, copy] = ['rows', 'keys', 'data'].map((name) => join(place, name)) as [string, string, string]
  const { passphrase, made } = makeOfficers(place)
  const port = await findPorts(programs.length)
  const quiet = Object.assign(() => undefined, { trouble: (line: string) => say.trouble(line) })
  const began = performance.now()
  await backup([rows], quiet, { isRehearsal: true })
  await keysBackup([keys, ...made.map(({ publicFile }) => publicFile)], quiet, { isRehearsal: true })
  forgetBackups(folder.path, [rows, keys])
  await run(copy, port, ['keys', 'restore', keys, made[0]?.keyFile ?? ''], `${passphrase}\n`)
  await run(copy, port, ['restore', rows])
  const orders = installOfficers(copy, made)
  // The copy's own record of where its backups lie.
  const entry = (kind: string, path: string) => JSON.stringify({ at: nowText(), kind, host: hostname(), path })
  writeFileSync(join(copy, 'backups.jsonl'), `${entry('data', rows)}\n${entry('keys', keys)}\n`, { mode: 0o600 })
  // They are in no backup: where they lie is what keeps them.
  const houseRecords = listStatutory(recordsIn(folder.path))
  for (const { name } of houseRecords) {
    mkdirSync(recordsIn(copy), { recursive: true, mode: 0o711 })
    copyFileSync(join(recordsIn(folder.path), name), join(recordsIn(copy), name))
  }
  const supervisor = await start(copy, port)
  const restored = passedSince(began)
  say(`The copy runs after ${restored} s. It is destroyed now.`)
  try {
    const ordered = performance.now()
    await run(copy, port, ['emergency', 'destroy', ...orders])
    const answers = await waitForNotice(port)
    const noticeAnswers = passedSince(ordered)
    const report = readReport(copy)
    if (!report) throw new Refusal('failed', 'The copy has no report of its destruction.')
    const books = await readStatutory(copy)
    const opened = new Set(books.records.map(({ recordId }) => recordId))
    const left = [
      ...answers,
      ...findProcesses(copy).map(({ pid }) => `process ${pid} runs`),
      ...readdirSync(copy)
        .filter((name) => !spared.some((each) => name === each || name.startsWith(`${each}.`)))
        .map((name) => `${name} is there`),
      ...[rows, keys].filter((path) => existsSync(path)).map((path) => `the backup ${path} is there`),
      ...report.notReached,
      ...books.failed.map((name) => `the bookkeeping record ${name} does not open`),
      ...houseRecords
        .filter(({ recordId }) => !opened.has(recordId))
        .map(({ name }) => `the bookkeeping record ${name} is gone`),
    ]
    return {
      seconds: { ...report.seconds, restored, noticeAnswers },
      destroyed: { keys: report.keys.length, backups: report.backups.length },
      bookkeeping: { opened: opened.size, of: houseRecords.length },
      left,
    }
  } finally {
    const over = new Promise((resolve) => supervisor.once('close', resolve))
    supervisor.kill('SIGTERM')
    await over
  }
}

/** `vartio emergency rehearse [ORDER ORDER]`. Orders (`emergency sign … --rehearse`) show that the officers have their keys and passphrases. */
export async function rehearse(words: readonly string[], say: Say): Promise<void> {
  const settings = readSettings(process.env)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  if (words.length === 1) throw new Refusal('usage', 'Either no orders or those of two officers.')
  if (settings.text('VARTIO_PKCS11_MODULE'))
    throw new Refusal('usage', 'The roots lie in a token and cannot be copied, so there is no copy to rehearse on.')
  const officers = words.length === 2 ? readOrders(folder.path, words, 'rehearse').officers : []
  noteUse(folder.path, 'emergency rehearse')
  const place = join(folder.path, 'rehearsal')
  shredTree(place)
  mkdirSync(place, { mode: 0o711 })
  let outcome: Omit<Rehearsal, 'at' | 'officers'>
  try {
    outcome = await perform(folder, place, say)
  } finally {
    const { failed } = shredTree(place)
    for (const { name, why } of failed) say.trouble(`The copy could not be taken away: ${name} (${why})`)
  }
  const rehearsal: Rehearsal = { at: nowText(), officers, ...outcome }
  const file = join(folder.path, 'rehearsals', `${rehearsal.at.replaceAll(':', '')}.json`)
  mkdirSync(join(folder.path, 'rehearsals'), { recursive: true, mode: 0o700 })
  writeWhole(file, `${JSON.stringify(rehearsal, undefined, 1)}\n`)
  const { seconds, destroyed, bookkeeping } = rehearsal
  say(
    `Keys of the copy were destroyed ${seconds.keysDestroyed} s after the order, programs ended after ${seconds.programsEnded} s, the notice answered ${seconds.noticeAnswers} s after the command began.`,
  )
  say(`Destroyed: ${destroyed.keys} files of keys and secrets, ${destroyed.backups} backups, all rows and logs.`)
  say(
    officers.length > 0
      ? `Orders of ${officers.join(' and ')} hold.`
      : 'No officer’s key was tried: bring two orders signed with --rehearse.',
  )
  if (bookkeeping.of > 0)
    say(`Of ${bookkeeping.of} bookkeeping records, which the law wants kept, ${bookkeeping.opened} opened afterwards.`)
  say(`The report is in ${file}.`)
  if (rehearsal.left.length > 0)
    throw new Refusal('failed', `This was left, and must not be: ${rehearsal.left.join('; ')}`)
}
