import { createServer } from 'node:net'
import { after } from 'node:test'
import type { Page } from 'playwright-core'
import type { Contract } from '#identity/services'
import { aContract, enforceContract } from '#tests/contract'
import { readCode, startIdentity } from '#tests/identity'
import { createService } from '#tests/service'
import { startBrowser } from '../../browser/browser.ts'

export const aino = { name: 'Aino Korhonen', email: 'aino@clients.example' }

/** Identity on a port of its own, and a person in a real browser who has an account and a passkey there. */
export async function startHouse() {
  const house = await startIdentity()
  const { browser, stop } = await startBrowser()
  after(stop)
  const context = await browser.newContext({ locale: 'en-GB' })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const device = await context.newCDPSession(page)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })

  const portal = await createService({
    issuer: house.urls.identity,
    key: house.portalKey,
    callback: new URL('/sign-in/callback', house.urls.portal),
  })
  await page.goto((await portal.begin({ prompt: 'create' })).url.href)
  await page.fill('#name', aino.name)
  await page.fill('#email', aino.email)
  await carryOn(page)
  await page.waitForURL('**/code')
  await page.fill('#code', await readCode(house, aino.email))
  await carryOn(page)
  await page.waitForURL('**/passkey')
  await carryOn(page)
  await page.waitForURL('**/codes')
  // Signed in nowhere yet: each service begins with a passkey.
  await context.clearCookies()

  return {
    page,
    context,
    issuer: house.urls.identity.origin,
    async enter(
      clientId: string,
      state: 'test' | 'in-force',
      change: Omit<Partial<Contract>, 'protocol'> & { protocol: Partial<Contract['protocol']> },
    ): Promise<void> {
      const { services } = house.identity
      if (state === 'test') await services.contracts.make(clientId, aContract(change))
      else await enforceContract(services, clientId, aContract(change))
    },
    makeSecret: async (clientId: string) => (await house.identity.services.contracts.makeSecret(clientId)).secret,
  }
}

/** The one button of a page that carries on. */
export const carryOn = (page: Page) => page.locator('main button.main, main a.main').first().click()

/** What identity asks of somebody who comes from a service: a passkey, where they are not signed in, and to continue. */
export async function letIn(page: Page): Promise<void> {
  await page.waitForURL('**/sign-in/*')
  const pressed = new Set<string>()
  const button = page.locator('main button.main')
  const until = performance.now() + 20_000
  while (page.url().includes('/sign-in/')) {
    if (performance.now() > until) throw new Error(`nothing leads on from ${page.url()}`)
    const text = await button.textContent({ timeout: 500 }).catch(() => null)
    if (text !== null && !pressed.has(text)) {
      pressed.add(text)
      // The page may have gone on by itself: it offers the passkey, and the device answers at once.
      await button.click({ timeout: 500 }).catch(() => undefined)
    }
    await page.waitForTimeout(50)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
