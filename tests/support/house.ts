import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type Authenticator, createAuthenticator } from '#tests/authenticator'
import { type Answer, Browser } from '#tests/browser'
import { signIn } from '#tests/identity'
import { until } from '#tests/until'
import type { RunningVartio } from '#tests/vartio'

// People in a whole running Vartio, as its pages and interfaces are asked by their browsers; no window is drawn. Everybody comes from an address of
// their own (the whole of 127.0.0.0/8 is this machine), so that limits of rate are those of one person.

type Asked = Answer & {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it has asked for
  readonly json: any
}

type Inviter = {
  readonly organizationId: string
  readonly portal: (method: string, path: string, json?: unknown) => Promise<Asked>
}

/** What the programs say when they want the passkey first. */
const wanted: readonly unknown[] = ['sessions.passkey_wanted', 'sign_in.fresh_passkey_required']

/** `now`: the time in the house, where a test moves it (moved-clock.ts). */
export function createHouse(vartio: RunningVartio, now = () => new Date()) {
  const open = (start: string) => Object.assign(new Browser(start), { now })
  const arrive = () =>
    Object.assign(open(vartio.portal), { from: `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}` })
  const privacy = `http://privacy.localhost:${vartio.port + 2}`

  /** Through every redirect of either program, and the page of identity that leads on by itself. */
  const follow = async (browser: Browser, method: string, to: string | URL, form?: Record<string, string>) => {
    let answer = await browser.go(method, to, form ? { form } : {})
    for (let hops = 0; hops < 10 && browser.url.host !== answer.url.host; hops += 1)
      answer = await browser.go('GET', browser.url)
    return answer
  }

  const letters = async (to: string): Promise<string[]> => {
    const link = new URL(vartio.inboxLink ?? '')
    const browser = open(vartio.identity)
    const page = await browser.go('POST', '/inbox', { form: { key: link.hash.slice(1) } })
    return [...page.body.matchAll(/<article[\s\S]*?<\/article>/g)]
      .map(([text]) => text.replaceAll(/<[^>]*>/g, '').replaceAll('&amp;', '&'))
      .filter((text) => text.includes(to))
  }
  const waitForLetter = (to: string, pattern: RegExp): Promise<string> =>
    until(async () => {
      for (const text of await letters(to)) {
        const found = pattern.exec(text)?.[0]
        if (found !== undefined) return found
      }
      return undefined
    })

  /** From the page of identity on which a person registers to the portal. */
  const register = async (browser: Browser, person: { name: string; email: string }) => {
    const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0]
    assert.ok(event, `not on a page of an event: ${browser.url.pathname}`)
    const at = (path: string) => new URL(`${event}${path}`, vartio.identity)
    await browser.go('POST', at('/create'), { form: person })
    const code = (await waitForLetter(person.email, /\b\d{4} \d{4}\b/)).replace(' ', '')
    await browser.go('POST', at('/code'), { form: { code } })
    const authenticator = createAuthenticator(new URL(vartio.identity).origin)
    const options = JSON.parse((await browser.ask('POST', at('/passkey/begin'), { json: {} })).body)
    const finished = await browser.ask('POST', at('/passkey/finish'), { json: authenticator.make(options) })
    assert.equal(finished.status, 200, finished.body)
    await browser.go('GET', new URL(JSON.parse(finished.body).next, vartio.identity))
    await follow(browser, 'POST', browser.url, {})
    return authenticator
  }

  /** Once more with the passkey, as the portal's window does it: both programs have then seen it just now. */
  const confirm = async (browser: Browser, authenticator: Authenticator) => {
    await follow(browser, 'GET', `${vartio.portal}/sign-in/begin?purpose=confirm`)
    await follow(browser, 'GET', new URL(await signIn(browser, authenticator), vartio.identity))
    assert.equal(browser.url.pathname, '/sign-in/confirmed')
  }

  const guest = (browser: Browser, person: { name: string; email: string }, authenticator: Authenticator) => {
    const api = async (method: string, path: string, json?: unknown): Promise<Asked> => {
      const first = await askOnce(method, path, json)
      if (!wanted.includes(first.json?.code)) return first
      await confirm(browser, authenticator)
      return askOnce(method, path, json)
    }
    const askOnce = async (method: string, path: string, json?: unknown): Promise<Asked> => {
      const answer = await browser.ask(method, path, { json: json ?? {} })
      const isJson = String(answer.headers['content-type'] ?? '').includes('json')
      return { ...answer, json: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined }
    }
    return {
      ...person,
      browser,
      authenticator,
      portal: (method: string, path: string, json?: unknown) => api(method, `${vartio.portal}${path}`, json),
      account: (method: string, path: string, json?: unknown) =>
        api(method, `${vartio.identity}/account/api/own-data${path}`, json),
      api,
    }
  }

  return {
    privacy,
    letters,
    waitForLetter,

    /** Somebody who has an account comes again, in a browser that knows nothing of them. Answers the page they end on. */
    async enter(person: { name: string; email: string; authenticator: Authenticator; organizationId: string }) {
      const browser = arrive()
      await follow(browser, 'GET', `${vartio.portal}/sign-in/begin?purpose=ordinary`)
      const next = await signIn(browser, person.authenticator)
      await follow(browser, 'GET', new URL(next, vartio.identity))
      const { name, email, authenticator, organizationId } = person
      return { ...guest(browser, { name, email }, authenticator), organizationId }
    },

    /** The first administrator of a new Vartio. */
    async setUp(
      person: { name: string; email: string },
      {
        organization = 'Paja',
        ...contact
      }: { organization?: string; contactEmail?: string; dataProtectionOfficer?: string } = {},
    ) {
      const link = new URL(vartio.setUpLink ?? '')
      const browser = arrive()
      const controller = {
        name: 'Paja Oy',
        postalAddress: 'Rantatie 1, 00100 Helsinki',
        contactEmail: 'tietosuoja@paja.example',
        ...contact,
      }
      const begun = await browser.ask('POST', '/api/set-up/begin', { json: { token: link.hash.slice(1), controller } })
      assert.ok(begun.status < 300, begun.body)
      await follow(browser, 'GET', `${vartio.portal}/sign-in/begin?purpose=set-up`)
      const authenticator = await register(browser, person)
      const own = guest(browser, person, authenticator)
      const finished = await own.portal('POST', '/api/set-up/finish', { name: organization })
      assert.equal(finished.status, 200, finished.body)
      return { ...own, organizationId: String(finished.json.organizationId) }
    },

    /** Somebody whom `by` invites, who registers and joins. */
    async invite(by: Inviter, person: { name: string; email: string }, roles: string[]) {
      const { organizationId } = by
      const invited = await by.portal('POST', `/api/organizations/${organizationId}/invitations`, { ...person, roles })
      assert.ok(invited.status < 300, invited.body)
      const link = new URL(await waitForLetter(person.email, /http:\/\/\S+\/invitation#\S+/))
      const browser = arrive()
      const begun = await browser.ask('POST', '/api/invitations/begin', { json: { token: link.hash.slice(1) } })
      assert.ok(begun.status < 300, begun.body)
      await follow(browser, 'GET', `${vartio.portal}/sign-in/begin?purpose=invitation`)
      const authenticator = await register(browser, person)
      return { ...guest(browser, person, authenticator), organizationId }
    },
  }
}
