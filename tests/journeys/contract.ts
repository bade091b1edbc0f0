import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { localFetch } from '#tests/service'
import { setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// A service of somebody else: its contract, its first sign-in with made-up data, and a real one once the contract is in force.

const words = {
  contracts: /^(Palvelut|Services)$/,
  make: /^(Tee sopimus|Make a contract)$/,
  save: /^(Tallenna|Save)$/,
  newSecret: /^(Uusi salaisuus|New secret)/,
  kept: /^(Otin talteen|I have kept it)$/,
  enforce: /^(Ota voimaan|Bring into force)/,
  inForce: /^(Voimassa|In force)$/,
  testing: /Palvelu on testikäytössä|This service is being tested/,
  answers: /Lahden kirjastoyhtiö Oy (vastaa saamistaan tiedoista|answers for what it has received)/,
  carryOn: /^(Jatka palveluun|Continue to the service)$/,
  cancel: /^(Peruuta|Cancel), /,
  noLooks: /Kukaan ei ole katsonut lokia|Nobody has looked into the log/,
  look: /^(Katso lokia|Look into the log)$/,
  stop: /^(Lopeta|Stop)$/,
  stopped: /ei saa sinusta mitään|gets nothing about you/,
  terms: /^(Sopimusehdot, versio|Terms, version) 2026-11$/,
  handedOver: /^(Tiedot luovutettiin|The data was handed over)/,
}

const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })

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
    aino.open(
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
    await aino.page.waitForURL(`${client.callback}*`)
    await aino.page.getByText(`told ${count}`).waitFor()
  }

  await step('an administrator makes a contract, and gets a secret for the service', async () => {
    await setUp(stage, aino, inbox, 'Paja')
    await aino.press(aino.page.getByRole('link', { name: words.contracts }))
    await aino.page.waitForURL('**/contracts')
    await aino.look('contracts-none')
    await aino.press(button(aino, words.make))
    for (const [name, value] of [
      ['name', 'Kirjaston varauspalvelu'],
      ['organization', 'Lahden kirjastoyhtiö Oy'],
      ['businessId', '1234567-8'],
      ['contactName', 'Kaisa Yhteys'],
      ['contactEmail', 'kaisa@library.example'],
      ['signatory', 'Seppo Allekirjoittaja'],
      ['redirectUris', client.callback],
    ] as const)
      await aino.write(field(aino, name), value)
    await field(aino, 'authentication').selectOption('client_secret_basic')
    await field(aino, 'pkce').selectOption('not-sent')
    await aino.look('contract-form')
    await aino.press(button(aino, words.save))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    client.id = (await aino.page.getByText(/^s-[0-9a-f]{16}$/).textContent()) ?? ''
    await aino.press(button(aino, words.newSecret))
    client.secret = (await aino.page.locator('.command code').textContent()) ?? ''
    assert.match(client.secret, /^[\w-]{43}$/)
    await aino.press(button(aino, words.kept))
    await aino.look('contracts')
  })

  await step('in test mode the service gets made-up data', async () => {
    await begin()
    await aino.page.getByText(words.testing).waitFor()
    await aino.look('release-test')
    await aino.press(button(aino, words.carryOn))
    await arrived(1)
    assert.equal(told.at(-1), 'Testi Testinen')
  })

  await step('in force it gets what the page shows, after the person continued', async () => {
    await aino.open(`${vartio.portal}/contracts`)
    await aino.press(button(aino, words.enforce))
    await aino.page.getByText(words.inForce).waitFor()
    await begin()
    await aino.page.getByText(words.answers).waitFor()
    await aino.look('release')
    await aino.press(aino.page.locator('#remember'), 'Space')
    await aino.press(button(aino, words.carryOn))
    await arrived(2)
    assert.equal(told.at(-1), 'Aino Korhonen')
  })

  await step('who chose to be remembered is not asked again; who cancels gives nothing', async () => {
    await begin()
    await arrived(3)
    assert.equal(told.at(-1), 'Aino Korhonen')
    await begin({ prompt: 'consent' })
    await aino.press(button(aino, words.cancel))
    await arrived(4)
    assert.equal(told.at(-1), 'access_denied')
  })

  await step('the person sees on their account what the service got, and stops it', async () => {
    await aino.open(`${vartio.identity}/account/services`)
    await aino.look('account-services')
    await aino.press(aino.page.getByRole('link', { name: 'Kirjaston varauspalvelu' }))
    await button(aino, words.stop).waitFor()
    await aino.look('account-service')
    await aino.press(button(aino, words.stop))
    await aino.page.getByText(words.stopped).waitFor()
    await begin()
    await aino.press(button(aino, words.cancel))
    await arrived(5)
    assert.equal(told.at(-1), 'access_denied')
  })

  await step('whoever writes the service sees why a request was refused, and how often people came', async () => {
    await begin({ redirect_uri: `${client.callback}/elsewhere` })
    await aino.open(`${vartio.portal}/contracts`)
    await aino.press(aino.page.getByRole('link', { name: 'Kirjaston varauspalvelu' }))
    await aino.page.getByText('invalid_redirect_uri').waitFor()
    await aino.page.getByText(`redirect_uri=${client.callback}/elsewhere`).waitFor()
    // What a library wants to know, and what the contract rests on.
    await aino.page.getByText('/.well-known/openid-configuration').waitFor()
    await aino.page.getByText('Seppo Allekirjoittaja').waitFor()
    await aino.page.getByText(words.terms).waitFor()
    await aino.look('service')
  })

  await step(
    'ID-19 an administrator looks into the technical log, says what for, and the look stays with their name',
    async () => {
      await aino.open(`${vartio.portal}/technical-log`)
      await aino.page.getByText(words.noLooks).waitFor()
      await aino.press(button(aino, words.look))
      await aino.page.locator('[aria-invalid="true"]').waitFor()
      await aino.write(field(aino, 'why'), 'Kirjautuminen jää kesken')
      await aino.look('technical-log-form')
      await aino.press(button(aino, words.look))
      await aino.page.getByText(words.handedOver).first().waitFor()
      await aino.page.getByText('Kirjautuminen jää kesken').waitFor()
      assert.equal(await aino.page.getByText('127.0.0.1').count(), 0, 'a fault shows from where somebody came')
      await aino.look('technical-log')
    },
  )
  server.close()
}
