import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Contract } from '#identity/services'
import { contract as contractSchema } from '#identity/services/api'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService } from '#tests/service'
import { type Claims, type Client, type Registered, send } from './client.ts'

export { assert }

/** A module of the suite, under its name there. `states`: what it asks, in one sentence, which a failure shows. */
export function module(name: string, states: string, run: () => Promise<void>): void {
  test(name, async () => {
    await run().catch((error: unknown) => {
      if (error instanceof Error) error.message = `${states}: ${error.message}`
      throw error
    })
  })
}

/** Where a service wants the person back to. */
export const afterSignOut = (id: string) => `https://${id}.example/signed-out`

export type Suite = Awaited<ReturnType<typeof startSuite>>

/**
 * The whole of identity on a port and a database of its own, as behind a proxy that ends TLS; a registered person; and services under contracts that are in
 * force: confidential, sending no PKCE, with userinfo.
 */
export async function startSuite(mode: 'query' | 'form_post' = 'query') {
  const house = await startIdentity({ scheme: 'https' })
  const { identity, urls } = house
  const { services } = identity

  /** A service under a contract; it passes the same check as one that comes by the page. */
  async function agree(
    id: string,
    change: Omit<Partial<Contract>, 'protocol'>,
    protocol: Partial<Contract['protocol']>,
    state: 'test' | 'in-force' = 'in-force',
  ): Promise<Registered> {
    const callback = `https://${id}.example/callback`
    const addresses = { redirectUris: [callback], postLogoutRedirectUris: [afterSignOut(id)] }
    const agreed = contractSchema.parse(aContract({ ...addresses, ...change, protocol }))
    if (state === 'in-force') await enforceContract(services, id, agreed)
    else await services.contracts.make(id, agreed)
    return { id, callback: agreed.redirectUris[0] ?? callback }
  }

  /** One with a secret, that sends no PKCE. */
  async function enter(
    id: string,
    auth: Client['auth'],
    change: Omit<Partial<Contract>, 'protocol'> = {},
    speaks: Partial<Contract['protocol']> = {},
    state: 'test' | 'in-force' = 'in-force',
  ): Promise<Client> {
    const authentication = auth === 'basic' ? 'client_secret_basic' : 'client_secret_post'
    const formPost = mode === 'form_post'
    const protocol = { authentication, pkce: 'not-sent', userinfo: 'plain', signing: 'RS256', formPost } as const
    const registered = await agree(id, change, { ...protocol, ...speaks }, state)
    return { ...registered, auth, secret: (await services.contracts.makeSecret(id)).secret }
  }
  const [client, second, byPost] = [
    await enter('suite', 'basic'),
    await enter('second', 'basic'),
    await enter('by-post', 'post'),
  ]

  const newBrowser = () => new Browser(urls.identity)
  const portal = await createService({
    issuer: urls.identity,
    key: house.portalKey,
    callback: new URL('/sign-in/callback', urls.portal),
  })
  const first = newBrowser()
  await first.go('GET', (await portal.begin({ prompt: 'create' })).url)
  const { authenticator } = await register(house, first, { name: 'Aino Korhonen', email: 'aino@suite.example' })
  await first.go('POST', first.url, { form: {} })

  const discovery = await send(new URL('/.well-known/openid-configuration', urls.identity).href, {})
  assert.equal(discovery.status, 200)

  return {
    mode,
    client,
    second,
    byPost,
    agree,
    enter,
    newBrowser,
    discovery,
    metadata: discovery.body as Claims,
    issuer: urls.identity,
    /** For real: the protocol core has a clock of its own, which no test moves. */
    pass: (seconds: number) => wait(seconds * 1_000),
    /** Answers where the browser goes on. */
    showPasskey: (browser: Browser) => signIn(browser, authenticator),
  }
}
