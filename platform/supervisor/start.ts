import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { readSettings, type Settings } from '#base/settings'
import { currentAccount } from '#base/users'
import { readListening } from '#server/listening'
import { databaseName, type Kind, type Program } from '#server/migrate'
import { publicUrls, urlSettings } from '#server/platform'
import { proverOf } from '#server/prover'
import { buildAgentArchive } from './agent-archive.ts'
import { type DataFolder, openDataFolder, refuseUnreachable, unfinished } from './data-folder.ts'
import { codeFolder, dataPath } from './data-path.ts'
import {
  embeddedServer,
  outsideServer,
  outsideSettings,
  prepareDatabases,
  refuseUnusableServer,
  type Server,
} from './databases.ts'
import { markDemo, refuseMixing, sayDemo } from './demo.ts'
import { leaveIfOrdered, leaveOnOrder } from './emergency/leave.ts'
import { isOrdered } from './emergency/order.ts'
import { serveExaminer } from './examiner.ts'
import { keepPostgres } from './keep-postgres.ts'
import { type Kept, keepRunning } from './keep-running.ts'
import { watchOldBackups } from './keys/destroy-old-backups.ts'
import { refuseOlderKeys } from './keys/refuse-older.ts'
import { takeLock } from './lock.ts'
import { createLogFile } from './logs.ts'
import { watchOfficers } from './officers.ts'
import { place, removeOtherPlaces } from './place.ts'
import { refuseTakenPort } from './ports.ts'
import { adminUser, type Cluster } from './postgres.ts'
import { runnableBinaries } from './postgres-binaries.ts'
import {
  type Code,
  clients,
  isSetUp,
  listenAddress,
  lookAt,
  portOf,
  programEnvironment,
  programs,
  startProgram,
} from './programs.ts'
import { Refusal } from './refusal.ts'
import { watchRuleOrders } from './rule-maker.ts'
import { carryRules } from './rules-to-cloud.ts'
import { createRunning } from './running.ts'
import type { Say } from './say.ts'
import { type Links, prepareSecrets } from './secrets.ts'
import { keepStatutory, watchStatutory } from './statutory.ts'
import { pairTrouble, readPair, watchPair } from './tls.ts'
import { buildWeb, watchWeb } from './web-build.ts'

const readyWithinMilliseconds = 60_000

/** Few connections, and next to no memory: what is asked often the programs keep themselves. Little is left in old files. */
const keysConfiguration = [
  'shared_buffers = 16MB',
  'wal_level = minimal',
  'max_wal_senders = 0',
  'max_wal_size = 256MB',
]

export function clusterOf(folder: DataFolder, binaries: string, kind: Kind): Cluster {
  const me = currentAccount().name
  const accounts = folder.accounts
  const isKeys = kind === 'keys'
  return {
    called: isKeys ? 'The PostgreSQL of the key store' : 'PostgreSQL',
    folder: isKeys ? folder.keys : folder.postgres,
    socketFolder: isKeys ? folder.keysSocketFolder : folder.socketFolder,
    binaries,
    ...(accounts ? { account: isKeys ? accounts.keys : accounts.postgres } : {}),
    ...(isKeys ? { configuration: keysConfiguration } : {}),
    // Each user is one program's roles and no other; without users of their own all of them are whoever started us.
    peers: [
      { systemUser: me, role: adminUser },
      ...programs.flatMap((program) =>
        (isKeys ? [databaseName(program, kind)] : [program, proverOf(program)]).map((role) => ({
          systemUser: accounts?.programs[program]?.name ?? me,
          role,
        })),
      ),
    ],
  }
}

function refuseBadSettings(settings: Settings): void {
  const listen = settings.text('VARTIO_LISTEN')
  const isLoopback = listen === undefined || /^(127\.|::1$|localhost$)/.test(listen)
  const pair = readPair(settings)
  const trouble = pair && pairTrouble(pair)
  if (trouble) throw new Refusal('usage', `VARTIO_TLS_CERTIFICATE_FILE: ${trouble}.`)
  if (!isLoopback && !pair && !settings.text('VARTIO_PROXY'))
    throw new Refusal(
      'usage',
      `VARTIO_LISTEN: ${listen} can be reached from elsewhere, and passwords and sessions would travel unprotected. Set VARTIO_TLS_CERTIFICATE_FILE and VARTIO_TLS_KEY_FILE, or VARTIO_PROXY.`,
    )
  const urls = publicUrls(settings)
  const secure = programs.find((program) => urls[program].protocol === 'https:')
  for (const program of programs) {
    // What each program would say of itself, again and again until a minute is over.
    readListening(settings, urls[program], urlSettings[program])
    // An upgrade brought a program with an address of its own, and behind a proxy it would be told to the world as localhost.
    if (secure && urls[program].protocol !== 'https:')
      throw new Refusal(
        'usage',
        `${urlSettings[program]}: ${urls[secure].origin} is https, so this must be an https address too (docs/operating/tls.md).`,
      )
  }
}

