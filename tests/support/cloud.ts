import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Clock, createSystemClock } from '#base/clock'
import { readSettings } from '#base/settings'
import { buildCloud } from '#cloud'
import { createCallKey } from '#server/call-keys'
import { createCalls } from '#server/calls'
import { createHolds } from '#server/holds'
import { holdsRoutes } from '#server/holds-routes'
import { createHttp } from '#server/http'
import { createJobs } from '#server/jobs'
import { createListKeys } from '#server/list-keys'
import { createMail } from '#server/mail'
import { createMessages } from '#server/messages'
import { createMetrics } from '#server/metrics'
import { publicUrls } from '#server/platform'
import { createRights } from '#server/rights'
import { rightsRoutes } from '#server/rights-routes'
import { createTestDatabase } from '#tests/database'
import { launchExaminer } from '#tests/examiner'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { prove } from '#tests/prove'
import { createTestSealing } from '#tests/sealed'
import { signCall } from '#tests/signed'

/** The whole Cloud on a real database and folder, with signatures of programs really checked; asked without a network. */
export async function createTestCloud(
  options: { clock?: Clock; urls?: ReturnType<typeof publicUrls>; publicFolder?: string; perMinute?: number } = {},
) {
  const { database, admin, name, socketFolder, descriptions } = await createTestDatabase('cloud')
  const root = mkdtempSync(join(tmpdir(), 'vartio-cloud-'))
  // Beside a real portal: its public folder.
  const publicFolder = options.publicFolder ?? join(root, 'public')
  const folder = join(root, 'cloud')
  for (const program of options.publicFolder ? ['cloud'] : ['identity', 'portal', 'privacy', 'cloud'])
    createCallKey(join(root, program), publicFolder, program)
  createListKeys(folder, publicFolder)
  // A key that nobody published belongs to no program of ours.
  createCallKey(join(root, 'nobody-knows'), join(root, 'elsewhere'), 'nobody-knows')
  const clock = options.clock ?? createSystemClock(() => undefined)
  const { keys, sealed } = await createTestSealing('cloud', database, { clock, descriptions })
  const { log, lines, output, watch } = createTestLog('debug', () => clock.now())
  const settings = readSettings({})
  const urls = options.urls ?? publicUrls(settings)
  const port = Number(urls.cloud.port)
  const calls = createCalls({
    program: 'cloud',
    folder,
    publicFolder,
    targets: { identity: { port: 1 }, portal: { port: 2 }, privacy: { port: 3 }, cloud: { port } },
    database,
    clock,
    log,
  })
  const metrics = createMetrics('cloud')
  const http = createHttp({
    log,
    publicUrl: urls.cloud,
    requestsPerMinute: options.perMinute ?? settings.number('VARTIO_CLOUD_PER_MINUTE'),
    cookies: [],
    authorize: (...asked) => cloud.authorize(...asked),
    errorPage: (...asked) => cloud.errorPage(...asked),
    verifyCall: calls.verify,
    metrics,
  })
  const rights = createRights({ program: 'cloud', database, clock, sealed, keys, descriptions, log })
  http.register('rights', rightsRoutes(rights))
  const address = { host: socketFolder, port: 5432, database: name, user: 'cloud' }
  const proving = prove({ descriptions, keys, program: 'cloud', address, clock, log, http, publicFolder, watch })
  http.register('expiry', holdsRoutes(createHolds({ database, clock }), rights))
  const expiry = await createTestExpiry({ database, admin, clock })
  const cloud = buildCloud(
    {
      ...proving,
      program: 'cloud',
      settings,
      log,
      clock,
      database,
      keys,
      descriptions,
      sealed,
      http,
      jobs: createJobs({ address, log }),
      messages: createMessages({ database, log }),
      expiry,
      mail: createMail({ database, log, clock, sealed, smtpUrl: undefined, from: 'Vartio <vartio@localhost>' }),
      calls,
      metrics,
      rights,
      folder,
      publicFolder,
      urls,
    },
    { launch: launchExaminer },
  )
  await http.app.ready()
  after(async () => {
    await http.app.close()
    rmSync(root, { recursive: true, force: true })
  })
  return {
    ...cloud,
    http,
    admin,
    urls,
    metrics,
    expiry,
    clock,
    folder,
    publicFolder,
    database,
    log,
    lines,
    output,
    proofs: proving.proofs,
    sign: (program: string, path: string, body: string) =>
      signCall({ program, folder: join(root, program), port, at: clock.now() }, path, body),
  }
}
