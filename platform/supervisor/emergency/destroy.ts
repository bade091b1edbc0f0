import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { statutoryFolder } from '#server/statutory'
import { currentHolder } from '../lock.ts'
import { mark, signal } from '../processes.ts'
import { keylessFolders } from '../program-files.ts'
import { listBackups, type RecordedBackup } from '../recorded-backups.ts'
import { createEnding } from './end-processes.ts'
import { emergencyFolder, type Given, give, writeRecord } from './order.ts'
import { type Shredded, shredFile, shredTree } from './shred.ts'

/**
 * What of the data folder stays. Everything else goes, also what nobody thought of when this was written: `statutory/` is the place of bookkeeping
 * records under keys of their own, which the law wants kept; the others hold nothing about anybody.
 */
export const spared: readonly string[] = [
  emergencyFolder,
  statutoryFolder,
  // The badge of the folder, its lock, code, and which installation this was with its officers' public keys.
  'vartio-data',
  'supervisor.lock',
  'placed',
  'public',
  'lost+found',
  // The provider's own words instead of ours.
  'notice.html',
]

export type Report = {
  readonly installation: string
  readonly orderedAt: string
  readonly officers: readonly string[]
  /** From the order to the end of each step, in seconds. */
  readonly seconds: { programsEnded: number; keysDestroyed: number; backupsDestroyed: number; dataDestroyed?: number }
  readonly processesEnded: number
  readonly keys: readonly string[]
  readonly backups: readonly string[]
  /** For the officers to destroy by hand, by place. */
  readonly notReached: readonly string[]
}

export const reportFile = 'report.json'

/** None where it is no folder, or not any more. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return []
    throw error
  }
}

/** Roots first: with them everything below is gone. Then what the programs and the supervisor keep secret. */
function destroyKeys(dataFolder: string): Shredded {
  const into: Shredded = { names: [], failed: [] }
  const programs = join(dataFolder, 'programs')
  for (const program of existsSync(programs) ? readdirSync(programs) : [])
    shredTree(join(programs, program, 'roots'), into)
  // Gigabytes of public lists hold no key: they go with the rest.
  for (const program of existsSync(programs) ? readdirSync(programs) : [])
    for (const name of namesIn(join(programs, program)))
      if (!keylessFolders.includes(name)) shredTree(join(programs, program, name), into)
  shredTree(join(dataFolder, 'secrets'), into)
  return into
}

function destroyBackups(backups: readonly RecordedBackup[]): { destroyed: string[]; notReached: string[] } {
  const destroyed: string[] = []
  const notReached: string[] = []
  for (const { kind, host, path, at } of backups) {
    const place = `the backup of ${kind} of ${at} in ${path} on ${host}`
    try {
      // A file of that name on another machine is another file.
      if (host === hostname() && shredFile(path)) destroyed.push(path)
      else notReached.push(place)
    } catch (error) {
      notReached.push(`${place} (${error instanceof Error ? error.message : error})`)
    }
  }
  return { destroyed, notReached }
}

/** A supervisor leaves everything it knows behind and answers with the notice. One that hangs is ended, and has to be started again. */
async function awaitNotice(dataFolder: string): Promise<'answers' | 'ended' | 'nobody'> {
  const until = performance.now() + 15_000
  for (;;) {
    const holder = currentHolder(dataFolder)
    if (holder?.command === 'notice') return 'answers'
    if (!holder) return 'nobody'
    if (performance.now() > until) {
      signal(holder.pid, 'SIGKILL')
      return 'ended'
    }
    await sleep(20)
  }
}

/** Rows under keys that are gone, logs, and whatever else lies there. It takes as long as there is to overwrite. */
function destroyRest(dataFolder: string): Shredded {
  const into: Shredded = { names: [], failed: [] }
  for (const name of readdirSync(dataFolder))
    if (!spared.some((each) => name === each || name.startsWith(`${each}.`))) shredTree(join(dataFolder, name), into)
  return into
}

