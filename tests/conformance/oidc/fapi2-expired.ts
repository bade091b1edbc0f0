import { addressOf, begin, checkRefused, enterFapi, push, redeem } from './fapi-client.ts'
import { assert, module, startSuite } from './suite.ts'

// The modules of the plan that wait for more than a minute, beside the others.
const suite = await startSuite()
const client = await enterFapi(suite, 'fapi')

let waited: ReturnType<typeof waitOnce> | undefined
/** A request and a code, each longer ago than it is good for. */
async function waitOnce() {
  const browser = suite.newBrowser()
  const begun = await begin(suite, client, {}, { browser })
  const pushed = await push(suite, client)
  const address = addressOf(suite, pushed)
  await suite.pass(Math.max(60, Number(pushed.answer.body.expires_in)) + 2)
  return { begun, address, browser }
}
const bothAgo = () => {
  waited ??= waitOnce()
  return waited
}

module(
  'fapi2-security-profile-final-par-attempt-to-use-expired-request_uri',
  'a pushed request that has had its time leads nowhere',
  async () => {
    const { address, browser } = await bothAgo()
    const page = await browser.ask('GET', address)
    assert.deepEqual([page.status, page.headers.location], [400, undefined])
    assert.match(page.body, /oidc\.invalid_request_uri/)
  },
)

module(
  'fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code',
  'a code that nobody brought within a minute is worth nothing',
  async () => {
    const { begun } = await bothAgo()
    checkRefused(await redeem(suite, begun), 'invalid_grant')
  },
)
