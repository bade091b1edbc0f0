import { randomInt } from 'node:crypto'
import { type Authenticator, createAuthenticator } from '#tests/authenticator'
import { Browser } from '#tests/browser'
import type { RunningVartio } from '#tests/vartio'

// People of a Vartio that runs, each with a browser and a passkey of their own, over HTTP as real ones. Everybody comes from an
// address of their own (the whole of 127.0.0.0/8 is this machine), so that limits of rate are those of one person.

export type Resident = {
  readonly name: string
  readonly email: string
  readonly browser: Browser
  readonly authenticator: Authenticator
}

const plain = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

export async function createHousehold(vartio: RunningVartio) {
  const postman = new Browser(vartio.identity)
  const key = new URL(vartio.inboxLink ?? '').hash.slice(1)
  const opened = await postman.ask('POST', '/inbox/open', { json: { key } })
  if (opened.status >= 300) throw new Error(`the inbox does not open: ${opened.body}`)

  /** The text of the newest letter to this address. */
  const letter = async (to: string, matching: RegExp): Promise<RegExpExecArray> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const page = await postman.go('GET', '/inbox')
      for (const article of page.body.split('<article').slice(1)) {
        const found = article.includes(to) ? matching.exec(plain(article.replace(/<[^>]*>/g, ''))) : null
        if (found) return found
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`no letter to ${to} came`)
  }

  /** From the portal to identity, a new account, and back. */
  const register = async (person: Omit<Resident, 'authenticator'>, purpose: string): Promise<Resident> => {
    const { browser, name, email } = person
    await browser.go('GET', `${vartio.portal}/sign-in/begin?purpose=${purpose}`)
    await browser.go('GET', browser.url)
    const at = (step: string) => {
      const event = /^\/sign-in\/[^/]+/.exec(browser.url.pathname)?.[0]
      if (event === undefined) throw new Error(`not on a page of signing in: ${browser.url.href}`)
      return new URL(`${event}${step}`, vartio.identity)
    }
    await browser.go('POST', at('/create'), { form: { name, email } })
    const [, first, second] = await letter(email, /\b(\d{4}) (\d{4})\b/)
    await browser.go('POST', at('/code'), { form: { code: `${first}${second}` } })
    const authenticator = createAuthenticator(vartio.identity)
    const begun = await browser.ask('POST', at('/passkey/begin'), { json: {} })
    const made = authenticator.make(JSON.parse(begun.body))
    const finished = await browser.ask('POST', at('/passkey/finish'), { json: made })
    if (finished.status !== 200) throw new Error(`the passkey was not taken: ${finished.body}`)
    await browser.go('GET', new URL(JSON.parse(finished.body).next, vartio.identity))
    // The page of recovery codes; from there it goes back to the portal.
    await browser.go('POST', new URL(browser.url.pathname, vartio.identity), { form: {} })
    await browser.go('GET', browser.url)
    return { ...person, authenticator }
  }

  const arrive = (name: string, email: string) => {
    const browser = new Browser(vartio.portal)
    browser.from = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
    return { name, email, browser }
  }

  const post = async ({ browser }: Pick<Resident, 'browser'>, path: string, json: unknown) => {
    const answer = await browser.ask('POST', `${vartio.portal}${path}`, { json })
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.body}`)
    return answer.body === '' ? undefined : JSON.parse(answer.body)
  }

  return {
    letter,
    /** The first administrator, with the link that the start has printed. */
    async setUp(
      name: string,
      email: string,
      organization = 'Paja Oy',
    ): Promise<{ administrator: Resident; organizationId: string }> {
      const person = arrive(name, email)
      const token = new URL(vartio.setUpLink ?? '').hash.slice(1)
      const controller = {
        name: 'Paja Oy',
        businessId: '1234567-1',
        postalAddress: 'Rantatie 1, Oulu',
        contactEmail: 'tuki@paja.example',
      }
      await post(person, '/api/set-up/begin', { token, controller })
      const administrator = await register(person, 'set-up')
      const { organizationId } = await post(administrator, '/api/set-up/finish', { name: organization })
      return { administrator, organizationId }
    },
    async invite(
      by: Resident,
      organizationId: string,
      name: string,
      email: string,
      roles = ['viewer'],
    ): Promise<Resident> {
      await post(by, `/api/organizations/${organizationId}/invitations`, { email, name, roles, language: 'fi' })
      const [, token] = await letter(email, /invitation#([\w-]{20,})/)
      const person = arrive(name, email)
      await post(person, '/api/invitations/begin', { token })
      return register(person, 'invitation')
    },
    /** By the account page, as the person themselves. */
    async deleteAccount(person: Resident): Promise<void> {
      const { browser } = person
      const path = `${vartio.identity}/account/api/own-data/forget`
      const answer = await browser.ask('POST', path, { json: { typed: person.email } })
      if (answer.status !== 200) throw new Error(`the account is not deleted: ${answer.status} ${answer.body}`)
    },
  }
}
