import { existsSync, rmSync } from 'node:fs'
import type { Server } from 'node:https'
import { join } from 'node:path'
import { type Clock, createSystemClock } from '#base/clock'
import type { Condition } from '#base/condition'
import { createLineWatch, watchOutputs } from '#base/line-watch'
import { createLog, type Log } from '#base/log'
import { readSettings, type SettingName, type Settings } from '#base/settings'
import { type Calls, type CallTarget, createCalls } from './calls.ts'
import { conditionRoute, createCondition } from './condition.ts'
import { createDatabase, type Database, readDatabaseAddress } from './database.ts'
import type { Description } from './describe.ts'
import { createExpiry, type Expiry } from './expiry.ts'
import { createReadiness } from './health.ts'
import { createHolds } from './holds.ts'
import { holdsRoutes } from './holds-routes.ts'
import { type Authorize, createHttp, type ErrorPage, type Http } from './http.ts'
import { inboxRoutes } from './inbox.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { chooseRoots } from './keys/choose-roots.ts'
import { createKeys, type Keys } from './keys/keys.ts'
import { exitOnFailure, stopWhenAsked } from './lifecycle.ts'
import { followCertificate, readListening } from './listening.ts'
import { createMail, type Mail } from './mail.ts'
import { createMessages, type Messages } from './messages.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { Program } from './migrate.ts'
import { describeApi } from './openapi.ts'
import { demoMark } from './page.ts'
import { type Proofs, proofRoutes } from './proofs.ts'
import { createProving, type Proving } from './proving.ts'
import { registerRoutes } from './register-calls.ts'
import { createRights, type Rights } from './rights.ts'
import { rightsRoutes } from './rights-routes.ts'
import { createSealing, type Sealing } from './sealed.ts'

/** Each program's port is the first one and its place here. */
export const programPorts: Readonly<Record<Program, number>> = { identity: 0, portal: 1, privacy: 2, cloud: 3 }

export type Platform = {
  readonly program: Program
  readonly settings: Settings
  readonly log: Log
  readonly clock: Clock
  readonly database: Database
  readonly keys: Keys
  /** What this program holds, the platform's own tables included. */
  readonly descriptions: readonly Description[]
  readonly sealed: Sealing
  readonly http: Http
  readonly jobs: Jobs
  readonly messages: Messages
  readonly mail: Mail
  readonly expiry: Expiry
  readonly calls: Calls
  readonly metrics: Metrics
  readonly proofs: Pick<Proofs, 'define' | 'measure'>
  readonly proveSelf: Proving['proveSelf']
  readonly rights: Rights
  /** This program's private folder, and the one with every program's public keys. */
  readonly folder: string
  readonly publicFolder: string
  /** Where people reach each program. */
  readonly urls: Readonly<Record<Program, URL>>
}

export const urlSettings = {
  identity: 'VARTIO_IDENTITY_URL',
  portal: 'VARTIO_PORTAL_URL',
  privacy: 'VARTIO_PRIVACY_URL',
  cloud: 'VARTIO_CLOUD_URL',
} as const satisfies Record<Program, SettingName>

export function publicUrls(settings: Settings): Record<Program, URL> {
  const port = settings.number('VARTIO_PORT')
  return {
    identity: new URL(settings.text(urlSettings.identity) ?? `http://id.localhost:${port + programPorts.identity}`),
    portal: new URL(settings.text(urlSettings.portal) ?? `http://portal.localhost:${port + programPorts.portal}`),
    privacy: new URL(settings.text(urlSettings.privacy) ?? `http://privacy.localhost:${port + programPorts.privacy}`),
    cloud: new URL(settings.text(urlSettings.cloud) ?? `http://cloud.localhost:${port + programPorts.cloud}`),
  }
}

/** In a program's own folder when its rows have come back from a backup, until it has looked through them. */
export const restoredFile = 'restored'

export type StartOptions = {
  readonly program: Program
  /** What its areas keep, in the order in which they are built. */
  readonly descriptions: readonly Description[]
  readonly cookies: readonly string[]
  readonly authorize: Authorize
  readonly formAction?: readonly string[]
  readonly pathCookies?: readonly string[]
  readonly errorPage?: ErrorPage
}

