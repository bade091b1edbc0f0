import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { cookies } from '#architecture'
import { createSystemClock, createTestClock, type TestClock } from '#base/clock'
import { newToken } from '#base/ids'
import { readSettings } from '#base/settings'
import { buildPortal } from '#portal'
import type { Role } from '#portal/people/api'
import { sessionCookie } from '#portal/sessions'
import { createCallKey } from '#server/call-keys'
import { createCalls } from '#server/calls'
import { createCondition } from '#server/condition'
import { createHolds } from '#server/holds'
import { holdsRoutes } from '#server/holds-routes'
import { createHttp, type Http } from '#server/http'
import { inboxRoutes } from '#server/inbox'
import { createJobs } from '#server/jobs'
import { createMail } from '#server/mail'
import { createMessages } from '#server/messages'
import { createMetrics } from '#server/metrics'
import { publicUrls } from '#server/platform'
import { createRights } from '#server/rights'
import { rightsRoutes } from '#server/rights-routes'
import { keepStatutory, recordsIn } from '#supervisor/statutory'
import { createTestDatabase, type OlderDatabase, type TestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import type { TestIdentity } from '#tests/identity'
import { createTestLog } from '#tests/log'
import { prove } from '#tests/prove'
import { createTestSealing } from '#tests/sealed'

export type TestPerson = { readonly personId: string; readonly email: string; readonly cookie: string }

export type Answer = {
  readonly status: number
  readonly code: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it has asked for
  readonly body: any
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly cookies: readonly { name: string; value: string }[]
}

function refuse(): never {
  throw new Error('the real time cannot be moved')
}

/** The portal's key as a client, as the supervisor makes it, and known to identity. */
async function makeClient({ identity, urls }: TestIdentity, folder: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  writeFileSync(join(folder, 'client-key.json'), JSON.stringify({ ...(await exportJWK(privateKey)), kid }))
  await identity.services.register({
    clientId: 'portal',
    name: 'Vartio',
    redirectUris: [new URL('/sign-in/callback', urls.portal).href],
    postLogoutRedirectUris: [urls.portal.href, new URL('/signed-out', urls.portal).href],
    keys: [{ ...jwk, kty: 'EC', kid, alg: 'ES256', use: 'sig' }],
    scopes: ['openid', 'email', 'profile'],
  })
}

/** The whole portal on a real database, with a clock that the test moves; asked without a network. */
export async function createTestPortal(
  options: {
    at?: Date
    beside?: TestIdentity
    older?: OlderDatabase
    /** Beside an identity that lives in the same made-up time. */
    clock?: TestClock
    /** Hosts of this machine from which it may fetch rule sets. */
    mirrors?: string
    /** Hosts of this machine to which it may send events. */
    receivers?: string
    /** Which name servers it asks. */
    nameServers?: string
    /** Letters go there once somebody starts `mail`, instead of lying in the inbox. */
    smtpUrl?: string
    /** Where its address says that it listens. */
    port?: number
    /** How often it looks for jobs, once they have been started: a test that carries them out itself wants no other to. */
    pollSeconds?: number
    /** Before it takes requests: what somebody puts in past the list of routes. */
    before?: (http: Http) => void
  } = {},
) {
  const { beside } = options
  const { database, admin, name, socketFolder, descriptions }: TestDatabase = await createTestDatabase(
    'portal',
    'data',
    options.older,
  )
  // Beside the real identity both live in the real time: what it signs says when.
  const clock: TestClock = options.clock
    ? options.clock
    : beside
      ? { ...createSystemClock(), advance: refuse, set: refuse }
      : createTestClock(options.at ?? new Date('2026-11-21T12:00:00.000Z'))
  const { keys, sealed, another: anotherKeys } = await createTestSealing('portal', database, { clock, descriptions })
  const { log, lines, output, watch } = createTestLog('info', () => clock.now())
  const root = mkdtempSync(join(tmpdir(), 'vartio-portal-'))
  const [folder, publicFolder] = [join(root, 'portal'), join(root, 'public')]
  mkdirSync(folder)
  mkdirSync(publicFolder)
  const setUpToken = newToken()
  const setUpHash = createHash('sha256').update(setUpToken).digest('hex')
  const setUpEndsAt = new Date(clock.now().getTime() + 24 * 3_600_000).toISOString()
  writeFileSync(join(folder, 'set-up-token-hash'), `${setUpHash} ${setUpEndsAt}\n`)
  createCallKey(folder, publicFolder, 'portal')
  const installation = randomUUID()
  writeFileSync(join(publicFolder, 'installation'), `${installation}\n`)
  // Where identity looks for the keys of those who call it.
  if (beside) copyFileSync(join(publicFolder, 'portal.call.jwk.json'), join(beside.folder, 'portal.call.jwk.json'))
  const identityPort = beside?.urls.identity.port ?? String(options.port ? options.port - 1 : 1024)
  keepStatutory({ path: root, public: publicFolder }, clock.now())
  const settings = readSettings({
    VARTIO_PORT: identityPort,
    VARTIO_STATUTORY_FOLDER: recordsIn(root),
    ...(options.mirrors ? { VARTIO_RULE_MIRRORS: options.mirrors } : {}),
    ...(options.receivers ? { VARTIO_RECEIVERS: options.receivers } : {}),
    ...(options.nameServers ? { VARTIO_NAME_SERVERS: options.nameServers } : {}),
  })
  const urls = beside?.urls ?? publicUrls(settings)
  if (beside) await makeClient(beside, folder)
  const address = { host: socketFolder, port: 5432, database: name, user: 'portal' }
  const calls = createCalls({
    program: 'portal',
    folder,
    publicFolder,
    targets: {
      identity: { port: Number(identityPort) },
      portal: { port: options.clock ? Number(urls.portal.port) : 2 },
      privacy: { port: Number(urls.privacy.port) },
      cloud: { port: Number(urls.cloud.port) },
    },
    database,
    clock,
    log,
  })
  const http = createHttp({
    log,
    publicUrl: urls.portal,
    cookies: cookies.filter(({ program }) => program === 'portal').map((cookie) => cookie.name),
    authorize: (route, request) => portal.authorize(route, request),
    errorPage: (problem, asked) => portal.errorPage(problem, asked),
    verifyCall: calls.verify,
  })
  const mail = createMail({
    database,
    log,
    clock,
    sealed,
    smtpUrl: options.smtpUrl,
    from: 'Vartio <vartio@localhost>',
    everyMilliseconds: 30,
  })
  // As the platform does it for every program but the one that shows the page.
  http.register('mail', inboxRoutes(mail))
  const expiry = await createTestExpiry({ database, admin, clock })
  const rights = createRights({ program: 'portal', database, clock, sealed, keys, log, descriptions })
  http.register('rights', rightsRoutes(rights))
  const proving = prove({ descriptions, keys, program: 'portal', address, clock, log, http, publicFolder, watch })
  http.register('expiry', holdsRoutes(createHolds({ database, clock }), rights))
  const messages = createMessages({ database, log, everyMilliseconds: 100 })
  const { pollSeconds } = options
  const jobs = createJobs({ address, log, ...(pollSeconds ? { pollSeconds } : {}) })
  const portal = buildPortal({
    ...proving,
    program: 'portal',
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
    metrics: createMetrics('portal'),
    rights,
    folder,
    publicFolder,
    urls,
    readCondition: createCondition({
      clock,
      folder,
      certificate: () => undefined,
      clockSetBackSeconds: () => 0,
      keys,
      messages,
      mail,
      sealed,
    }),
  })
  await expiry.run()
  options.before?.(http)
  await http.app.ready()
  after(async () => {
    await http.app.close()
    rmSync(root, { recursive: true, force: true })
  })

  const letterTo = async (to: string) => {
    const letter = (await mail.inbox(500)).find((one) => one.to === to)
    if (!letter) throw new Error('no letter to this address')
    return letter
  }
  const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const

  return {
    ...portal,
    database,
    admin,
    keys,
    sealed,
    rights,
    /** As another process of the same program has them. */
    anotherKeys,
    socketFolder,
    name,
    descriptions,
    clock,
    expiry,
    /** Between areas; whoever needs them starts and stops them. */
    messages,
    /** As messages are. */
    jobs,
    mail,
    lines,
    output,
    http,
    setUpToken,
    folder,
    publicFolder,
    /** The data folder, as far as there is one. */
    root,
    installation,
    urls,

    /** A request as a browser of ours makes it. */
    async ask(
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      url: string,
      { cookie, body, headers }: { cookie?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
    ): Promise<Answer> {
      const answer = await http.app.inject({
        method,
        url,
        headers: { host: urls.portal.host, ...(cookie ? { cookie } : {}), ...headers },
        ...(method === 'GET' ? {} : { payload: (body ?? {}) as object }),
      })
      const isJson = String(answer.headers['content-type'] ?? '').includes('json')
      const parsed = isJson ? answer.json() : answer.body
      return {
        status: answer.statusCode,
        code: isJson ? parsed?.code : undefined,
        body: parsed,
        headers: answer.headers,
        cookies: answer.cookies.map(({ name: cookieName, value }) => ({ name: cookieName, value })),
      }
    },

    letterTo,

    /** Past every wall: how much of it there really is. */
    async countRows(table: string): Promise<number> {
      const [row] = await admin<{ count: number }[]>`select count(*)::int as count from ${admin(table)}`
      return row?.count ?? 0
    },

    /** The link in the newest letter to this address. */
    async linkIn(to: string): Promise<URL> {
      const link = /http:\/\/\S+#\S+/.exec((await letterTo(to)).text)?.[0]
      if (!link) throw new Error('no letter with a link')
      return new URL(link)
    },

    createProvider: (called = 'Turva') =>
      database.transaction((tx) =>
        portal.organizations.createFirst(tx, {
          name: called,
          controller: {
            name: `${called} Oy`,
            postalAddress: 'Katu 1, 00100 Helsinki',
            contactEmail: 'tietosuoja@turva.example',
          },
        }),
      ),

    createBeneath: (parentId: string, called: string, kind: 'partner' | 'company') =>
      portal.organizations.createBeneath(parentId, { name: called, kind }, by),

    /** Somebody who has signed in a moment ago, with these roles in these organisations. */
    async person(
      called: string,
      memberships: Readonly<Record<string, readonly Role[]>> = {},
      email = `${randomBytes(4).toString('hex')}@example.fi`,
    ): Promise<TestPerson> {
      return database.transaction(async (tx) => {
        const { personId } = await portal.people.recognise(tx, {
          subject: newToken(),
          name: called,
          email,
          language: 'fi',
        })
        for (const [organizationId, roles] of Object.entries(memberships)) {
          await tx`select pg_catalog.set_config('vartio.organization_id', ${organizationId}, true)`
          await portal.people.join(tx, { organizationId, personId, roles }, by)
        }
        const session = await portal.sessions.start(tx, personId, clock.now())
        return { personId, email, cookie: `${sessionCookie}=${session.token}` }
      })
    },

    async signInAgain(personId: string): Promise<string> {
      const session = await database.transaction((tx) => portal.sessions.start(tx, personId, clock.now()))
      return `${sessionCookie}=${session.token}`
    },
  }
}

export type TestPortal = Awaited<ReturnType<typeof createTestPortal>>