async function sayReady(say: Say, settings: Settings, links: Links): Promise<void> {
  const urls = publicUrls(settings)
  say('Vartio is ready')
  if (await isSetUp(settings)) say(`Open Vartio: ${new URL('/', urls.portal)}`)
  else say(`Set up Vartio: ${new URL('/set-up', urls.portal)}#${links.setUpToken}`)
  if (!settings.text('VARTIO_SMTP_URL'))
    say(`Inbox (no SMTP set): ${new URL('/inbox', urls.identity)}#${links.inboxKey}`)
}

/** The databases and the secrets of a data folder that this process holds, ready for programs, backup or restore. */
export type Opened = {
  readonly server: Server
  /** The second one, with the keys. */
  readonly keyServer: Server
  readonly links: Links
  readonly code: Code
  readonly running: ReturnType<typeof createRunning>
  stop(): Promise<void>
}

export async function openDatabases(settings: Settings, folder: DataFolder, say: Say): Promise<Opened> {
  const running = createRunning(folder.path)
  await running.endLeftovers()
  const placed = folder.accounts ? place(codeFolder, folder.placed, programs) : undefined
  if (placed) removeOtherPlaces(folder.placed, placed)
  const code = placed ?? { folder: codeFolder, node: process.execPath }
  const links = prepareSecrets(folder, programs, clients)
  const open = async (kind: Kind): Promise<{ server: Server; stop(): Promise<void> }> => {
    const url = settings.text(outsideSettings[kind])
    if (url) {
      const server = outsideServer(url, kind)
      await refuseUnusableServer(server, kind)
      return { server, stop: async () => undefined }
    }
    const name = kind === 'keys' ? 'keys' : 'postgres'
    const log = createLogFile(folder.logs, name, say)
    const binaries = placed?.binaries ?? runnableBinaries(join(folder.placed, 'postgres'))
    const cluster = clusterOf(folder, binaries, kind)
    const kept = await keepPostgres(
      cluster,
      say,
      (line) => log(`${line}\n`),
      (pid) => running.note(name, pid),
    )
    return { server: embeddedServer(cluster.socketFolder), stop: () => kept.stop() }
  }
  // Side by side: neither needs the other.
  const [data, keys] = await Promise.allSettled([open('data'), open('keys')])
  const stop = async () => {
    await Promise.all([data, keys].map((each) => (each.status === 'fulfilled' ? each.value.stop() : undefined)))
  }
  if (data.status === 'fulfilled' && keys.status === 'fulfilled')
    return { server: data.value.server, keyServer: keys.value.server, code, links, running, stop }
  await stop()
  throw data.status === 'rejected' ? data.reason : (keys as PromiseRejectedResult).reason
}

