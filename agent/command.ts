import { existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PortalRefusal } from '#agent/connection'
import {
  buildArchive,
  buildPackage,
  enrolFile,
  install,
  isEnrolled,
  isInstalled,
  notInstalled,
  packagedPortal,
  readCodeFile,
  startAgent,
  stopAgent,
  uninstall,
} from '#agent/install'
import { describeEntry } from '#agent/journal'
import { AgentRefusal, askAgent } from '#agent/local'
import { describeProtection, pageTexts } from '#agent/page'
import { commandOf, type Place, packagedIn, placeFor, readPlace } from '#agent/place'
import { createAsker } from '#base/ask'
import { createSystemClock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Language } from '#base/languages'
import { aboutDevice, deviceLanguage } from './about-device.ts'
import type { Status } from './answer-users.ts'
import { commandTexts, helpText } from './command-texts.ts'
import type { ShownEntry } from './entries-for.ts'
import type { Answer } from './link.ts'
import { supportDevice } from './support.ts'

// What is typed on a device: `vartio-agent …`, and `vartio agent …` where Vartio itself lies.

// A closed umask of whoever types this would close the code to the agent, and to it what proves who asks; what is private says so itself.
process.umask(0o022)
const version = join(import.meta.dirname, '..')
const say = (line: string) => void process.stdout.write(`${line}\n`)
const asRoot = process.getuid?.() === 0

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    portal: { type: 'string' },
    'code-file': { type: 'string' },
    enrol: { type: 'boolean' },
    json: { type: 'boolean' },
    yes: { type: 'boolean' },
    /** For tests: everything below another root, and only these mounts guarded. */
    prefix: { type: 'string' },
    mount: { type: 'string', multiple: true },
  },
})
const [what = 'help', word] = positionals
const language: Language = /^(fi|en)/.test(process.env.LANG ?? '')
  ? (process.env.LANG?.slice(0, 2) as Language)
  : deviceLanguage()
const t = commandTexts[language]

/** Of the installed agent this command belongs to, or the one of this user. */
const installed = readPlace(version)
/** An ordinary user's agent, which root makes that of the whole machine. */
const toReplace = what === 'install' && asRoot && installed && !installed.asRoot ? installed : undefined
const place: Place =
  (toReplace ? undefined : installed) ??
  placeFor({
    asRoot,
    ...(options.prefix ? { prefix: options.prefix } : {}),
    ...(options.mount ? { mounts: options.mount } : {}),
  })
const command = commandOf(place)

/** Of a package, and of root's agent alone: where an administrator has laid the code for it. */
const laidCode = () => (place.code === '/opt/vartio-agent' && existsSync(enrolFile) ? enrolFile : undefined)

async function doInstall(isNewEnrolment = options.enrol === true): Promise<void> {
  const codeFile = options['code-file'] ?? laidCode()
  const asker = createAsker()
  const result = await install({
    place: { ...place, mounts: options.mount ?? place.mounts },
    ...(toReplace ? { toReplace } : {}),
    portalUrl: options.portal ?? packagedPortal() ?? 'http://portal.localhost:8481',
    about: aboutDevice(version),
    clock: createSystemClock(),
    isNewEnrolment: isNewEnrolment || options['code-file'] !== undefined,
    askForCode: async () => (codeFile ? readCodeFile(codeFile) : ((await asker.ask(t.askCode)) ?? '')),
  }).finally(() => asker.close())
  // What has let a device in once could let another in.
  if (!result.wasEnrolled && codeFile === enrolFile) rmSync(enrolFile)
  say(result.wasEnrolled ? t.upgraded(result.organizationName) : t.enrolled(result.organizationName))
  if (toReplace) say(t.nowRoots(toReplace.code))
  if (toReplace && result.stayed > 0) say(t.stayed(result.stayed, join(toReplace.guard, 'quarantine')))
  if (!place.asRoot) say(t.watchesOnly(command))
  if (!result.startsAtBoot) say(t.notAtBoot(command))
  say(t.seeStatus(join(place.code, 'vartio-agent')))
}

/** By dpkg, once the files of a package lie there. What does not succeed with a code leaves the package whole, so that nothing else on the machine waits for it. */
async function configure(): Promise<void> {
  if (isEnrolled(place)) return doInstall()
  if (laidCode())
    try {
      return await doInstall()
    } catch (error) {
      if (!tellRefusal(error)) throw error
    }
  say(t.notJoined)
}

