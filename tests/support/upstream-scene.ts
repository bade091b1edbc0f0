import { createTestClock } from '#base/clock'
import type { Contract } from '#identity/services'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'
import { createTestUpstream } from '#tests/upstream'

/** Identity as it runs, an upstream that is not ours, and a service whose contract takes both ways. */
export async function createUpstreamScene() {
  const clock = createTestClock(new Date())
  const house = await startIdentity({ clock })
  const { identity, urls } = house
  const upstream = await createTestUpstream(undefined, () => clock.now())
  await identity.upstreams.records.make('teko', upstream.record())
  const enter = async (clientId: string, change: Parameters<typeof aContract>[0] = {}, isTest = false) => {
    const key = await makeClientKey()
    const callback = new URL(`http://${clientId}.localhost:9/callback`)
    const keys = [key.publicJwk] as unknown as Contract['keys']
    const contract = aContract({ keys, redirectUris: [callback.href], ways: ['account', 'teko'], ...change })
    if (isTest) await identity.services.contracts.make(clientId, contract)
    else await enforceContract(identity.services, clientId, contract)
    return { ...(await createService({ issuer: urls.identity, key, clientId, callback })), clientId }
  }
  const library = await enter('library')

  /** From the service to the upstream; answers where the upstream was sent to. */
  async function leave(
    browser: Browser,
    options: { service?: typeof library; use?: string; upstream?: string; parameters?: Record<string, string> } = {},
  ) {
    const { service = library, use = 'identify', upstream: chosen = 'teko' } = options
    const { url, checks } = await service.begin(options.parameters)
    await browser.go('GET', url)
    const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0] ?? ''
    const page = await browser.go('POST', `${event}/upstream`, { form: { upstream: chosen, use } })
    return { sent: new URL(browser.url), checks, event, page }
  }
  /** There and back to the page that comes after. */
  async function identify(browser: Browser, options: Parameters<typeof leave>[1] = {}) {
    const left = await leave(browser, options)
    const page = await browser.go('GET', upstream.answer(left.sent))
    return { ...left, page }
  }
  let browsers = 0
  /** Each from an address of its own: how often one may ask is limited. */
  const newBrowser = () => {
    browsers += 1
    return Object.assign(new Browser(urls.identity), { from: `127.0.${1 + (browsers >> 8)}.${browsers & 255}` })
  }
  return { ...house, clock, upstream, library, enter, leave, identify, newBrowser }
}