/** What every program stands on. The caller builds its areas on it and then calls `listen`, or `prepare` to work without listening. */
export function createPlatform(options: StartOptions): Platform & {
  /** How this program itself is. */
  readonly readCondition: () => Promise<Condition>
  prepare(): Promise<void>
  listen(): Promise<void>
} {
  const { program, descriptions } = options
  exitOnFailure(createLog(program))
  const settings = readSettings(process.env)
  const watch = createLineWatch(() => new Date())
  watchOutputs(watch)
  const log = createLog(program, settings.text('VARTIO_LOG_LEVEL'), undefined, watch)
  const folder = settings.text('VARTIO_PROGRAM_FOLDER') ?? ''
  const publicFolder = settings.text('VARTIO_PUBLIC_FOLDER') ?? ''
  const urls = publicUrls(settings)
  const { host, tls, mayConnect } = readListening(settings, urls[program], urlSettings[program])
  const port = settings.number('VARTIO_PORT') + programPorts[program]
  let clockSetBackSeconds = 0
  const clock = createSystemClock((milliseconds) => {
    clockSetBackSeconds = Math.ceil(milliseconds / 1_000)
    log.warn('the clock of this machine was set back; this program goes on from its own time until it is restarted', {
      milliseconds,
    })
  })
  const address = readDatabaseAddress(folder)
  const database = createDatabase(address, descriptions)
  const keys = createKeys({
    address: readDatabaseAddress(folder, 'key-store.json'),
    roots: chooseRoots(settings, program, join(folder, 'roots')),
    epochFile: join(folder, 'key-epoch'),
    log,
    clock,
  })
  const sealed = createSealing({ database, keys, log, clock, descriptions })
  const metrics = createMetrics(program)
  let certificate = tls?.cert
  const target = (name: Program): CallTarget => ({
    port: settings.number('VARTIO_PORT') + programPorts[name],
    tls: tls && { serverName: urls[name].hostname, certificate: () => certificate ?? tls.cert },
  })
  const targets = {
    identity: target('identity'),
    portal: target('portal'),
    privacy: target('privacy'),
    cloud: target('cloud'),
  }
  const calls = createCalls({ program, folder, publicFolder, targets, database, clock, log })
  const jobs = createJobs({ address, log })
  const messages = createMessages({ database, log })
  const mail = createMail({
    database,
    log,
    clock,
    sealed,
    smtpUrl: settings.text('VARTIO_SMTP_URL'),
    from: settings.text('VARTIO_MAIL_FROM') ?? '',
  })
  jobs.define('sealed.sweep-keys', { purpose: 'upkeep', cron: '11 */2 * * *', atMostSeconds: 1_800 }, async () => {
    await sealed.sweep.run()
  })
  const expiry = createExpiry({ database, clock, log, jobs, metrics })
  const http = createHttp({
    log,
    publicUrl: urls[program],
    proxy: settings.text('VARTIO_PROXY'),
    mayConnect,
    // A large office asks from one address, a question for each file its list says yes to.
    ...(program === 'cloud' ? { requestsPerMinute: settings.number('VARTIO_CLOUD_PER_MINUTE') } : {}),
    cookies: options.cookies,
    tls,
    authorize: options.authorize,
    verifyCall: calls.verify,
    metrics,
    ...(options.formAction ? { formAction: options.formAction } : {}),
    ...(options.pathCookies ? { pathCookies: options.pathCookies } : {}),
    errorPage: options.errorPage,
    ...(settings.text('VARTIO_DEMO') ? { mark: demoMark } : {}),
  })
  const proving = createProving({ program, address, clock, log, app: http.app, publicFolder, watch, keys })
  http.register('proofs', [...proofRoutes(proving.proofs, keys), ...registerRoutes(program, descriptions)])
  const rights = createRights({ program, database, clock, sealed, keys, log, descriptions })
  const holds = createHolds({ database, clock })
  http.register('rights', rightsRoutes(rights))
  http.register('expiry', holdsRoutes(holds, rights))
  const readCondition = createCondition({
    clock,
    folder,
    certificate: () => certificate,
    clockSetBackSeconds: () => clockSetBackSeconds,
    keys,
    messages,
    mail,
    sealed,
  })
  http.register('condition', [conditionRoute(readCondition)])
  // Of the programs that write to people; identity itself shows the page.
  if (program === 'portal') http.register('mail', inboxRoutes(mail))
  let isStopping = false
  const { app } = http
  const readiness = createReadiness(database, keys, jobs, () => isStopping)
  app.get('/health/live', { config: { host: 'any' } }, async () => ({ status: 'live' }))
  app.get('/health/ready', { config: { host: 'any' } }, async (_request, reply) => {
    const answer = await readiness()
    return reply.code(answer.status === 'ready' ? 200 : 503).send(answer)
  })
  app.get('/metrics', { config: { host: 'loopback' } }, async (_request, reply) =>
    reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
  app.get('/openapi.json', async () => describeApi(`Vartio ${program}`, urls[program].origin, http.routes))
  for (const [name, help, read] of [
    ['vartio_messages_waiting', 'Messages between areas that are not yet handled.', messages.countWaiting],
    ['vartio_letters_waiting', 'Letters that have not left yet.', mail.countWaiting],
    ['vartio_holds_active', 'Holds that keep rows beyond their time.', async () => (await holds.count()).active],
    ['vartio_rows_held', 'Rows that holds have kept beyond their time.', async () => (await holds.count()).rows],
    [
      'vartio_keys_to_erase',
      'Owners whose row is gone and whose key is not yet, or is held.',
      sealed.erasing.countWaiting,
    ],
    ['vartio_letters_failed', 'Letters given up within the last week.', mail.countFailed],
  ] as const)
    metrics.gauge(name, help, read)

  const prepare = async () => {
    await keys.start()
    await sealed.carryOver.run()
  }
  return {
    program,
    settings,
    log,
    clock,
    database,
    keys,
    descriptions,
    sealed,
    http,
    jobs,
    messages,
    mail,
    expiry,
    calls,
    metrics,
    proofs: proving.proofs,
    proveSelf: proving.proveSelf,
    rights,
    readCondition,
    folder,
    publicFolder,
    urls,
    prepare,
    async listen() {
      await expiry.prepare()
      await prepare()
      const restored = join(folder, restoredFile)
      if (existsSync(restored)) {
        await rights.forgetErased()
        rmSync(restored)
      }
      await sealed.start()
      await jobs.start()
      await messages.start()
      await mail.start()
      await app.listen({ host, port })
      const stopFollowing = tls
        ? followCertificate({
            server: app.server as unknown as Server,
            certificate: settings.text('VARTIO_TLS_CERTIFICATE_FILE') ?? '',
            key: settings.text('VARTIO_TLS_KEY_FILE') ?? '',
            current: tls,
            log,
            renewed: ({ cert }) => {
              certificate = cert
            },
          })
        : undefined
      stopWhenAsked(log, async () => {
        isStopping = true
        stopFollowing?.()
        await app.close()
        await Promise.all([jobs.stop(), messages.stop(), mail.stop(), sealed.stop()])
        await Promise.all([database.close(), keys.stop(), proving.stop()])
      })
      log.info('the program listens', { port })
    },
  }
}
