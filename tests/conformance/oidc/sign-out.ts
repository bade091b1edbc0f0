import type { Browser } from '#tests/browser'
import { authorize, type Client, type Parameters } from './client.ts'
import { assert, type Suite } from './suite.ts'

/** OpenID Connect RP-Initiated Logout 1.0: sends the browser to the endpoint. Answers the page it gets. */
export function askToSignOut(suite: Suite, browser: Browser, parameters: Parameters) {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const address = new URL(String(suite.metadata.end_session_endpoint))
  address.search = new URLSearchParams(given).toString()
  return browser.go('GET', address)
}

/** The person says yes. Answers the page after it; `browser.url` is where the browser has been led. */
export async function signOut(suite: Suite, browser: Browser, parameters: Parameters) {
  const page = await askToSignOut(suite, browser, parameters)
  assert.equal(page.status, 200, 'the person is not asked')
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.body)?.[1]
  const action = /id="op.logoutForm" method="post" action="([^"]+)"/.exec(page.body)?.[1]
  assert.ok(xsrf && action, 'a page that asks nothing')
  return browser.go('POST', action, { form: { xsrf, logout: 'yes' } })
}

/** Nobody is signed in any more, so nobody is told of without a page. */
export async function isSignedOut(suite: Suite, browser: Browser, client: Client): Promise<boolean> {
  const { answer } = await authorize(suite, browser, client, { prompt: 'none' })
  return answer.get('error') === 'login_required'
}
