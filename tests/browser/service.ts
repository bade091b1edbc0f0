import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import type { AuthorizationCodeGrantChecks } from 'openid-client'
import { newId } from '#base/ids'
import type { Contract } from '#identity/services'
import { aContract, accepted } from '#tests/contract'
import { createService, localFetch, makeClientKey } from '#tests/service'
import type { Person, Stage } from './journey.ts'

/** What came back to the service of one event. */
type Told = { readonly answer: URLSearchParams; readonly claims?: Readonly<Record<string, unknown>> }

/**
 * A service of somebody else, as its developer would write it with openid-client: a page with a link that signs in, PKCE, its own key. `staff` makes its
 * contract and brings it into force.
 */
export async function startOtherService(
  { vartio, language, now }: Pick<Stage, 'vartio' | 'language' | 'now'>,
  staff: Person,
  change: Partial<Omit<Contract, 'protocol'>> = {},
) {
  type Party = Awaited<ReturnType<typeof createService>>
  const events = new Map<string, { party: Party; checks: AuthorizationCodeGrantChecks }>()
  const told: Told[] = []
  let clientId = ''
  const server = createServer(async (request, response) => {
    const at = new URL(request.url ?? '/', callback)
    const show = (text: string) =>
      response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(`<!doctype html><html lang="fi"><title>Varaukset</title><main><h1>Varaukset</h1>${text}</main></html>`)
    if (at.pathname === '/sign-in') {
      const skewSeconds = Math.round((now().getTime() - Date.now()) / 1_000)
      const party = await createService({ issuer: new URL(vartio.identity), key, clientId, callback, skewSeconds })
      const { url, checks } = await party.begin({ ui_locales: language })
      events.set(String(checks.expectedState), { party, checks })
      response.writeHead(303, { location: url.href }).end()
    } else if (at.pathname === '/callback') {
      const event = events.get(at.searchParams.get('state') ?? '')
      const tokens =
        event && at.searchParams.has('code') ? await event.party.redeem(at, event.checks).catch(String) : undefined
      const claims = typeof tokens === 'object' ? tokens.claims() : undefined
      told.push({ answer: at.searchParams, ...(claims ? { claims } : {}) })
      show(`<p>told ${told.length}: ${typeof tokens === 'string' ? tokens : (claims?.name ?? 'nobody')}</p>`)
    } else if (at.pathname === '/') show('<p><a href="/sign-in">Kirjaudu</a></p>')
    else response.writeHead(404).end()
  })
  // A journey that breaks off must not wait for it.
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const callback = new URL('/callback', home)

  const key = await makeClientKey()
  const keys = [key.publicJwk] as unknown as Contract['keys']
  const organizationId = JSON.parse((await staff.ask('/api/session')).text).organizations[0].organizationId as string
  const contracts = `/api/organizations/${organizationId}/contracts`
  const body = aContract({ redirectUris: [callback.href], keys, ...change })
  const made = await staff.ask(contracts, { method: 'POST', body })
  assert.equal(made.status, 200, made.text)
  clientId = JSON.parse(made.text).clientId
  assert.equal((await staff.ask(`${contracts}/${clientId}/force`, { method: 'POST', body: accepted })).status, 204)

  /** What came with the answer that this page shows. */
  const arrived = async ({ page }: Pick<Person, 'page'>): Promise<Told> => {
    await page.waitForURL(`${callback.href}*`)
    const text = (await page.getByText(/^told \d+: /).textContent()) ?? ''
    const last = told[Number(/\d+/.exec(text)?.[0]) - 1]
    assert.ok(last, text)
    return last
  }

  return {
    home: `${home}/`,
    name: body.name,

    begin: (person: Person) => person.open(`${home}/sign-in`),

    arrived,

    /** ID-47: that the person cancelled, which event it was, and who says so. */
    async arrivedCancelled(person: Person): Promise<void> {
      const { answer } = await arrived(person)
      assert.equal(answer.get('error'), 'access_denied')
      assert.equal(answer.get('error_description'), 'the person cancelled')
      assert.deepEqual([...answer.keys()].sort(), ['error', 'error_description', 'iss', 'state'])
    },

    /** ID-49: asks about somebody who takes no part in it. */
    async query(subject: string): Promise<{ status: number; code?: string; groups?: string[] }> {
      const address = new URL('/groups/query', vartio.identity).href
      const seconds = Math.floor(now().getTime() / 1_000)
      const claims = { iss: clientId, sub: clientId, aud: address, jti: newId(), iat: seconds, exp: seconds + 60 }
      const assertion = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: key.publicJwk.kid })
        .sign(key.privateKey)
      const form = {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        sub: subject,
      }
      const answer = await localFetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(form).toString(),
      } as never)
      return { status: answer.status, ...((await answer.json()) as object) }
    },

    stop: () => server.close(),
  }
}