/** Starts everything and returns when it has been told to stop and has stopped. */
export async function start(say: Say, { reload = false }: { reload?: boolean } = {}): Promise<void> {
  const settings = readSettings(process.env)
  refuseBadSettings(settings)
  const path = dataPath(settings.text('VARTIO_DATA'))
  if (isOrdered(path)) return (await import('./emergency/notice.ts')).serveNotice(settings, realpathSync(path), say)
  const told = Promise.withResolvers<'stop'>()
  let isStopping = false
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(name, () => {
      isStopping = true
      told.resolve('stop')
    })
  const isDemo = settings.text('VARTIO_DEMO') !== undefined
  refuseMixing(path, isDemo)
  const folder = openDataFolder(settings.text('VARTIO_DATA'), programs)
  if (isDemo) markDemo(folder.path)
  if (existsSync(join(folder.path, unfinished)))
    throw new Refusal(
      'folder',
      `A restore into ${folder.path} did not come to its end. Run the same restore again; it begins anew.`,
    )
  const lock = takeLock(folder.path, 'start', folder)
  const stopLooking = leaveOnOrder(folder.path)
  /** What has been started, in order; it is stopped the other way round. */
  const started: { stop(): Promise<void> }[] = []

  const startAll = async () => {
    if (!folder.accounts)
      say(
        'Started by an ordinary user: PostgreSQL and all programs run as you, so only Node’s permission model stands between them. Started as root, each has a user of its own.',
      )
    if (settings.text('VARTIO_PKCS11_MODULE'))
      say(
        'VARTIO_PKCS11_MODULE: the programs load the library of the token, so Node’s permission model does not keep native code out; only their own users stand between them.',
      )
    // First of all: as root the programs run from a copy of the code, and what is built is part of it.
    await buildWeb(codeFolder, say)
    const opened = await openDatabases(settings, folder, say)
    started.push(opened)
    const { server, keyServer, links, running } = opened
    // For development the code runs where it is written, also by the users that root gives the programs.
    const code = reload ? { folder: codeFolder, node: process.execPath } : opened.code
    if (reload) {
      for (const account of Object.values(folder.accounts?.programs ?? {}))
        refuseUnreachable(codeFolder, account, 'the code')
      started.push({ stop: async () => stopBuilding() })
    }
    const stopBuilding = reload ? watchWeb(codeFolder, say) : () => undefined
    await prepareDatabases({ data: server, keys: keyServer }, folder, programs)
    await refuseOlderKeys(server, keyServer, programs)
    keepStatutory(folder)
    started.push(watchStatutory(folder, say))
    // Before the programs: the first look at the pledges asks what it has found.
    started.push(watchOldBackups(folder, say))
    for (const program of programs) await refuseTakenPort(portOf(settings, program), listenAddress(settings), program)
    const kept = isStopping
      ? []
      : programs.map((program) => keep(program, { settings, folder, code, reload, say, running }))
    started.push(...kept)
    await Promise.race([allReady(kept), told.promise])
    const stopWatching = watchPair(
      settings,
      // The programs look at their copies themselves and go on with the new pair, without a restart.
      () => {
        for (const program of programs) programEnvironment(settings, folder, program)
      },
      (text) => say.trouble(text),
    )
    started.push({ stop: async () => stopWatching() })
    const stopOfficers = watchOfficers(folder, say)
    started.push(buildAgentArchive(settings, folder, say))
    started.push(watchRuleOrders(folder, code, say))
    started.push(carryRules(folder, say))
    started.push({ stop: async () => stopOfficers() })
    if (isDemo && !isStopping) await sayDemo({ settings, folder, code }, say)
    if (!isStopping) await sayReady(say, settings, links)
  }

  const starting = startAll()
  try {
    await Promise.race([starting, told.promise])
    await told.promise
  } finally {
    isStopping = true
    // Told to stop while it was starting: let it come to an end, so that all it has started is known.
    await starting.catch(() => undefined)
    // Programs first and together, then what they stand on.
    const [first, ...rest] = started
    await Promise.all(rest.map((part) => part.stop()))
    await first?.stop()
    stopLooking()
    lock.release()
  }
}

async function allReady(kept: readonly Kept[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Refusal(
            'program',
            'The programs do not become ready within a minute; what they say is above and in the folder logs.',
          ),
        ),
      readyWithinMilliseconds,
    )
  })
  try {
    await Promise.race([Promise.all(kept.map(({ ready }) => ready)), late])
  } finally {
    clearTimeout(timer)
  }
}

type Keeping = {
  readonly settings: Settings
  readonly folder: DataFolder
  readonly code: Code
  readonly reload: boolean
  readonly say: Say
  readonly running: ReturnType<typeof createRunning>
}

function keep(program: Program, { settings, folder, code, reload, say, running }: Keeping): Kept {
  const log = createLogFile(folder.logs, program, say)
  return keepRunning({
    name: program,
    start: () => {
      // Ended by those who carry out an order: it is not started again.
      leaveIfOrdered(folder.path)
      const child = startProgram(program, { settings, folder, code, reload })
      if (program === 'cloud') serveExaminer(child, code, folder, say)
      child.stdout?.setEncoding('utf8').on('data', log)
      return child
    },
    look: () => lookAt(settings, program),
    onLine: (line) => log(`${line}\n`),
    onStart: (pid) => running.note(program, pid),
    say,
  })
}
