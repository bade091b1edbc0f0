import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import type { Address } from '#identity/people'
import type { Contract } from '#identity/services'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls } = house
const { services } = identity

async function enter(clientId: string, change: Parameters<typeof aContract>[0] = {}, isTest = false) {
  const key = await makeClientKey()
  const callback = new URL(`http://${clientId}.localhost:9/callback`)
  const keys = [key.publicJwk] as unknown as Contract['keys']
  const contract = aContract({ keys, redirectUris: [callback.href], ...change })
  if (isTest) await services.contracts.make(clientId, contract)
  else await enforceContract(services, clientId, contract)
  return { ...(await createService({ issuer: urls.identity, key, clientId, callback })), contract }
}

const aino = await (async () => {
  const browser = new Browser(urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  const { authenticator } = await register(house, browser, { name: 'Aino Korhonen', email: 'aino@groups.example' })
  await browser.go('POST', browser.url, { form: {} })
  return { authenticator, personId: (await identity.people.findByAddress('aino@groups.example' as Address))! }
})()

/** To the page of the release, as whoever has just arrived from the service. */
async function arrive(
  service: Awaited<ReturnType<typeof enter>>,
  parameters: Record<string, string> = {},
  browser = new Browser(urls.identity),
) {
  const { url, checks } = await service.begin(parameters)
  await browser.go('GET', url)
  const isSignIn = !(await browser.ask('GET', browser.url)).body.includes('/continue"')
  const page = await browser.go('GET', isSignIn ? await signIn(browser, aino.authenticator) : browser.url)
  return { browser, checks, page: page.body }
}
const goOn = (browser: Browser, form: Record<string, string> = {}) =>
  browser.go('POST', `${browser.url.pathname}/continue`, { form })
const errorOf = ({ url }: Browser) => url.searchParams.get('error')

test('ID-48 ID-49 A-16 A-82 the page says which groups the service may ask about afterwards, from where and for how long; more of them are asked anew', async () => {
  const make = async (name: string) =>
    (await identity.groups.make(aino.personId, { name, about: 'x', userName: 'aino' })).groupId
  const [rowers, singers] = [await make('Soutajat'), await make('Laulajat')]
  const gone = newId()
  const asking = { asked: ['email' as const], hasGroups: true, groups: [rowers, gone] }
  const singing = await enter('singing', asking)
  const wordsOf = (page: string) => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  const scope = { scope: 'openid email' }
  const { browser, checks, page } = await arrive(singing, scope)
  assert.match(
    wordsOf(page),
    /Groups Soutajat From the groups of Vartio\. The service can ask whether you belong to these, now or later, until you stop/,
  )
  assert.match(wordsOf(page), /Identification When and how you signed in, and an identifier of your session\./)
  await goOn(browser, { remember: 'yes' })
  await singing.redeem(browser.url, checks)
  const finnish = new Browser(urls.identity)
  finnish.language = 'fi'
  assert.match(
    wordsOf((await arrive(singing, scope, finnish)).page),
    /Ryhmät Soutajat Vartion ryhmistä\. Palvelu voi kysyä/,
  )
  const { items } = (await identity.release.list(aino.personId)).find(({ clientId }) => clientId === 'singing')!
  assert.deepEqual(items, ['email', `group ${rowers}`, `group ${gone}`])

  const silently = async () => {
    clock.advance(1_100)
    await browser.go('GET', (await singing.begin({ prompt: 'none', ...scope })).url)
    return errorOf(browser)
  }
  assert.equal(await silently(), null)
  await services.contracts.change('singing', { ...singing.contract, groups: [rowers, gone, singers] })
  assert.equal(await silently(), 'consent_required')
  assert.match(wordsOf((await arrive(singing, scope, browser)).page), /Groups Laulajat, Soutajat From/)

  // Who is another one each time is asked about by nobody, nor where no groups were agreed on.
  for (const service of [await enter('passers', { ...asking, subject: 'event' }), await enter('library')])
    assert.doesNotMatch(wordsOf((await arrive(service, { scope: 'openid email' })).page), /Groups /)
  const trial = await enter('singing-trial', asking, true)
  assert.match(wordsOf((await arrive(trial, scope)).page), /Groups Soutajat Made up for the test\. The service can ask/)
})