async function showStatus(): Promise<void> {
  const status = (await askAgent(place, { what: 'status' })) as Status
  if (options.json) return say(JSON.stringify(status, undefined, 1))
  say(status.organizationName ? t.protectedBy(status.organizationName, status.portalUrl ?? '') : t.notEnrolled)
  const { state, connection, policy, cloud } = status
  for (const one of state?.protections ?? []) say(`  ${describeProtection(one, language)}, ${one.since}`)
  if (state?.rules.updatedAt) say(`${pageTexts[language].rulesUpdated} ${state.rules.updatedAt}.`)
  if (cloud.updatedAt) say(`${pageTexts[language].listChecked} ${cloud.updatedAt}.`)
  if (!status.asRoot) say(t.watchesOnly(command))
  if (!status.bySystemd) say(t.notAtBoot(command))
  if (policy.settings.reportOnly) say(t.reportOnly)
  if (state?.rules.testOnly) say(t.testRules)
  if (state?.isolated) say(t.isolated)
  if (state && state.canaries > 0) say(t.canaries(state.canaries))
  if (state && (state.spool.waiting > 0 || state.spool.lost > 0)) say(t.spool(state.spool.waiting, state.spool.lost))
  say(
    connection?.refused
      ? t.refused(connection.refused, command)
      : connection?.lastSeenAt
        ? t.lastSeen(connection.lastSeenAt)
        : t.never,
  )
}

async function showJournal(): Promise<void> {
  const entries = (await askAgent(place, { what: 'journal' })) as ShownEntry[]
  if (options.json) return say(JSON.stringify(entries, undefined, 1))
  // The newest last, where the eye is.
  for (const entry of entries.toReversed()) {
    say(
      `${entry.at}${entry.times > 1 ? ` – ${entry.lastAt} (${entry.times} ×)` : ''}  ${describeEntry(entry, language).join('\n    ')}`,
    )
    if (entry.hidden > 0) say(`    ${t.hidden(entry.hidden)}`)
  }
  say(t.wordForWord(command))
}

async function wished(ask: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const answer = (await askAgent(place, ask)) as Answer
  if (!answer.ok) throw new AgentRefusal(answer.why, t.failed)
  return answer.result
}

const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  help: async () => say(helpText[language]),
  install: () => doInstall(),
  enrol: () => doInstall(true),
  async uninstall() {
    const { quarantined } = await uninstall(place)
    say(quarantined > 0 ? t.uninstalledBut(quarantined, join(place.guard, 'quarantine')) : t.uninstalled)
    if (existsSync(packagedIn(place))) say(t.packageStays)
  },
  configure,
  /** By dpkg, before it takes the files of a package away. Who the device is stays until the package is purged. */
  async deconfigure() {
    if (isInstalled(place)) await uninstall(place, { keepsData: true })
  },
  start: () => startAgent(place),
  stop: () => stopAgent(place),
  status: showStatus,
  journal: showJournal,
  async scan() {
    const result = await wished({ what: 'scan', path: realpathSync(word ?? '.') })
    say(t.scanned(Number(result.files ?? 0), Number(result.found ?? 0)))
    if (Number(result.unseen) > 0) say(t.notSeen(Number(result.unseen)))
    if (Number(result.found) > 0) process.exitCode = 3
  },
  async restore() {
    if (word) {
      await wished({ what: 'restore', quarantineId: word })
      return say(t.restored)
    }
    const { items } = await wished({ what: 'quarantined' })
    for (const item of items as { id: string; path: string; takenAt: string; why: string }[])
      say(`${item.id}  ${item.takenAt}  ${item.path}  (${item.why})`)
  },
  /** Where the portal cannot be reached, nobody else could let the device back. */
  async release() {
    await wished({ what: 'release' })
    say(t.released)
  },
  async page() {
    say(((await askAgent(place, { what: 'page' })) as { link: string }).link)
  },
  async support() {
    if (!isInstalled(place)) throw notInstalled()
    const declined = await supportDevice(place, version, { given: word, isAgreed: options.yes === true, say })
    if (declined) throw new AgentRefusal('support.declined', declined)
    // An agent that hangs may hold its end of the socket.
    process.exit()
  },
  async archive() {
    say(JSON.stringify(await buildArchive(word ?? 'agent.tar.gz')))
  },
  async package() {
    const { portal } = options
    say(JSON.stringify(await buildPackage(word ?? 'vartio-agent.deb', portal === undefined ? {} : { portal })))
  },
}

/** What was foreseen, in its own words; whether it was. */
function tellRefusal(error: unknown): boolean {
  const isForeseen = error instanceof AppError || error instanceof AgentRefusal || error instanceof PortalRefusal
  if (!isForeseen) return false
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  process.stderr.write(`${error.message}${cause} [${error.code}]\n`)
  return true
}

try {
  const carryOut = Object.hasOwn(commands, what) ? commands[what] : undefined
  if (!carryOut) throw new AgentRefusal('usage', helpText[language])
  await carryOut()
} catch (error) {
  if (!tellRefusal(error)) process.stderr.write(`${(error as Error).stack ?? error}\n`)
  process.exitCode = 1
}
