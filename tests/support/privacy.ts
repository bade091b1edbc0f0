import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Clock, createSystemClock } from '#base/clock'
import { readSettings } from '#base/settings'
import { buildPrivacy } from '#privacy'
import { createCallKey } from '#server/call-keys'
import { createCalls } from '#server/calls'
import { createHolds } from '#server/holds'
import { holdsRoutes } from '#server/holds-routes'
import { createHttp } from '#server/http'
import { createJobs } from '#server/jobs'
import { createMail } from '#server/mail'
import { createMessages } from '#server/messages'
import { createMetrics } from '#server/metrics'
import { publicUrls } from '#server/platform'
import { createRights } from '#server/rights'
import { rightsRoutes } from '#server/rights-routes'
import { createTestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { prove } from '#tests/prove'
import { createTestSealing } from '#tests/sealed'
import { signCall } from '#tests/signed'

/** The whole privacy office on a real database, with signatures of programs really checked; asked without a network. */
export async function createTestPrivacy(options: { clock?: Clock; urls?: ReturnType<typeof publicUrls> } = {}) {
  const { database, admin, name, socketFolder, descriptions } = await createTestDatabase('privacy')
  const root = mkdtempSync(join(tmpdir(), 'vartio-privacy-'))
  const publicFolder = join(root, 'public')
  const folder = join(root, 'privacy')
  for (const program of ['identity', 'portal', 'privacy']) createCallKey(join(root, program), publicFolder, program)
  // A key that nobody published belongs to no program of ours.
  createCallKey(join(root, 'nobody-knows'), join(root, 'elsewhere'), 'nobody-knows')
  const clock = options.clock ?? createSystemClock(() => undefined)
  const { keys, sealed } = await createTestSealing('privacy', database, { clock, descriptions })
  const { log, lines, output, watch } = createTestLog('info', () => clock.now())
  const settings = readSettings({})
  const urls = options.urls ?? publicUrls(settings)
  const port = Number(urls.privacy.port)
  const calls = createCalls({
    program: 'privacy',
    folder,
    publicFolder,
    targets: {
      identity: { port: options.urls ? Number(urls.identity.port) : 1 },
      portal: { port: options.urls ? Number(urls.portal.port) : 2 },
      privacy: { port },
      cloud: { port: options.urls ? Number(urls.cloud.port) : 3 },
    },
    database,
    clock,
    log,
  })
  const http = createHttp({
    log,
    publicUrl: urls.privacy,
    cookies: [],
    authorize: (...asked) => privacy.authorize(...asked),
    errorPage: (...asked) => privacy.errorPage(...asked),
    verifyCall: calls.verify,
  })
  const rights = createRights({ program: 'privacy', database, clock, sealed, keys, log, descriptions })
  http.register('rights', rightsRoutes(rights))
  const proving = prove({
    descriptions,
    keys,
    program: 'privacy',
    address: { host: socketFolder, port: 5432, database: name, user: 'privacy' },
    clock,
    log,
    http,
    publicFolder,
    watch,
  })
  http.register('expiry', holdsRoutes(createHolds({ database, clock }), rights))
  const metrics = createMetrics('privacy')
  const expiry = await createTestExpiry({ database, admin, clock })
  const privacy = buildPrivacy({
    ...proving,
    program: 'privacy',
    settings,
    log,
    clock,
    database,
    keys,
    descriptions,
    sealed,
    http,
    jobs: createJobs({ address: { host: socketFolder, port: 5432, database: name, user: 'privacy' }, log }),
    messages: createMessages({ database, log }),
    expiry,
    mail: createMail({ database, log, clock, sealed, smtpUrl: undefined, from: 'Vartio <vartio@localhost>' }),
    calls,
    metrics,
    rights,
    folder,
    publicFolder,
    urls,
  })
  await privacy.transparency.start()
  await http.app.ready()
  after(async () => {
    await http.app.close()
    rmSync(root, { recursive: true, force: true })
  })
  return {
    ...privacy,
    http,
    admin,
    urls,
    metrics,
    expiry,
    clock,
    publicFolder,
    database,
    lines,
    output,
    sign: (program: string, path: string, body: string) =>
      signCall({ program, folder: join(root, program), port, at: clock.now() }, path, body),
  }
}
