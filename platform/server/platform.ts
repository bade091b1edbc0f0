import { readFileSync } from 'node:fs'
import { type Clock, systemClock } from '#base/clock'
import { createLog, type Log } from '#base/log'
import { readSettings, type Settings } from '#base/settings'
import { type Calls, type CallTarget, createCalls } from './calls.ts'
import { createDatabase, type Database, readDatabaseAddress } from './database.ts'
import { type Authorize, createHttp, type ErrorPage, type Http } from './http.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createMail, type Mail } from './mail.ts'
import { createMessages, type Messages } from './messages.ts'
import type { Program } from './migrate.ts'

/** Each program's port is the first one and its place here. */
export const programPorts: Readonly<Record<Program, number>> = { identity: 0, portal: 1 }

export type Platform = {
  readonly program: Program
  readonly settings: Settings
  readonly log: Log
  readonly clock: Clock
  readonly database: Database
  readonly http: Http
  readonly jobs: Jobs
  readonly messages: Messages
  readonly mail: Mail
  readonly calls: Calls
  /** This program's private folder, and the one with every program's public keys. */
  readonly folder: string
  readonly publicFolder: string
  /** Where people reach each program. */
  readonly urls: Readonly<Record<Program, URL>>
}

export function publicUrls(settings: Settings): Record<Program, URL> {
  const port = settings.number('VARTIO_PORT')
  return {
    identity: new URL(settings.text('VARTIO_IDENTITY_URL') ?? `http://id.localhost:${port + programPorts.identity}`),
    portal: new URL(settings.text('VARTIO_PORTAL_URL') ?? `http://portal.localhost:${port + programPorts.portal}`),
  }
}

export type StartOptions = {
  readonly program: Program
  readonly cookies: readonly string[]
  readonly authorize: Authorize
  readonly formAction?: readonly string[]
  readonly pathCookies?: readonly string[]
  readonly errorPage?: ErrorPage
}

/** What every program stands on. The caller builds its areas on it and then calls `listen`. */
export function createPlatform(options: StartOptions): Platform & { listen(): Promise<void> } {
  const settings = readSettings(process.env)
  const { program } = options
  const log = createLog(program, settings.text('VARTIO_LOG_LEVEL'))
  const folder = settings.text('VARTIO_PROGRAM_FOLDER') ?? ''
  const urls = publicUrls(settings)
  const certificate = settings.text('VARTIO_TLS_CERTIFICATE_FILE')
  const key = settings.text('VARTIO_TLS_KEY_FILE')
  const tls =
    certificate && key ? { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') } : undefined
  const publicFolder = settings.text('VARTIO_PUBLIC_FOLDER') ?? ''
  const address = readDatabaseAddress(folder)
  const database = createDatabase(address)
  const clock = systemClock
  const target = (name: Program): CallTarget => ({
    port: settings.number('VARTIO_PORT') + programPorts[name],
    tls: tls && { serverName: urls[name].hostname, certificate: tls.cert },
  })
  const targets = { identity: target('identity'), portal: target('portal') }
  const calls = createCalls({ program, folder, publicFolder, targets, database, clock, log })
  const jobs = createJobs({ address, log })
  const messages = createMessages({ database, log })
  const mail = createMail({
    database,
    log,
    clock,
    smtpUrl: settings.text('VARTIO_SMTP_URL'),
    from: settings.text('VARTIO_MAIL_FROM') ?? '',
  })
  const http = createHttp({
    log,
    publicUrl: urls[program],
    proxy: settings.text('VARTIO_PROXY'),
    cookies: options.cookies,
    tls,
    authorize: options.authorize,
    verifyCall: calls.verify,
    ...(options.formAction ? { formAction: options.formAction } : {}),
    ...(options.pathCookies ? { pathCookies: options.pathCookies } : {}),
    errorPage: options.errorPage,
  })
  return {
    program,
    settings,
    log,
    clock,
    database,
    http,
    jobs,
    messages,
    mail,
    calls,
    folder,
    publicFolder,
    urls,
    async listen() {
      http.app.get('/health/ready', { config: { rateLimit: false } }, async () => {
        await database.sql`select 1`
        return { status: 'ready' }
      })
      await jobs.start()
      await messages.start()
      await mail.start()
      const host = settings.text('VARTIO_LISTEN') ?? (tls ? '0.0.0.0' : '127.0.0.1')
      await http.app.listen({ host, port: settings.number('VARTIO_PORT') + programPorts[program] })
      const stop = async () => {
        await http.app.close()
        await Promise.all([jobs.stop(), messages.stop(), mail.stop()])
        await database.close()
        process.exit(0)
      }
      process.once('SIGTERM', stop)
      process.once('SIGINT', stop)
      // The supervisor was killed: nobody would restart or stop this program any more.
      process.once('disconnect', stop)
      log.info('the program listens', { port: settings.number('VARTIO_PORT') + programPorts[program] })
    },
  }
}
