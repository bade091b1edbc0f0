import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { createSystemClock } from '#base/clock'
import { createLog } from '#base/log'
import { readSettings } from '#base/settings'
import { contractList, newSecret, type Protocol, safest } from '#identity/services/api'
import { type Calls, createCalls } from '#server/calls'
import { programPorts, publicUrls } from '#server/platform'
import { dataPath } from '#supervisor/data-path'
import { localFetch } from '#tests/service'

// What the Foundation's own suite wants to be given to test a Vartio: services under contracts in test mode, which get made-up data, and a file for each of
// its plans. Secrets and keys are made here, and lie in these files alone.

type Ask = (path: `/calls/services/${string}`, body: unknown) => Promise<unknown>

const discovered = z.object({ issuer: z.string(), userinfo_endpoint: z.string() })
const nothing = { pkce: 'not-sent', userinfo: 'plain', signing: 'RS256', formPost: true } as const
const fapi2 = { profile: 'fapi2', pushedRequests: true, boundTokens: true, userinfo: 'plain' } as const

export async function makePlanFiles(given: {
  readonly ask: Ask
  readonly discovery: unknown
  readonly discoveryUrl: string
  /** Where the suite is, and the word that it puts into its addresses for this Vartio. */
  readonly suite: URL
  readonly alias: string
  readonly folder: string
}): Promise<readonly string[]> {
  const { ask, suite, alias, folder } = given
  const { issuer, userinfo_endpoint } = discovered.parse(given.discovery)
  const { contracts } = contractList.parse(await ask('/calls/services/contracts', {}))
  // There nobody but the suite should ask: what is made here stands in no audit log.
  const inUse = contracts.filter(({ state }) => state === 'in-force' || state === 'ending')
  if (inUse.length > 0) throw new Error(`people use this Vartio (${inUse.length} contracts are in force); take another`)
  const at = (path: string) => new URL(`/test/a/${alias}/${path}`, suite).href

  async function agree(name: string, protocol: Partial<Protocol>, keys: readonly object[] = [], query = '') {
    const clientId = `conformance-${alias}-${name}`
    const contract = {
      name: `Conformance suite (${name})`,
      organization: 'Conformance tests of this Vartio',
      businessId: '0000000-0',
      seat: 'FI',
      hosting: ['FI'],
      persons: [{ role: 'contact', name: 'Conformance tests', email: 'conformance@example.invalid', phone: null }],
      noticeMonths: 1,
      asked: ['profile', 'email'],
      hasGroups: false,
      invoicedAt: null,
      subject: 'pairwise',
      redirectUris: [`${at('callback')}${query}`],
      postLogoutRedirectUris: [at('post_logout_redirect')],
      keys,
      protocol: { ...safest, ...protocol },
    }
    // Made once, and after that changed: whoever asks again gets files with new secrets.
    for (const what of ['make', 'change'] as const)
      await ask(`/calls/services/contract/${what}`, { clientId, contract })
    return clientId
  }
  async function withSecret(name: string, authentication: Protocol['authentication'], more: Partial<Protocol> = {}) {
    const client_id = await agree(name, { ...nothing, authentication, ...more })
    const { secret } = newSecret.parse(await ask('/calls/services/contract/secret', { clientId: client_id }))
    return { client_id, client_secret: secret }
  }
  async function withKey(name: string, alg: 'ES256' | 'PS256', query: string) {
    const pair =
      alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const about = { kid: `${name}-${Date.now()}`, use: 'sig', alg }
    const client_id = await agree(name, fapi2, [{ ...pair.publicKey.export({ format: 'jwk' }), ...about }], query)
    const jwks = { keys: [{ ...pair.privateKey.export({ format: 'jwk' }), ...about }] }
    return { client_id, scope: 'openid profile email', jwks, dpop_signing_alg: 'ES256' }
  }

  const backChannelLogout = at('backchannel_logout')
  const [first, second, byPost] = [
    await withSecret('first', 'client_secret_basic', { backChannelLogout }),
    await withSecret('second', 'client_secret_basic'),
    await withSecret('by-post', 'client_secret_post'),
  ]
  const always = { alias, description: issuer, server: { discoveryUrl: given.discoveryUrl } }
  const secrets = { ...always, client: first, client2: second, client_secret_post: byPost }
  const fapi = {
    ...always,
    client: await withKey('fapi', 'PS256', ''),
    client2: await withKey('fapi-second', 'ES256', '?dummy1=lorem&dummy2=ipsum'),
    resource: { resourceUrl: userinfo_endpoint },
  }
  const known = { server_metadata: 'discovery', client_registration: 'static_client' }
  const plans: readonly (readonly [plan: string, variant: object, configuration: object])[] = [
    ['oidcc-basic-certification-test-plan', known, secrets],
    ['oidcc-config-certification-test-plan', {}, always],
    ['oidcc-formpost-basic-certification-test-plan', known, secrets],
    [
      'oidcc-rp-initiated-logout-certification-test-plan',
      { client_registration: 'static_client', response_type: 'code' },
      secrets,
    ],
    [
      'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
      { client_registration: 'static_client', response_type: 'code' },
      secrets,
    ],
    [
      'fapi2-security-profile-final-test-plan',
      {
        client_auth_type: 'private_key_jwt',
        sender_constrain: 'dpop',
        openid: 'openid_connect',
        fapi_profile: 'plain_fapi',
        authorization_request_type: 'simple',
      },
      fapi,
    ],
  ]
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return plans.map(([plan, variant, configuration]) => {
    const file = join(folder, `${plan}.json`)
    // Never readable by others, not even for the moment between writing and changing that.
    writeFileSync(file, `${JSON.stringify({ plan, variant, configuration }, null, 2)}\n`, { mode: 0o600 })
    return file
  })
}

/** For the Vartio whose settings stand in the environment, by whoever owns its data folder. */
export async function planFilesHere([folder = '', suite = '', alias = 'vartio']: readonly string[]): Promise<void> {
  const settings = readSettings(process.env)
  const data = dataPath(settings.text('VARTIO_DATA'))
  const urls = publicUrls(settings)
  const certificate = settings.text('VARTIO_TLS_CERTIFICATE_FILE')
  const target = (program: keyof typeof urls) => ({
    port: settings.number('VARTIO_PORT') + programPorts[program],
    tls: certificate
      ? { serverName: urls[program].hostname, certificate: () => readFileSync(certificate, 'utf8') }
      : undefined,
  })
  const { call } = createCalls({
    program: 'portal',
    folder: join(data, 'secrets', 'portal'),
    publicFolder: join(data, 'public'),
    targets: {
      identity: target('identity'),
      portal: target('portal'),
      privacy: target('privacy'),
      cloud: target('cloud'),
    },
    // Only who is called looks into it.
    database: undefined as never,
    clock: createSystemClock(),
    log: createLog('portal'),
  } satisfies Parameters<typeof createCalls>[0])
  const discoveryUrl = new URL('/.well-known/openid-configuration', urls.identity).href
  // Node does not resolve *.localhost.
  const ask = urls.identity.hostname.endsWith('localhost') ? localFetch : fetch
  const answer = await ask(discoveryUrl, {} as never)
  const files = await makePlanFiles({
    ask: (path, body) => (call as Calls['call'])('identity', path, body, z.unknown()),
    discovery: await answer.json(),
    discoveryUrl,
    suite: new URL(suite),
    alias,
    folder,
  })
  for (const file of files) console.log(file)
}
