import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { type About, adopt, enrol, readEnrolment, readPortalUrl } from '#agent/connection'
import { isIsolated, release } from '#agent/isolation'
import { openJournal } from '#agent/journal'
import { accounts, listsOf, type Place, packagedIn } from '#agent/place'
import { letStandingGo, openCanaries } from '#agent/ransomware'
import type { Clock } from '#base/clock'
import { type Account, ensureAccount } from '#base/users'
import { copyVersion, isLink, link, removeOldVersions } from './copy.ts'
import { isPackage } from './debian.ts'
import { codeFileMissing, codeFileOpen, notInstalled } from './errors.ts'
import { codeFolder } from './pieces.ts'
import { removeUnit, start, stop } from './start.ts'

export { buildArchive } from './archive.ts'
export { buildPackage, enrolFile, packagedPortal } from './debian.ts'
export { notInstalled } from './errors.ts'
export { start as startAgent, stop as stopAgent } from './start.ts'

export type Installed = {
  readonly organizationName: string
  readonly wasEnrolled: boolean
  readonly startsAtBoot: boolean
  /** Files in the quarantine of the agent that was replaced. */
  readonly stayed: number
}

const commandLink = '/usr/local/bin/vartio-agent'

/**
 * Copies, enrols where nobody has yet (or `code` says so), starts. Doing it again is an upgrade and keeps who the device is. `askForCode` is asked only when
 * a code is wanted.
 */
export async function install(options: {
  place: Place
  /** An agent that watches as an ordinary user: the device stays who it is, and that agent goes. */
  toReplace?: Place
  portalUrl: string
  about: About
  clock: Clock
  isNewEnrolment: boolean
  askForCode: () => Promise<string>
}): Promise<Installed> {
  const { place, about, clock, toReplace } = options
  const account = makeFolders(place)
  const { version } = copyVersion(place, codeFolder)
  if (toReplace) {
    runAsOwner(toReplace, 'stop')
    if (readEnrolment(place.agent) === undefined) adopt(toReplace.agent, place.agent, account)
  }
  const known = readEnrolment(place.agent)
  const wasEnrolled = known !== undefined && !options.isNewEnrolment
  let organizationName = known?.organizationName ?? ''
  if (!wasEnrolled) {
    const code = await options.askForCode()
    const journal = openJournal(join(place.agent, 'journal'), clock)
    const { enrolment } = await enrol({
      folder: place.agent,
      portalUrl: readPortalUrl(options.portalUrl),
      code,
      about,
      ...(account ? { owner: account } : {}),
      journal,
    }).finally(() => account && own(join(place.agent, 'journal'), account))
    organizationName = enrolment.organizationName
    // Rules, and the key they are held against, belong to the portal it was with before.
    rmSync(join(place.guard, 'rules'), { recursive: true, force: true })
  }
  await start(place)
  removeOldVersions(place, version)
  const isFound = isPackage(codeFolder) || (existsSync(commandLink) && !isLink(commandLink))
  if (place.asRoot && place.code.startsWith('/opt/') && !isFound) link(join(place.code, 'vartio-agent'), commandLink)
  if (toReplace) runAsOwner(toReplace, 'uninstall')
  const stayed = toReplace ? countQuarantined(toReplace) : 0
  return { organizationName, wasEnrolled, startsAtBoot: place.bySystemd, stayed }
}

/** What the agent's user may write is its own folder and nothing else. */
function makeFolders(place: Place): Account | undefined {
  const account = place.asRoot ? ensureAccount(accounts.agent, accounts.agent) : undefined
  if (place.asRoot) ensureAccount(accounts.scanner, accounts.scanner)
  for (const [path, mode] of [
    [place.code, 0o755],
    [place.data, place.asRoot ? 0o711 : 0o700],
    [place.agent, 0o700],
  ] as const) {
    mkdirSync(path, { recursive: true, mode })
    chmodSync(path, mode)
  }
  if (account) chownSync(place.agent, account.uid, account.gid)
  return account
}

function own(folder: string, account: Account): void {
  chownSync(folder, account.uid, account.gid)
  for (const name of readdirSync(folder)) chownSync(join(folder, name), account.uid, account.gid)
}

function countQuarantined({ guard }: Place): number {
  const folder = join(guard, 'quarantine')
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.record')).length : 0
}

/** As whoever that agent belongs to: what it notes of processes and files is theirs to write, and root acts on none of it. */
function runAsOwner({ code }: Place, what: 'stop' | 'uninstall'): void {
  const { uid, gid } = statSync(code)
  execFileSync(join(code, 'vartio-agent'), [what], { uid, gid, cwd: '/', stdio: 'ignore' })
}

/** The first line of a file that nobody else may read: not as an argument, which everybody on the machine sees. */
export function readCodeFile(path: string): string {
  try {
    const { mode, uid } = statSync(path)
    if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) throw codeFileOpen()
    return readFileSync(path, 'utf8').split('\n')[0] ?? ''
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined || (error as { status?: number }).status) throw error
    throw codeFileMissing(error)
  }
}

/** Who the device is, if it has joined. */
export const isEnrolled = ({ agent }: Place): boolean => readEnrolment(agent) !== undefined
export const isInstalled = ({ code }: Place): boolean => existsSync(join(code, 'place.json'))

/**
 * Takes everything away again but what lies in quarantine: those files belong to somebody. Answers how many there are. `keepsData`: who the device is stays,
 * and what waits to be sent.
 */
export async function uninstall(place: Place, { keepsData = false } = {}): Promise<{ quarantined: number }> {
  if (!isInstalled(place)) throw notInstalled()
  await stop(place)
  // Before anything that could fail: a device without an agent must not stay cut off.
  if (place.asRoot && isIsolated(place.guard)) release(place.guard)
  letStandingGo(join(place.guard, 'state'))
  if (existsSync(place.guard)) openCanaries(join(place.guard, 'state')).remove()
  removeUnit(place)
  if (isLink(commandLink) && readlinkSync(commandLink).startsWith(`${place.code}/`)) rmSync(commandLink)
  const quarantined = countQuarantined(place)
  removeCode(place)
  rmSync(place.run, { recursive: true, force: true })
  if (keepsData) return { quarantined }
  for (const folder of [place.agent, place.spool, listsOf(place), ...(quarantined === 0 ? [place.data] : [])])
    rmSync(folder, { recursive: true, force: true })
  return { quarantined }
}

/** What a package has brought is dpkg's to remove. */
function removeCode(place: Place): void {
  const isPackaged = existsSync(packagedIn(place))
  for (const name of readdirSync(place.code))
    if (!(isPackaged && name === basename(packagedIn(place)))) rmSync(join(place.code, name), { recursive: true })
  if (!isPackaged) rmdirSync(place.code)
}