export type Doing = {
  readonly dataFolder: string
  readonly order: Omit<Given, 'by'>
  readonly destroyTokenRoots: () => Promise<{ destroyed: string[]; notReached: string[] }>
  /** Drops what lies on servers elsewhere; answers by place what it could not. */
  readonly dropOutside: () => Promise<string[]>
  readonly onStep: (line: string) => void
}

/**
 * Carries an order out to its end. Every step may have been done before, by another of us or by ourselves before we were killed; each can be done
 * again. Nothing before the last step needs a database, and nothing asks whether the demand that led to it was genuine (ID-101).
 */
export async function carryOut({ dataFolder, order, destroyTokenRoots, dropOutside, onStep }: Doing): Promise<Report> {
  const own = mark(process.pid)
  if (!own) throw new Error('This process is not in /proc.')
  const began = performance.now()
  const passed = () => Number(((performance.now() - began) / 1_000).toFixed(3))
  const backups = listBackups(dataFolder)
  give(dataFolder, { ...order, by: own })
  // Ordered to die before the first key is touched, not waited for: one that hangs in the kernel must not hold up the keys.
  const ending = createEnding(dataFolder)
  ending.kill()
  const keys = destroyKeys(dataFolder)
  // After the files: a token may take its time, or not answer at all.
  const token = await destroyTokenRoots()
  const keysDestroyed = passed()
  await ending.wait()
  const programsEnded = passed()
  onStep(`Keys destroyed after ${keysDestroyed} s, every program ended after ${programsEnded} s.`)
  const copies = destroyBackups(backups)
  if ((await awaitNotice(dataFolder)) !== 'answers')
    onStep('No supervisor answers. Start Vartio (npm start): it serves the notice and nothing else.')
  // Whoever was being started in those very moments.
  const left = await ending.wait()
  const late = destroyKeys(dataFolder)
  const report: Report = {
    installation: order.installation,
    orderedAt: order.at,
    officers: order.officers,
    seconds: { programsEnded, keysDestroyed, backupsDestroyed: passed() },
    processesEnded: ending.count(),
    keys: [...[...keys.names, ...late.names].map((path) => relative(dataFolder, path)), ...token.destroyed],
    backups: copies.destroyed,
    notReached: [
      ...token.notReached,
      ...copies.notReached,
      ...late.failed.map(({ name, why }) => `${name} (${why})`),
      ...left.map((pid) => `process ${pid}, which does not end`),
    ],
  }
  writeReport(dataFolder, report)
  const outside = await dropOutside()
  const rest = destroyRest(dataFolder)
  return writeReport(dataFolder, {
    ...report,
    seconds: { ...report.seconds, dataDestroyed: passed() },
    notReached: [...report.notReached, ...outside, ...rest.failed.map(({ name, why }) => `${name} (${why})`)],
  })
}

export function readReport(dataFolder: string): Report | undefined {
  const path = join(dataFolder, emergencyFolder, reportFile)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined
}

/** What an earlier attempt, or another of us, has destroyed is not there to be counted again: it is taken over from the report that lies there. */
function writeReport(dataFolder: string, now: Report): Report {
  const before = readReport(dataFolder)
  const both = (key: 'keys' | 'backups') => [...new Set([...(before?.[key] ?? []), ...now[key]])]
  const backups = both('backups')
  const whole: Report = {
    ...now,
    processesEnded: Math.max(before?.processesEnded ?? 0, now.processesEnded),
    keys: both('keys'),
    backups,
    notReached: now.notReached.filter(
      (place) => !backups.some((path) => place.includes(` in ${path} on ${hostname()}`)),
    ),
  }
  writeRecord(dataFolder, reportFile, whole)
  return whole
}

/** Everything that can be done has been done; what could not stands in the report. */
export function isCarriedOut(dataFolder: string): boolean {
  return readReport(dataFolder)?.seconds.dataDestroyed !== undefined
}
