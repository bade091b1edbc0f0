import assert from 'node:assert/strict'
import { startNameServer } from '#tests/name-server'
import { type AnotherVartio, registerThere, startAnother } from '../browser/another.ts'
import { inviteAndJoin, setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// A company lets its people in by its own provider: another Vartio, as processes and under a host name of its own. That tells groups only when it is asked for them (ID-49), so
// here the language that somebody has there is the group that gives the role.

const words = {
  companySignIn: /^(Yrityksen kirjautuminen|Company sign-in)$/,
  save: /^(Tallenna|Save)$/,
  isOn: /^(Ihmiset kirjautuvat oman tunnistuslähteenne kautta|People sign in by your own provider)/,
  look: /^(Tarkista, että se vastaa|See that it answers)$/,
  answers: /^(Tunnistuslähde vastaa|The provider answers)/,
  try: /^(Kokeile|Try)$/,
  tried: /^(Tämän tunnistuslähde kertoi|This is what the provider told)$/,
  administrator: /(Rooli|Role): (Pääkäyttäjä|Administrator)/,
  connect: /^(Yhdistä yrityksen kirjautuminen|Connect company sign-in)$/,
  createAccount: /^(Luo tili|Create an account)$/,
  carryOn: /^(Jatka palveluun|Continue to the service)$/,
  addDomain: /^(Lisää verkkotunnus|Add the domain)$/,
  lookNow: /^(Tarkista nyt|Look now): paja\.example$/,
  missing: /^(Tietuetta ei ollut|The record was not there)/,
  proven: /· (Todistettu|Proved)$/,
  goOn: /^(Jatka|Continue)$/,
  workAddress: /^(Kirjaudu työosoitteella|Sign in with your work address)$/,
  nowhere: /^(Tämä osoite ei johda|This address leads to no)/,
  letters: {
    connected: /Yrityksesi kirjautuminen yhdistettiin tiliisi|Company sign-in was connected to your account/,
    firstUsed: /kirjautumista käytettiin ensimmäisen kerran|Company sign-in was used for the first time/,
    removed: /Yrityksesi kirjautuminen poistettiin tililtäsi|Company sign-in was removed from your account/,
  },
  overview: /^(Yleiskuva|Overview)$/,
  people: /^(Henkilöt|People)$/,
}

const names = await startNameServer()
export const prepare = async () => ({ environment: { VARTIO_NAME_SERVERS: names.address }, end: names.close })

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const main = (person: Person) => person.page.locator('main button.main, main a.main').first()

export async function journey(stage: Stage): Promise<void> {
  const another = await startAnother()
  try {
    await goThrough(stage, another)
  } finally {
    await another.stop()
  }
}

async function goThrough(stage: Stage, another: AnotherVartio): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const other = language === 'fi' ? 'en' : 'fi'
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  const eero = await arrive({ name: 'Eero Mäkelä', email: 'eero@paja.example', language })
  const there = (person: Person) =>
    person.page.waitForURL((url) => url.host === another.host && /^\/sign-in\/[^/]+/.test(url.pathname))
  const back = (person: Person) => person.page.waitForURL((url) => url.host === new URL(vartio.portal).host)
  /** At the other Vartio for the first time, and on with what it tells of them. */
  const registerAndGoOn = async (person: Person) => {
    await there(person)
    await person.press(link(person, words.createAccount))
    await registerThere(person, { waitForMatch: another.house.waitForLetter })
    await person.press(button(person, words.carryOn))
    await back(person)
  }
  let signInUrl = ''
  /** By the company’s own link, in a browser in which the portal knows nobody. */
  const come = async (person: Person) => {
    await person.context.clearCookies({ domain: new URL(vartio.portal).hostname })
    await person.open(signInUrl)
    await there(person)
    if ((await button(person, words.carryOn).count()) === 0) await person.press(main(person))
    await person.press(button(person, words.carryOn))
    await back(person)
    await link(person, words.overview).waitFor()
  }

  await step('the company names its own provider, and which groups there give which role', async () => {
    await setUp(stage, aino, inbox, 'Paja')
    await inviteAndJoin(aino, eero, inbox)
    await aino.press(link(aino, words.companySignIn))
    await aino.page.waitForURL('**/company-sign-in')
    await aino.page.locator('.command code').nth(1).waitFor()
    const [redirectUri = '', ofCompany = ''] = await aino.page.locator('.command code').allTextContents()
    signInUrl = ofCompany
    const { clientId, secret } = await another.agree({
      redirectUris: [redirectUri],
      protocol: { authentication: 'client_secret_basic' },
    })
    await field(aino, 'preset').selectOption('generic')
    await aino.write(field(aino, 'issuer'), another.issuer)
    await aino.write(field(aino, 'clientId'), clientId)
    await aino.write(field(aino, 'secret'), secret)
    await field(aino, 'authentication').selectOption('client_secret_basic')
    await aino.write(field(aino, 'claim'), 'locale')
    await aino.write(field(aino, 'scope'), 'profile')
    await aino.write(field(aino, 'administrator'), language)
    await aino.write(field(aino, 'viewer'), other)
    await aino.press(aino.page.getByRole('checkbox'), 'Space')
    await aino.look('company-sign-in-form', { picture: false })
    await aino.press(button(aino, words.save))
    await aino.page.getByRole('heading', { level: 1, name: words.isOn }).waitFor()
    await aino.press(button(aino, words.look))
    await aino.page.getByText(words.answers).waitFor()
  })

  await step(
    'its administrator tries it, sees what it tells and what that would give, and nothing is kept',
    async () => {
      await aino.press(button(aino, words.try))
      await registerAndGoOn(aino)
      await aino.page.getByRole('heading', { name: words.tried }).waitFor()
      await aino.page.getByText(words.administrator).waitFor()
      assert.ok(!aino.page.url().includes('code='), 'what came back stays in the address')
      await aino.look('company-sign-in-tried')
    },
  )

  await step('a member connects it to their account once, with the passkey', async () => {
    await eero.open(`${vartio.portal}/own`)
    await button(eero, words.connect).waitFor()
    await eero.press(button(eero, words.connect))
    await registerAndGoOn(eero)
    assert.equal(await link(eero, words.people).count(), 0, 'connecting has given a role')
    await inbox.waitForMatch(eero.email, words.letters.connected)
  })

  await step('by the company’s link they come in, with the role that their group gives', async () => {
    await come(eero)
    await link(eero, words.people).waitFor()
    await eero.look('company-sign-in-in', { picture: false })
    await inbox.waitForMatch(eero.email, words.letters.firstUsed)
  })

  await step('the company proves its mail domain by a record of its name servers', async () => {
    await aino.open(`${vartio.portal}/company-sign-in`)
    await aino.write(field(aino, 'domain'), 'paja.example')
    await aino.press(button(aino, words.addDomain))
    const row = aino.page.getByRole('listitem').filter({ hasText: 'paja.example' })
    await row.waitFor()
    await aino.press(button(aino, words.lookNow))
    await row.getByText(words.missing).waitFor()
    await aino.look('company-sign-in-domain')
    const [record = '', value = ''] = await row.locator('.command code').allTextContents()
    names.texts.set(record, ['v=spf1 -all', value])
    await aino.press(button(aino, words.lookNow))
    await row.getByText(words.proven).waitFor()
  })

  await step('a work address leads to the provider; one that nobody has proved leads nowhere', async () => {
    for (const address of [vartio.portal, vartio.identity])
      await eero.context.clearCookies({ domain: new URL(address).hostname })
    await eero.holdBack(true)
    await eero.open(`${vartio.portal}/`)
    await eero.page.waitForURL(`${vartio.identity}/sign-in/*`)
    await eero.press(link(eero, words.workAddress))
    await eero.page.waitForURL(`${vartio.portal}/sign-in/work`)
    await eero.holdBack(false)
    await eero.write(field(eero, 'email'), 'eero@muualla.example')
    await eero.press(button(eero, words.goOn))
    await eero.page.getByText(words.nowhere).waitFor()
    await eero.look('work-address')
    await eero.write(field(eero, 'email'), 'kuka.vain@paja.example')
    await eero.press(button(eero, words.goOn))
    await there(eero)
  })

  await step('taken out of the group there, the right is gone at the next sign-in', async () => {
    await eero.open(`${another.issuer}/account/own`)
    await eero.settle()
    const left = await eero.ask('/account/api/own', { method: 'PUT', body: { language: other } })
    assert.ok(left.status < 300, left.text)
    await come(eero)
    assert.equal(await link(eero, words.people).count(), 0, 'the right is still there')
    const { organizations } = JSON.parse((await eero.ask('/api/session')).text)
    assert.deepEqual(organizations[0].roles, ['viewer'])
    const people = await eero.ask(`/api/organizations/${organizations[0].organizationId}/people`)
    assert.equal(people.status, 403)
  })

  await step('the company does without it again, and who had connected it is told', async () => {
    const { organizations } = JSON.parse((await aino.ask('/api/session')).text)
    const path = `/api/organizations/${organizations[0].organizationId}/company-sign-in`
    const { status, text } = await aino.ask(path, { method: 'DELETE' })
    assert.equal(status, 204, text)
    await inbox.waitForMatch(eero.email, words.letters.removed)
  })
}
