import assert from 'node:assert/strict'
import { setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'
import { startOtherService } from '../browser/service.ts'

// A person with a passkey at the service of somebody else: in without typing anything, out at every step, and never at a dead end.

const words = {
  create: /^(Luo tili|Create an account)$/,
  cancel: /^(Peruuta|Cancel)\b/,
  noPasskey: /^(Pääsyavain ei ole käsillä|No passkey at hand)$/,
  carryOn: /^(Jatka palveluun|Continue to the service)$/,
  ended: /Tämä kirjautuminen on päättynyt|This sign-in has ended/,
  toService: /^(Jatka palveluun: |Continue to )Kirjaston varauspalvelu$/,
  usedCode: /Palautuskoodiasi käytettiin|A recovery code of yours was used/,
  own: /^(Nimi ja sähköposti|Name and e-mail)$/,
  addAddress: /^(Lisää osoite|Add an address)$/,
  makePrimary: /^(Tee ensisijaiseksi|Make primary): eero@tyopaikka/,
  makePrimaryFirst: /^(Tee ensisijaiseksi|Make primary): eero@koti/,
  notSignedIn: /^(Et kirjautunut sisään|You are not signed in)$/,
}

const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const heading = (person: Person, text: RegExp) => person.page.getByRole('heading', { level: 1, name: text })
const main = ({ page }: Pick<Person, 'page'>) => page.locator('main button.main, main a.main').first()
const field = (person: Person, name: string) => person.page.locator(`#${name}`)

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  const eero = await arrive({ name: 'Eero Mäkelä', email: 'eero@koti.example', language })
  const identity = new URL(vartio.identity)
  const forget = (person: Person) => person.context.clearCookies({ domain: identity.hostname })
  await setUp(stage, aino, inbox, 'Paja')
  const service = await startOtherService(stage, aino)
  const { begin, arrived, arrivedCancelled } = service
  const released = (person: Person) => button(person, words.carryOn).waitFor()
  const cancel = async (person: Person) => {
    await person.press(button(person, words.cancel))
    await arrivedCancelled(person)
  }
  /** To one of the pages of somebody who has no account, from the service. */
  const towards = async (page: 'create' | 'code' | 'passkey' | 'codes') => {
    await begin(eero)
    await eero.press(link(eero, words.create))
    await eero.page.waitForURL('**/create*')
    if (page === 'create') return
    await eero.write(field(eero, 'name'), eero.name)
    await eero.write(field(eero, 'email'), eero.email)
    await eero.press(main(eero))
    await eero.page.waitForURL('**/code')
    if (page === 'code') return
    await eero.write(field(eero, 'code'), await inbox.waitForMatch(eero.email, /\b\d{4} \d{4}\b/))
    await eero.press(main(eero))
    await eero.page.waitForURL('**/passkey')
    if (page === 'passkey') return
    await eero.press(main(eero))
    await eero.page.waitForURL('**/codes')
  }
  let codes: string[] = []

  await step(
    'ID-47 whoever cancels on the way to an account gives the service access_denied and nothing else',
    async () => {
      await begin(eero)
      await cancel(eero)
      for (const page of ['create', 'code', 'passkey', 'codes'] as const) {
        await towards(page)
        if (page === 'codes') codes = await eero.page.locator('ol.codes li').allTextContents()
        await cancel(eero)
      }
      assert.equal(codes.length, 10)
    },
  )

  await step('the passkey is offered before anything is typed or pressed, and lets the person in', async () => {
    await eero.holdBack(true)
    await begin(eero)
    await main(eero).waitFor()
    assert.equal(await field(eero, 'email').getAttribute('autocomplete'), 'username webauthn')
    await eero.look('sign-in-service')
    await eero.holdBack(false)
    // The device answers now, and nobody presses a thing: what asks is the field itself (conditional mediation).
    await eero.page.reload()
    await released(eero)
    await eero.look('release-account', { picture: false })
    await eero.press(button(eero, words.carryOn))
    const { claims } = await arrived(eero)
    assert.equal(claims?.name, eero.name)
  })

  await step('ID-47 whoever is signed in and cancels gives nothing either', async () => {
    await begin(eero)
    await released(eero)
    await cancel(eero)
  })

  await step('reload and back lead on: to the same page, and from an event that is over to the service', async () => {
    await begin(eero)
    await released(eero)
    await eero.page.reload()
    await eero.press(button(eero, words.carryOn))
    await arrived(eero)
    await eero.page.goBack()
    await heading(eero, words.ended).waitFor()
    await eero.look('sign-in-ended')
    await eero.press(link(eero, words.toService))
    await eero.page.waitForURL(service.home)
  })

  await step(
    'two tabs: each has its own event, and one that shows an event of the other is led to the service',
    async () => {
      await forget(eero)
      await eero.holdBack(true)
      await begin(eero)
      await main(eero).waitFor()
      const [same, other] = [await eero.context.newPage(), await eero.context.newPage()]
      await same.goto(eero.page.url())
      await other.goto(`${service.home}sign-in`)
      await eero.holdBack(false)
      await eero.press(main(eero))
      await released(eero)
      await eero.press(button(eero, words.carryOn))
      await arrived(eero)
      // Its page still asks for a passkey of an event that has gone on.
      await same.bringToFront()
      await main({ page: same }).press('Enter')
      await same.getByRole('heading', { name: words.ended }).waitFor()
      await same.getByRole('link', { name: words.toService }).press('Enter')
      await same.waitForURL(service.home)
      // The other was begun before anybody was signed in, and begins anew at the service.
      await other.goto(`${service.home}sign-in`)
      await other.getByRole('button', { name: words.carryOn }).press('Enter')
      const { claims } = await arrived({ page: other })
      assert.equal(claims?.name, eero.name)
      await same.close()
      await other.close()
      await eero.page.bringToFront()
    },
  )

  await step('who has lost the cookie of the event is led to the service, and begins again there', async () => {
    await begin(eero)
    await released(eero)
    await eero.context.clearCookies({ name: 'vartio-event' })
    await eero.press(button(eero, words.carryOn))
    await heading(eero, words.ended).waitFor()
    await eero.press(link(eero, words.toService))
    await eero.page.waitForURL(service.home)
    await begin(eero)
    await released(eero)
  })

  await step('ID-48 who chose to be remembered is not asked again, until another session', async () => {
    await eero.press(eero.page.locator('#remember'), 'Space')
    await eero.press(button(eero, words.carryOn))
    await arrived(eero)
    await begin(eero)
    assert.equal((await arrived(eero)).claims?.name, eero.name)
    await forget(eero)
    await begin(eero)
    await released(eero)
    await cancel(eero)
  })

  const elsewhere = await arrive({ name: 'Eero Mäkelä', email: 'eero@koti.example', language })
  await step(
    'ID-47 ID-84 a recovery code lets the person in once, on a new device; who cancels on the way gives nothing',
    async () => {
      const recover = async (code: string) => {
        await begin(elsewhere)
        await elsewhere.press(link(elsewhere, words.noPasskey))
        await elsewhere.page.waitForURL('**/recovery')
        await elsewhere.write(field(elsewhere, 'email'), elsewhere.email)
        await elsewhere.write(field(elsewhere, 'code'), code)
        await elsewhere.press(main(elsewhere))
      }
      await begin(elsewhere)
      await elsewhere.press(link(elsewhere, words.noPasskey))
      await elsewhere.page.waitForURL('**/recovery')
      await elsewhere.look('recovery')
      await cancel(elsewhere)
      await recover('7k2m-x0qd-9v4b-n3ht')
      await elsewhere.page.locator('#code-problem').waitFor()
      await elsewhere.look('recovery-wrong', { picture: false })
      await cancel(elsewhere)
      await recover(codes[0] ?? '')
      await elsewhere.page.waitForURL('**/passkey')
      await elsewhere.look('recovered')
      await cancel(elsewhere)
      await inbox.waitForMatch(elsewhere.email, words.usedCode)
      // As people write from paper.
      await recover((codes[1] ?? '').toUpperCase().replaceAll('-', ' '))
      await elsewhere.page.waitForURL('**/passkey')
      await elsewhere.press(main(elsewhere))
      await released(elsewhere)
      await elsewhere.press(button(elsewhere, words.carryOn))
      assert.equal((await arrived(elsewhere)).claims?.name, elsewhere.name)
      await forget(elsewhere)
      await elsewhere.holdBack(true)
      await recover(codes[1] ?? '')
      await elsewhere.page.locator('#code-problem').waitFor()
      await elsewhere.holdBack(false)
      await begin(elsewhere)
      await released(elsewhere)
    },
  )

  await step('who cancels at their own pages is told so, and can begin again', async () => {
    await forget(elsewhere)
    await elsewhere.holdBack(true)
    await elsewhere.open(`${vartio.identity}/account/`)
    await elsewhere.press(button(elsewhere, words.cancel))
    await heading(elsewhere, words.notSignedIn).waitFor()
    await elsewhere.look('not-signed-in')
    await elsewhere.holdBack(false)
    await elsewhere.press(main(elsewhere))
    await heading(elsewhere, /pääsyava|passkey/i).waitFor()
  })

  await step('ID-24 another address is proved by a code, and made the one that services get', async () => {
    const second = 'eero@tyopaikka.example'
    await elsewhere.press(link(elsewhere, words.own))
    await elsewhere.press(button(elsewhere, words.addAddress))
    const dialog = elsewhere.page.getByRole('dialog')
    const submit = dialog.locator('button[type="submit"]')
    await elsewhere.write(dialog.locator('[name="email"]'), second)
    await elsewhere.look('account-address-add', { picture: false })
    await elsewhere.press(submit)
    await elsewhere.write(dialog.locator('[name="code"]'), await inbox.waitForMatch(second, /\b\d{4} \d{4}\b/))
    await elsewhere.look('account-address-code', { picture: false })
    await elsewhere.press(submit)
    await dialog.waitFor({ state: 'hidden' })
    await elsewhere.press(button(elsewhere, words.makePrimary))
    await button(elsewhere, words.makePrimaryFirst).waitFor()
    // Without what was said of it for a moment.
    await elsewhere.page.reload()
    await button(elsewhere, words.makePrimaryFirst).waitFor()
    await elsewhere.look('account-own')
    await begin(elsewhere)
    await elsewhere.page.getByText(second).waitFor()
  })
  service.stop()
}
