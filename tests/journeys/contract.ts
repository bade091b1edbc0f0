import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { localFetch } from '#tests/service'
import { setUp } from '../browser/first-steps.ts'
import { createInbox, register } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// A service of a company: its owner makes the contract and signs in with made-up data, the provider approves it, and then each change that widens it.

const words = {
  contracts: /^(Palvelut|Services)$/,
  make: /^(Tee sopimus|Make a contract)$/,
  save: /^(Tallenna|Save)$/,
  newSecret: /^(Uusi salaisuus|New secret)/,
  kept: /^(Otin talteen|I have kept it)$/,
  send: /^(Lähetä hyväksyttäväksi|Send for approval)/,
  waits: /^(Odottaa hyväksyntää|Waits for approval)$/,
  changeWaits: /^(Muutos odottaa hyväksyntää|A change waits for approval)$/,
  look: /^(Katso ja päätä|Look and decide)/,
  approve: /^(Hyväksy|Approve)$/,
  change: /^(Muuta|Change)/,
  carryOnJoining: /^(Jatka|Continue)$/,
  inForce: /^(Voimassa|In force)$/,
  testing: /Palvelu on testikäytössä|This service is being tested/,
  answers: /Lahden kirjastoyhtiö Oy (vastaa saamistaan tiedoista|answers for what it has received)/,
  carryOn: /^(Jatka palveluun|Continue to the service)$/,
  cancel: /^(Peruuta|Cancel), /,
  noLooks: /Kukaan ei ole katsonut lokia|Nobody has looked into the log/,
  lookIntoLog: /^(Katso lokia|Look into the log)$/,
  stop: /^(Lopeta|Stop)$/,
  stopped: /ei saa sinusta mitään|gets nothing about you/,
  terms: /^(Sopimusehdot, versio|Terms, version) 2026-11$/,
  letters: {
    waits: /palvelu odottaa hyväksyntääsi|a service waits for your approval/,
    changeWaits: /palvelun muutos odottaa hyväksyntääsi|a change of a service waits for your approval/,
    inForce:
      /Palvelun sopimus on voimassa: Kirjaston varauspalvelu|The contract of a service is in force: Kirjaston varauspalvelu/,
    changed:
      /Palvelun muutos hyväksyttiin: Kirjaston ajanvaraus|A change of a service was approved: Kirjaston ajanvaraus/,
  },
  due: /^(Yhden palvelun EEA-vakuutus on uusittava|The EEA declaration of one service is due)$/,
  declare: /^(Vakuuta uudelleen|Declare anew)/,
  handedOver: /^(Tiedot luovutettiin|The data was handed over)/,
}

