import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { aContract, accepted } from '#tests/contract'
import { localFetch } from '#tests/service'
import { type AnotherVartio, registerThere, startAnother } from '../browser/another.ts'
import { setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// Another Vartio, as processes and under a host name of its own, says who somebody is: without an account, to register, and to sign in.

const words = {
  upstreams: /^(Tunnistuslähteet|Upstreams)$/,
  add: /^(Lisää tunnistuslähde|Add an upstream)$/,
  save: /^(Tallenna|Save)$/,
  connect: /^(Liitä|Connect): /,
  tryIt: /^(Kokeile|Try): /,
  answers: /^(Lähde vastaa|The upstream answers)/,
  close: /^(Sulje|Close)$/,
  identify: /^(Tunnistaudu: |Identify with )/,
  signIn: /^(Kirjaudu tiliisi: |Sign in to your account with )/,
  verify: /^(Vahvista sähköposti: |Verify your e-mail with )/,
  createAccount: /^(Luo tili|Create an account)$/,
  told: /^(Sen kertoi juuri|.* has just told it)/,
  nothingStays: /joka ei nimeä sinua|that does not name you/,
  carryOn: /^(Jatka palveluun|Continue to the service)$/,
  cancel: /^(Peruuta|Cancel)/,
  brokenOff: /Tunnistautuminen keskeytyi|Identifying was broken off/,
  remove: /^(Poista|Remove): /,
  removeIdentifier: /^(Poista tunnus|Remove the identifier): /,
  link: /^(Yhdistä|Link): /,
  linked: /^(Lähde on yhdistetty|The upstream is linked)/,
  stays: /^(Tilillesi tallentuu myös|Your account also keeps)/,
  confirm: /pääsyavain|passkey/i,
  nothingLinked: /^(Yhdistettyjä lähteitä ei ole|Nothing is linked)$/,
  ended: /Tämä kirjautuminen on päättynyt|This sign-in has ended/,
}

const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const carryOn = (person: Person) => person.page.locator('main button.main, main a.main').first()

/** A service that shows whom it was told. */
async function startService(identity: string) {
  const told: string[] = []
  const client = { id: '', secret: '', callback: '' }
  const server = createServer(async (request, response) => {
    const { pathname, searchParams: answer } = new URL(request.url ?? '/', client.callback)
    if (pathname !== '/callback') {
      response.writeHead(404).end()
      return
    }
    const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
    const code = answer.get('code')
    const form = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: client.callback }
    const tokens =
      code === null
        ? undefined
        : await localFetch(`${identity}/oidc/token`, {
            method: 'POST',
            headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams(form).toString(),
          } as never).then((answer) => answer.json() as Promise<{ id_token: string }>)
    const claims = tokens ? Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString('utf8') : ''
    told.push(claims === '' ? String(answer.get('error')) : (JSON.parse(claims) as { name: string }).name)
    response.setHeader('content-type', 'text/plain; charset=utf-8').end(`told ${told.length}`)
  })
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client.callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
  return { client, told, stop: () => server.close() }
}

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
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  const eino = await arrive({ name: 'Eino Tunnistettu', email: 'eino@toinen.example', language })
  const { client, told, stop } = await startService(vartio.identity)
  const begin = (person: Person) =>
    person.open(
      `${vartio.identity}/oidc/auth?${new URLSearchParams({
        client_id: client.id,
        redirect_uri: client.callback,
        response_type: 'code',
        scope: 'openid profile email',
        state: 'x',
        ui_locales: language,
      })}`,
    )
  const arrived = async (person: Person, who: string) => {
    await person.page.waitForURL(`${client.callback}*`)
    await person.page.getByText(/^told \d+$/).waitFor()
    assert.equal(told.at(-1), who)
  }
  /** At the other Vartio with the passkey, and on with what it asks. */
  const atTheOther = async (person: Person) => {
    await person.page.waitForURL((url) => url.host === another.host && /^\/sign-in\/[^/]+$/.test(url.pathname))
    // The other keeps its own session; where it has ended the passkey comes first.
    if ((await button(person, words.carryOn).count()) === 0) await person.press(carryOn(person))
    await button(person, words.carryOn).waitFor()
    await person.press(button(person, words.carryOn))
    await person.page.waitForURL((url) => url.host === new URL(vartio.identity).host)
  }

  await step('the provider’s staff adds an upstream, and makes a contract of a service that takes it', async () => {
    await setUp(stage, aino, inbox, 'Paja')
    const organizationId = JSON.parse((await aino.ask('/api/session')).text).organizations[0].organizationId as string
    const at = (path: string) => `/api/organizations/${organizationId}${path}`
    await aino.press(aino.page.getByRole('link', { name: words.upstreams }))
    await aino.look('upstreams-none', { picture: false })
    await aino.press(button(aino, words.add).first())
    await aino.write(field(aino, 'name'), 'Toinen Vartio')
    await aino.write(field(aino, 'issuer'), another.issuer)
    await aino.write(field(aino, 'clientId'), 'odottaa')
    await field(aino, 'authentication').selectOption('private_key_jwt')
    await field(aino, 'uses').selectOption('all')
    await aino.look('upstream-form')
    await aino.press(button(aino, words.save))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.press(button(aino, words.tryIt))
    await aino.page.getByText(words.answers).waitFor()
    await aino.press(button(aino, words.connect))
    const [redirectUri = '', publicKey = ''] = await aino.page.locator('.command code').allTextContents()
    await aino.press(button(aino, words.close).last())
    await aino.look('upstreams')
    const [listed] = JSON.parse((await aino.ask(at('/upstreams'))).text).upstreams
    const clientId = (await another.agree({ redirectUris: [redirectUri], keys: [JSON.parse(publicKey)] })).clientId
    // As a register it says what it calls people; the types are those that every Vartio begins with.
    const claims = [{ typeId: 'electronic-client-identifier', claim: 'sub' }]
    const identifiers = { claims, levels: [], scopes: [] }
    const changed = { method: 'PUT', body: { ...listed.upstream, clientId, identifiers } }
    assert.equal((await aino.ask(at(`/upstreams/${listed.upstreamId}`), changed)).status, 204)
    const contract = aContract({
      redirectUris: [client.callback],
      ways: ['account', listed.upstreamId],
      protocol: { authentication: 'client_secret_basic', pkce: 'not-sent' },
    })
    client.id = JSON.parse((await aino.ask(at('/contracts'), { method: 'POST', body: contract })).text).clientId
    const secret = await aino.ask(at(`/contracts/${client.id}/secret`), { method: 'POST', body: {} })
    client.secret = JSON.parse(secret.text).secret
    assert.equal((await aino.ask(at(`/contracts/${client.id}/force`), { method: 'POST', body: accepted })).status, 204)
  })

  await step('ID-71 somebody without an account identifies, and sees what goes out and who told it', async () => {
    await eino.holdBack(true)
    await begin(eino)
    await button(eino, words.identify).waitFor()
    await eino.look('ways')
    await eino.holdBack(false)
    await eino.press(button(eino, words.identify))
    await eino.page.waitForURL((url) => url.host === another.host)
    await eino.press(eino.page.getByRole('link', { name: words.createAccount }))
    await registerThere(eino, { waitForMatch: another.house.waitForLetter })
    await atTheOther(eino)
    await eino.page.getByText(words.told).first().waitFor()
    await eino.page.getByText(words.nothingStays).waitFor()
    await eino.look('release-upstream')
    await eino.press(button(eino, words.carryOn))
    await arrived(eino, eino.name)
  })

  await step('ID-47 whoever cancels there is back at the choice, and here gives the service nothing', async () => {
    for (const there of [true, false]) {
      const person = await arrive({ name: `Peruja ${there}`, email: `peruja-${there}@toinen.example`, language })
      await begin(person)
      if (there) {
        await person.press(button(person, words.identify))
        await person.page.waitForURL((url) => url.host === another.host)
        await person.press(button(person, words.cancel))
        await person.page.getByText(words.brokenOff).waitFor()
        await person.look('ways-cancelled', { picture: false })
      }
      await person.press(button(person, words.cancel))
      await arrived(person, 'access_denied')
      await person.leave()
    }
  })

  await step(
    'ID-47 whoever comes back from there and cancels on the page of the release gives nothing either',
    async () => {
      await eino.context.clearCookies({ domain: new URL(vartio.identity).hostname })
      await begin(eino)
      await eino.press(button(eino, words.identify))
      await atTheOther(eino)
      await button(eino, words.carryOn).waitFor()
      await eino.press(button(eino, words.cancel))
      await arrived(eino, 'access_denied')
    },
  )

  await step('back, two tabs and a lost cookie lead on', async () => {
    const page = await eino.context.newPage()
    const { origin } = new URL(vartio.identity)
    await eino.context.clearCookies({ domain: new URL(vartio.identity).hostname })
    await begin(eino)
    const choice = eino.page.url()
    await page.goto(choice)
    await eino.press(button(eino, words.identify))
    await eino.page.waitForURL((url) => url.host === another.host)
    const first = eino.page.url()
    await eino.open(choice)
    await eino.press(button(eino, words.identify))
    await eino.page.waitForURL((url) => url.host === another.host && url.href !== first)
    await atTheOther(eino)
    await button(eino, words.carryOn).waitFor()
    // The answer has shown it; its address, loaded again, is that of the event.
    assert.ok(new URL(eino.page.url()).searchParams.has('code'))
    await eino.page.reload()
    await button(eino, words.carryOn).waitFor()
    assert.match(new URL(eino.page.url()).pathname, /^\/sign-in\/[^/]+$/)
    // The other tab shows the choice of an event that has gone on: it comes to the same page.
    await page.reload()
    await page.getByRole('button', { name: words.carryOn }).waitFor()
    await page.close()
    await eino.press(button(eino, words.carryOn))
    await arrived(eino, eino.name)
    await begin(eino)
    await button(eino, words.carryOn).waitFor()
    await eino.context.clearCookies({ name: 'vartio-event' })
    await eino.page.reload()
    await eino.page.getByRole('heading', { name: words.ended }).waitFor()
    assert.ok(eino.page.url().startsWith(origin))
    await eino.look('ended', { picture: false })
  })

  await step('ID-24 somebody registers with the address that the other has verified, and signs in by it', async () => {
    await eino.context.clearCookies({ domain: new URL(vartio.identity).hostname })
    await begin(eino)
    await eino.press(eino.page.getByRole('link', { name: words.createAccount }))
    await eino.press(button(eino, words.verify))
    await atTheOther(eino)
    await eino.page.waitForURL('**/name')
    await eino.page.getByText(words.stays).waitFor()
    await eino.look('register-upstream')
    await eino.write(field(eino, 'name'), 'Eino Tilillinen')
    await eino.press(carryOn(eino))
    await eino.page.waitForURL('**/passkey')
    await eino.press(carryOn(eino))
    await eino.page.waitForURL('**/codes')
    await eino.press(carryOn(eino))
    await eino.press(button(eino, words.carryOn))
    await arrived(eino, 'Eino Tilillinen')
    await eino.context.clearCookies({ domain: new URL(vartio.identity).hostname })
    await eino.holdBack(true)
    await begin(eino)
    await eino.press(button(eino, words.signIn))
    // Not before: the page that is being left still asks for the passkey by itself.
    await eino.page.waitForURL((url) => url.host === another.host)
    await eino.holdBack(false)
    await atTheOther(eino)
    await eino.press(button(eino, words.carryOn))
    await arrived(eino, 'Eino Tilillinen')
  })

  await step('the holder of the account sees who lets them in, and takes it back with the passkey', async () => {
    await eino.open(`${vartio.identity}/account/upstreams`)
    await eino.page.getByText('eino@toinen.example').waitFor()
    await eino.look('account-upstreams')
    await eino.press(button(eino, words.remove))
    await eino.press(button(eino, words.confirm))
    await eino.page.getByText(words.nothingLinked).waitFor()
    await eino.page.keyboard.press('z')
    await button(eino, words.remove).first().waitFor()
    await eino.press(button(eino, words.remove))
    await eino.page.getByText(words.nothingLinked).waitFor()
    // Whoever leaves the page has meant it.
    await eino.page.reload()
    await button(eino, words.link).waitFor()
    await eino.look('account-upstreams-none')
  })

  await step('ID-32 from their own page the holder links it again, and has proved who they are', async () => {
    await eino.press(button(eino, words.removeIdentifier))
    await eino.page.reload()
    await eino.press(button(eino, words.link))
    await atTheOther(eino)
    await eino.page.getByText(words.linked).waitFor()
    await button(eino, words.removeIdentifier).waitFor()
    await eino.look('account-upstreams-linked', { picture: false })
  })
  stop()
}
