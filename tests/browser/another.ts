import assert from 'node:assert/strict'
import { aContract, accepted } from '#tests/contract'
import { createHouse } from '#tests/house'
import { findPorts, startVartio } from '#tests/vartio'
import type { Inbox } from './identity-pages.ts'
import type { Person } from './journey.ts'

const carryOn = (person: Person) => person.page.locator('main button.main, main a.main').first()

export type AnotherVartio = Awaited<ReturnType<typeof startAnother>>

/** A Vartio of somebody else, with a contract for ours. */
export async function startAnother() {
  const port = await findPorts(4)
  const host = `id.toinen.localhost:${port}`
  const environment = { VARTIO_PORT: String(port), VARTIO_IDENTITY_URL: `http://${host}` }
  const running = { ...(await startVartio({ environment })), identity: `http://${host}` }
  const house = createHouse(running)
  const staff = await house.setUp({ name: 'Toisen Pääkäyttäjä', email: 'toinen@toinen.example' })
  const contracts = `/api/organizations/${staff.organizationId}/contracts`
  return {
    stop: running.stop,
    host,
    issuer: running.identity,
    house,
    /** A contract for ours, in force; `secret` where it is to be known by one. */
    async agree(change: Parameters<typeof aContract>[0]): Promise<{ clientId: string; secret: string }> {
      const made = await staff.portal('POST', contracts, aContract({ name: 'Vartio', ...change }))
      assert.equal(made.status, 200, made.body)
      const { clientId } = made.json
      const bySecret = /secret/.test(change?.protocol?.authentication ?? '')
      const secret = bySecret ? (await staff.portal('POST', `${contracts}/${clientId}/secret`, {})).json.secret : ''
      assert.equal((await staff.portal('POST', `${contracts}/${clientId}/force`, accepted)).status, 204)
      return { clientId, secret }
    },
  }
}

/** To the page of the codes and past it, at a Vartio whose letters lie elsewhere. */
export async function registerThere(person: Person, inbox: Pick<Inbox, 'waitForMatch'>): Promise<void> {
  const { page } = person
  await page.waitForURL('**/create')
  await person.write(page.locator('#name'), person.name)
  await person.write(page.locator('#email'), person.email)
  await person.press(carryOn(person))
  await page.waitForURL('**/code')
  await person.write(page.locator('#code'), await inbox.waitForMatch(person.email, /\b\d{4} \d{4}\b/))
  await person.press(carryOn(person))
  await page.waitForURL('**/passkey')
  await person.press(carryOn(person))
  await page.waitForURL('**/codes')
  await person.press(carryOn(person))
}