const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  const olli = await arrive({ name: 'Olli Omistaja', email: 'olli@library.example', language })

  const told: string[] = []
  const client = { id: '', secret: '', callback: '' }
  // The service: it knows its name, its secret and where identity is, and shows whom it was told.
  const server = createServer(async (request, response) => {
    const { pathname, searchParams: answer } = new URL(request.url ?? '/', client.callback)
    // A browser asks for more than the page: an icon, for one.
    if (pathname !== '/callback') {
      response.writeHead(404).end()
      return
    }
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
    const code = answer.get('code')
    const tokens =
      code === null
        ? undefined
        : await localFetch(`${vartio.identity}/oidc/token`, {
            method: 'POST',
            headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({
              grant_type: 'authorization_code',
              code,
              redirect_uri: client.callback,
            }).toString(),
          } as never).then((response) => response.json() as Promise<{ id_token: string }>)
    const claims = tokens ? Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString('utf8') : ''
    told.push(claims === '' ? String(answer.get('error')) : (JSON.parse(claims) as { name: string }).name)
    response.setHeader('content-type', 'text/plain; charset=utf-8').end(`told ${told.length}`)
  })
  // A journey that breaks off must not wait for it.
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client.callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`

  /** From the service to identity, as its own button would lead. */
  const begin = (change: Record<string, string> = {}) =>
    olli.open(
      `${vartio.identity}/oidc/auth?${new URLSearchParams({
        client_id: client.id,
        redirect_uri: client.callback,
        response_type: 'code',
        scope: 'openid profile email',
        state: 'x',
        ui_locales: language,
        ...change,
      })}`,
    )
  const arrived = async (count: number) => {
    await olli.page.waitForURL(`${client.callback}*`)
    await olli.page.getByText(`told ${count}`).waitFor()
  }

  await step('a company comes, and its administrator with it', async () => {
    await setUp(stage, aino, inbox, 'Paja')
    const { organizationId } = JSON.parse((await aino.ask('/api/session')).text).organizations[0]
    const at = `/api/organizations/${organizationId}/organizations`
    const post = async (path: string, body: unknown) => {
      const answer = await aino.ask(path, { method: 'POST', body })
      assert.ok(answer.status < 300, answer.text)
    }
    await post(at, { name: 'Lahden kirjastoyhtiö Oy', kind: 'company' })
    const [company] = JSON.parse((await aino.ask(at)).text).root.children
    await post(`${at}/${company.organizationId}/administrator`, { email: olli.email, language })
    await olli.open(await inbox.waitForLink(olli.email, /\/invitation#\S+/))
    await olli.press(button(olli, words.carryOnJoining))
    await register(olli, inbox, { pictures: false })
  })

  const began = performance.now()
  await step('its administrator makes a contract, asking nobody, and gets a secret for the service', async () => {
    await olli.press(olli.page.getByRole('link', { name: words.contracts }))
    await olli.page.waitForURL('**/contracts*')
    await olli.look('contracts-none')
    await olli.press(button(olli, words.make))
    for (const [name, value] of [
      ['name', 'Kirjaston varauspalvelu'],
      ['businessId', '1234567-8'],
      ['contactName', 'Kaisa Yhteys'],
      ['contactEmail', 'kaisa@library.example'],
      ['signatory', 'Seppo Allekirjoittaja'],
      ['redirectUris', client.callback],
    ] as const)
      await olli.write(field(olli, name), value)
    await field(olli, 'authentication').selectOption('client_secret_basic')
    await field(olli, 'pkce').selectOption('not-sent')
    await olli.look('contract-form')
    await olli.press(button(olli, words.save))
    await olli.page.getByRole('dialog').waitFor({ state: 'hidden' })
    client.id = (await olli.page.getByText(/^s-[0-9a-f]{16}$/).textContent()) ?? ''
    await olli.press(button(olli, words.newSecret))
    client.secret = (await olli.page.locator('.command code').textContent()) ?? ''
    assert.match(client.secret, /^[\w-]{43}$/)
    await olli.press(button(olli, words.kept))
  })

  await step('in test mode the service gets made-up data, five minutes after its owner came at most', async () => {
    await begin()
    await olli.page.getByText(words.testing).waitFor()
    await olli.look('release-test')
    await olli.press(button(olli, words.carryOn))
    await arrived(1)
    assert.equal(told.at(-1), 'Testi Testinen')
    assert.ok(performance.now() - began < 300_000)
  })

  /** Of the owner: the terms, read and accepted. */
  const acceptTerms = async (picture?: string) => {
    const dialog = olli.page.getByRole('dialog')
    await dialog.getByRole('heading', { name: words.terms }).waitFor()
    await olli.press(dialog.locator('[name="accepted"]'), 'Space')
    if (picture) await olli.look(picture)
    await olli.press(dialog.locator('button[type="submit"]'))
    await dialog.waitFor({ state: 'hidden' })
  }
  /** What waits, as the provider sees it, and approves it. */
  const approve = async (waits: RegExp, picture: string) => {
    await aino.open(`${vartio.portal}/contracts`)
    await aino.press(aino.page.getByRole('link', { name: words.look }))
    await aino.page.getByRole('heading', { name: waits }).waitFor()
    await aino.look(picture)
    await aino.press(button(aino, words.approve))
    await aino.page.getByRole('heading', { name: waits }).waitFor({ state: 'hidden' })
  }

  await step('the owner sends it to be approved, and the provider brings it into force', async () => {
    await olli.open(`${vartio.portal}/contracts`)
    await olli.press(button(olli, words.send))
    await acceptTerms('accept-terms')
    await olli.page.getByText(words.waits).waitFor()
    await olli.look('contracts')
    await inbox.waitForMatch(aino.email, words.letters.waits)
    await approve(words.waits, 'approve')
    await inbox.waitForMatch(olli.email, words.letters.inForce)
    await begin()
    await olli.page.getByText(words.answers).waitFor()
    await olli.look('release')
    await olli.press(olli.page.locator('#remember'), 'Space')
    await olli.press(button(olli, words.carryOn))
    await arrived(2)
    assert.equal(told.at(-1), 'Olli Omistaja')
  })

  await step(
    'a change that people would see waits, and the service goes on as it was until it is approved',
    async () => {
      await olli.open(`${vartio.portal}/contracts`)
      await olli.press(button(olli, words.change))
      await olli.write(field(olli, 'name'), 'Kirjaston ajanvaraus')
      await olli.press(button(olli, words.save))
      await olli.page.getByText(words.changeWaits).waitFor()
      // Who chose to be remembered is not asked again.
      await begin()
      await arrived(3)
      assert.equal(told.at(-1), 'Olli Omistaja')
      await inbox.waitForMatch(aino.email, words.letters.changeWaits)
      await approve(words.changeWaits, 'approve-change')
      await inbox.waitForMatch(olli.email, words.letters.changed)
      await begin({ prompt: 'consent' })
      await olli.page.getByText('Kirjaston ajanvaraus').first().waitFor()
      await olli.press(button(olli, words.cancel))
      await arrived(4)
      assert.equal(told.at(-1), 'access_denied', 'who cancels gives nothing')
    },
  )

  await step(
    'A-13 an address changes: the declaration is due at once, on both sides, until the owner gives it',
    async () => {
      await olli.open(`${vartio.portal}/contracts`)
      await olli.press(button(olli, words.change))
      await olli.write(field(olli, 'postLogoutRedirectUris'), new URL('/out', client.callback).href)
      await olli.press(button(olli, words.save))
      await olli.page.getByText(words.changeWaits).waitFor()
      await approve(words.changeWaits, 'approve-address')
      await aino.open(`${vartio.portal}/contracts`)
      await aino.page.getByRole('heading', { name: words.due }).waitFor()
      await olli.open(`${vartio.portal}/contracts`)
      await olli.page.getByRole('heading', { name: words.due }).waitFor()
      await olli.look('contracts-due')
      await olli.press(button(olli, words.declare))
      await acceptTerms()
      await olli.page.getByRole('heading', { name: words.due }).waitFor({ state: 'hidden' })
    },
  )

  await step('the person sees on their account what the service got, and stops it', async () => {
    await olli.open(`${vartio.identity}/account/services`)
    await olli.look('account-services')
    await olli.press(olli.page.getByRole('link', { name: 'Kirjaston ajanvaraus' }))
    await button(olli, words.stop).waitFor()
    await olli.look('account-service')
    await olli.press(button(olli, words.stop))
    await olli.page.getByText(words.stopped).waitFor()
    await begin()
    await olli.press(button(olli, words.cancel))
    await arrived(5)
    assert.equal(told.at(-1), 'access_denied')
  })

  await step('whoever writes the service sees why a request was refused, and how often people came', async () => {
    await begin({ redirect_uri: `${client.callback}/elsewhere` })
    await olli.open(`${vartio.portal}/contracts`)
    await olli.press(olli.page.getByRole('link', { name: 'Kirjaston ajanvaraus' }))
    await olli.page.getByText('invalid_redirect_uri').waitFor()
    await olli.page.getByText(`redirect_uri=${client.callback}/elsewhere`).waitFor()
    // What a library wants to know, and what the contract rests on.
    await olli.page.getByText('/.well-known/openid-configuration').waitFor()
    await olli.page.getByText('Seppo Allekirjoittaja').waitFor()
    await olli.page.getByText(words.terms).waitFor()
    await olli.look('service')
  })

  await step(
    'ID-19 an administrator looks into the technical log, says what for, and the look stays with their name',
    async () => {
      await aino.open(`${vartio.portal}/technical-log`)
      await aino.page.getByText(words.noLooks).waitFor()
      await aino.press(button(aino, words.lookIntoLog))
      await aino.page.locator('[aria-invalid="true"]').waitFor()
      await aino.write(field(aino, 'why'), 'Kirjautuminen jää kesken')
      await aino.look('technical-log-form')
      await aino.press(button(aino, words.lookIntoLog))
      await aino.page.getByText(words.handedOver).first().waitFor()
      await aino.page.getByText('Kirjautuminen jää kesken').waitFor()
      assert.equal(await aino.page.getByText('127.0.0.1').count(), 0, 'a fault shows from where somebody came')
      await aino.look('technical-log')
    },
  )
  server.close()
}
