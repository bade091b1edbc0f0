import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Clock, createSystemClock } from '#base/clock'
import { hashToken } from '#base/ids'
import { readSettings } from '#base/settings'
import { buildIdentity, cookieNames } from '#identity'
import { createCallKey } from '#server/call-keys'
import type { Calls } from '#server/calls'
import { createCalls } from '#server/calls'
import { createHolds } from '#server/holds'
import { holdsRoutes } from '#server/holds-routes'
import { createHttp } from '#server/http'
import { createJobs } from '#server/jobs'
import { createMail, type InboxLetter } from '#server/mail'
import { createMessages } from '#server/messages'
import { createMetrics } from '#server/metrics'
import type { Platform } from '#server/platform'
import { createRights } from '#server/rights'
import { rightsRoutes } from '#server/rights-routes'
import { type Authenticator, createAuthenticator } from '#tests/authenticator'
import type { Browser } from '#tests/browser'
import { createTestDatabase, type OlderDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { prove } from '#tests/prove'
import { createTestSealing } from '#tests/sealed'
import { makeClientKey } from '#tests/service'
import { findPorts } from '#tests/vartio'

const inboxKey = 'the-key-that-the-start-printed'

/** The whole program on a real port and a real database; only the portal at the other end is the test. */
export async function startIdentity(
  options: {
    clock?: Clock
    older?: OlderDatabase
    /** `https`: as behind a proxy that ends TLS. */
    scheme?: 'http' | 'https'
    /** Beneath which its host names lie, where two of them are before one browser: cookies ignore ports. */
    domain?: string
    verifyCall?: (port: number, ...message: Parameters<Calls['verify']>) => Promise<string>
  } = {},
) {
  const { database, admin, name, socketFolder, descriptions } = await createTestDatabase(
    'identity',
    'data',
    options.older,
  )
  const folder = mkdtempSync(join(tmpdir(), 'vartio-identity-'))
  const { log, lines, output, watch } = createTestLog('debug', () => clock.now())
  // What failed inside is said where a failing test is read.
  process.once(
    'exit',
    (code) => code !== 0 && process.stderr.write(lines.filter((line) => line.includes('"level":50')).join('')),
  )
  const clock = options.clock ?? createSystemClock()
  const { keys, sealed, admin: keysAdmin } = await createTestSealing('identity', database, { clock, descriptions })
  const port = await findPorts(4)
  const { scheme = 'http', domain = 'localhost' } = options
  const urls = {
    identity: new URL(`${scheme}://id.${domain}:${port}`),
    portal: new URL(`${scheme}://portal.${domain}:${port + 1}`),
    privacy: new URL(`${scheme}://privacy.${domain}:${port + 2}`),
    cloud: new URL(`${scheme}://cloud.${domain}:${port + 3}`),
  }
  writeFileSync(join(folder, 'inbox-key-hash'), hashToken(inboxKey).toString('hex'))
  const portalKey = await makeClientKey()
  writeFileSync(join(folder, 'portal.client.jwk.json'), JSON.stringify(portalKey.publicJwk))
  const built: { identity?: Awaited<ReturnType<typeof buildIdentity>> } = {}
  // Both ends of a signed call: the portal's end is how a test calls as the portal does.
  const targets = {
    identity: { port },
    portal: { port: port + 1 },
    privacy: { port: port + 2 },
    cloud: { port: port + 3 },
  }
  const callsOf = (program: 'identity' | 'portal') => {
    const own = join(folder, program)
    mkdirSync(own)
    createCallKey(own, folder, program)
    return createCalls({ program, folder: own, publicFolder: folder, targets, database, clock, log })
  }
  const [calls, portalCalls] = [callsOf('identity'), callsOf('portal')]
  const http = createHttp({
    log,
    publicUrl: urls.identity,
    cookies: cookieNames.site,
    pathCookies: cookieNames.path,
    authorize: (route, request) => built.identity!.authorize(route, request),
    errorPage: (problem, asked) => built.identity!.errorPage(problem, asked),
    verifyCall: (...message) => options.verifyCall?.(port, ...message) ?? calls.verify(...message),
  })
  const mail = createMail({ database, log, clock, sealed, smtpUrl: undefined, from: 'Vartio <vartio@localhost>' })
  const rights = createRights({ program: 'identity', database, clock, sealed, keys, log, descriptions })
  http.register('rights', rightsRoutes(rights))
  const proving = prove({
    descriptions,
    keys,
    program: 'identity',
    address: { host: socketFolder, port: 5432, database: name, user: 'identity' },
    clock,
    log,
    http,
    publicFolder: folder,
    watch,
  })
  http.register('expiry', holdsRoutes(createHolds({ database, clock }), rights))
  const platform: Platform = {
    ...proving,
    program: 'identity',
    settings: readSettings({}),
    log,
    clock,
    database,
    keys,
    descriptions,
    sealed,
    http,
    jobs: createJobs({ address: { host: socketFolder, port: 5432, database: name, user: 'identity' }, log }),
    messages: createMessages({ database, log }),
    mail,
    expiry: await createTestExpiry({ database, admin, clock }),
    calls,
    folder,
    metrics: createMetrics('identity'),
    rights,
    publicFolder: folder,
    urls,
  }
  const identity = await buildIdentity(platform)
  built.identity = identity
  await http.app.listen({ host: '127.0.0.1', port })
  after(async () => {
    await http.app.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const letters = async (to: string): Promise<InboxLetter[]> =>
    (await mail.inbox(200)).filter((letter) => letter.to === to)

  return {
    output,
    sealed,
    inboxKey,
    portalCalls,
    identity,
    platform,
    http,
    portalKey,
    database,
    admin,
    keysAdmin,
    folder,
    urls,
    lines,
    letters,
  }
}

export type TestIdentity = Awaited<ReturnType<typeof startIdentity>>

/** The code in the newest letter to this address. */
export async function readCode(test: TestIdentity, to: string): Promise<string> {
  for (const letter of await test.letters(to)) {
    const code = /\b(\d{4}) (\d{4})\b/.exec(letter.text)
    if (code) return `${code[1]}${code[2]}`
  }
  throw new Error('no letter with a code')
}

/** Registers as a person would, from the page the browser is on (after a request with `prompt=create`) to the codes page. */
export async function register(
  test: TestIdentity,
  browser: Browser,
  person: { name: string; email: string },
): Promise<{ authenticator: Authenticator; recoveryCodes: string[] }> {
  const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0]
  if (event === undefined) throw new Error(`not on a page of an event: ${browser.url.pathname}`)
  await browser.go('POST', `${event}/create`, { form: person })
  await browser.go('POST', `${event}/code`, { form: { code: await readCode(test, person.email.toLowerCase()) } })
  const authenticator = createAuthenticator(test.urls.identity.origin)
  const options = JSON.parse((await browser.ask('POST', `${event}/passkey/begin`, { json: {} })).body)
  const finished = await browser.ask('POST', `${event}/passkey/finish`, { json: authenticator.make(options) })
  if (finished.status !== 200) throw new Error(`the passkey was not taken: ${finished.body}`)
  const page = await browser.go('GET', JSON.parse(finished.body).next)
  const recoveryCodes = [...page.body.matchAll(/<li>((?:[0-9a-z]{4}-){3}[0-9a-z]{4})<\/li>/g)].map((match) => match[1]!)
  return { authenticator, recoveryCodes }
}

/** Uses a passkey on the sign-in page the browser is on; answers where it would go next. */
export async function signIn(browser: Browser, authenticator: Authenticator): Promise<string> {
  const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0]
  const at = (step: string) => new URL(`${event}/use-passkey/${step}`, browser.url)
  const options = JSON.parse((await browser.ask('POST', at('begin'), { json: {} })).body)
  const answer = await browser.ask('POST', at('finish'), { json: authenticator.use(options) })
  if (answer.status !== 200) throw new Error(`the passkey was not taken: ${answer.body}`)
  return JSON.parse(answer.body).next
}
