import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testFiles } from '#engine/rules'
import { atPort, createTestDevice, type TestDevice } from '#tests/device'
import { until } from '#tests/until'
import { inviteAndJoin, quiet, setUp } from '../browser/first-steps.ts'
import { createInbox, type Inbox, register } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'
import { installAgent, makeCode, type Protected, timeToPage } from '../browser/protection.ts'
import { workWithStandards } from '../browser/standard-pages.ts'

// A partner takes a company on, protects its devices and handles what they find, until the company ends it: the very next request is refused.

const words = {
  continue: /^(Jatka|Continue)$/,
  overview: /^(Yleiskuva|Overview)$/,
  companies: /^(Yritykset|Companies)$/,
  organizations: /^(Organisaatiot|Organisations)$/,
  devices: /^(Laitteet|Devices)$/,
  detections: /^(Havainnot|Detections)$/,
  policy: /^(Käytäntö|Policy)$/,
  audit: /^(Tarkastusloki|Audit log)$/,
  add: /^(Lisää organisaatio|Add an organisation)$/,
  inviteFirst: /^(Kutsu pääkäyttäjä|Invite an administrator): /,
  send: /^(Lähetä kutsu|Send the invitation)$/,
  lookAfter: /^(Ala hoitaa|Look after): /,
  looksAfter: /^(Yritys, jota Saariston IT hoitaa|A company that Saariston IT looks after)/,
  back: /^(Takaisin yrityksiin|Back to the companies)$/,
  exclude: /^(Päästä jotain läpi|Let something through)$/,
  quarantined: /Siirrettiin karanteeniin|Quarantined/,
  take: /^(Ota tutkittavaksi|Look into it)$/,
  addNote: /^(Lisää huomio|Add the note)$/,
  resolve: /^(Merkitse ratkaistuksi|Mark as resolved)$/,
  reopen: /^(Avaa uudelleen|Open again)$/,
  save: /^(Tallenna|Save)$/,
  subscriptions: /^(Tilaukset|Subscriptions)$/,
  askRemoval: /^(Poista organisaatio|Remove the organisation)$/,
  withdraw: /^(Peru|Take it back)$/,
  end: /^(Lopeta|End)$/,
  ended: /on päättänyt, että Saariston IT|that Saariston IT no longer looks after it/,
  ownPlace: /^(Takaisin omaan organisaatioon|Back to your own organisation)$/,
}

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const heading = (person: Person) => person.page.getByRole('heading', { level: 1 })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const choice = (person: Person, value: string) => person.page.locator(`input[value="${value}"]`)
const dialog = (person: Person) => person.page.getByRole('dialog')
const eicar = testFiles().find(({ rule }) => rule === 'EICAR_Test_File')?.content ?? Buffer.alloc(0)

async function submit(person: Person): Promise<void> {
  await person.press(dialog(person).locator('button[type="submit"]'))
  await dialog(person).waitFor({ state: 'hidden' })
}

/** An organisation that has nobody yet gets its first administrator, who comes. */
async function inviteFirst(host: Person, guest: Person, name: string, inbox: Inbox): Promise<void> {
  const row = host.page.locator('.tree-row').filter({ hasText: name })
  await host.press(row.getByRole('button', { name: words.inviteFirst }))
  await host.write(field(host, 'email'), guest.email)
  await host.write(field(host, 'name'), guest.name)
  await host.press(button(host, words.send))
  await dialog(host).waitFor({ state: 'hidden' })
  await guest.open(await inbox.waitForLink(guest.email, /\/invitation#\S+/))
  await guest.press(button(guest, words.continue))
  await register(guest, inbox, { pictures: false })
  await link(guest, words.overview).waitFor()
}

async function addOrganization(person: Person, name: string, kind?: 'partner'): Promise<void> {
  await person.press(link(person, words.organizations))
  await person.press(button(person, words.add).first())
  await person.write(field(person, 'name'), name)
  if (kind) {
    // One of several: its keys are the arrows.
    await person.reach(choice(person, 'company'))
    await person.page.keyboard.press('ArrowDown')
    assert.ok(await choice(person, kind).isChecked())
  }
  await submit(person)
  await person.page.locator('.tree-row').filter({ hasText: name }).waitFor()
}

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@turva.example', language })
  const pekka = await arrive({ name: 'Pekka Virtanen', email: 'pekka@it.example', language })
  const saara = await arrive({ name: 'Saara Nieminen', email: 'saara@sahko.example', language })
  const eero = await arrive({ name: 'Eero Mäkelä', email: 'eero@sahko.example', language })
  const others: TestDevice[] = []
  let companyId = ''
  let agent: Protected | undefined
  const atCompany = (path: string) => `/api/organizations/${companyId}${path}`
  try {
    await step('the provider adds a partner, whose first administrator comes', async () => {
      await setUp(stage, aino, inbox, 'Pohjanlahden Turva')
      await addOrganization(aino, 'Saariston IT', 'partner')
      await inviteFirst(aino, pekka, 'Saariston IT', inbox)
      await pekka.press(link(pekka, words.companies))
      await pekka.page.waitForURL('**/companies*')
      await pekka.look('companies-none')
    })

    await step('PT-02 the partner adds a company that has nobody yet, and takes over what is agreed', async () => {
      await addOrganization(pekka, 'Saariston Sähkö')
      await pekka.press(button(pekka, words.lookAfter))
      await pekka.press(choice(pekka, 'it-management'), 'Space')
      await pekka.look('look-after')
      await submit(pekka)
      await pekka.press(link(pekka, words.companies))
      await link(pekka, /^Saariston Sähkö$/).waitFor()
      await quiet(pekka)
      await pekka.look('companies', { picture: false })
      await pekka.press(link(pekka, /^Saariston Sähkö$/))
      await pekka.page.getByText(words.looksAfter).waitFor()
      companyId = new URL(pekka.page.url()).searchParams.get('organization') ?? ''
      assert.match(companyId, /^[0-9a-f-]{36}$/)
    })

    await step('three devices of the company are enrolled, one of them this machine', async () => {
      agent = installAgent(stage, await makeCode(pekka), 180)
      for (const name of ['palvelin-1', 'tyoasema-3']) {
        const device = createTestDevice(atPort(vartio.port + 1), { name })
        const made = await pekka.ask(atCompany('/device-codes'), { method: 'POST', body: {} })
        assert.equal((await device.enrol(JSON.parse(made.text).code, { user: undefined })).status, 200)
        assert.equal((await device.checkIn()).status, 200)
        others.push(device)
      }
      await pekka.press(link(pekka, words.devices).first())
      await pekka.page.waitForURL('**/devices?**')
      await pekka.page.locator('tbody tr').nth(2).waitFor()
      await pekka.look('company-devices', { picture: false })
      await pekka.press(link(pekka, words.overview))
      await heading(pekka).filter({ hasText: '3' }).waitFor()
      await pekka.look('company-inside')
    })
    const { mount } = agent as unknown as Protected
    const built = join(mount, 'kaannos')
    mkdirSync(built)

    await step('a policy is pushed, and all three obey it', async () => {
      await pekka.press(link(pekka, words.policy))
      await pekka.page.waitForURL('**/policy?**')
      await pekka.press(button(pekka, words.exclude))
      await pekka.write(field(pekka, 'value'), `${built}/**`)
      await pekka.write(field(pekka, 'reason'), 'Kääntäjän tulokset')
      await submit(pekka)
      await pekka.page.getByText(`${built}/**`).first().waitFor()
      let version = 0
      for (const device of others) {
        const { policy } = (await device.checkIn()).body
        assert.deepEqual(
          policy.settings.exclusions.map(({ value }: { value: string }) => value),
          [`${built}/**`],
        )
        version = policy.version
        assert.equal((await device.checkIn({ policyVersion: version })).body.policy, null)
      }
      await until(async () => {
        const { devices } = JSON.parse((await pekka.ask(atCompany('/devices'))).text)
        const [own] = devices.filter(({ name }: { name: string }) => !/palvelin|tyoasema/.test(name))
        return JSON.parse((await pekka.ask(atCompany(`/devices/${own.deviceId}`))).text).policyVersion === version
      }, 60_000)
    })

    await step('A-37 a dangerous file is stopped, and the partner looks into it and resolves it', async () => {
      await pekka.press(link(pekka, words.detections))
      await pekka.page.waitForURL('**/detections?**')
      await pekka.settle()
      const [allowed, path] = [join(built, 'koe.com'), join(mount, 'lasku.com')]
      writeFileSync(allowed, eicar)
      await timeToPage(pekka, path, eicar)
      const row = pekka.page.locator('tr').filter({ hasText: path })
      await row.getByText(words.quarantined).waitFor()
      assert.ok(existsSync(allowed) && !existsSync(path), 'the policy is not what the device does')
      await pekka.press(row.getByRole('link').first())
      await pekka.press(button(pekka, words.take))
      await button(pekka, words.take).waitFor({ state: 'hidden' })
      await pekka.write(field(pekka, 'text'), 'Soitin yritykseen: liite tuli laskun mukana.')
      await pekka.press(button(pekka, words.addNote))
      await pekka.page.getByText('Soitin yritykseen').first().waitFor()
      await pekka.press(button(pekka, words.resolve))
      await submit(pekka)
      await button(pekka, words.reopen).waitFor()
      await quiet(pekka)
      await pekka.look('company-detection', { picture: false })
    })

    await step('a standard policy is given to the company, which sees where its policy comes from', async () => {
      await pekka.press(link(pekka, words.back))
      await workWithStandards(pekka, companyId, quiet)
      for (const device of others) assert.equal((await device.checkIn()).body.policy.settings.profile, 'strict')
    })

    await step('the company’s own administrator comes, and reads what the partner has done', async () => {
      await pekka.press(link(pekka, words.back))
      await pekka.press(link(pekka, words.organizations))
      await inviteFirst(pekka, saara, 'Saariston Sähkö', inbox)
      await saara.press(link(saara, words.audit))
      await saara.page.getByRole('cell', { name: pekka.name }).first().waitFor()
      await saara.look('company-audit', { picture: false })
      await saara.press(link(saara, words.organizations))
      await button(saara, words.end).waitFor()
      await saara.look('outsourcing')
    })

    await step(
      'PT-10 an employee reads what is collected, on which ground, who sees it, and what the device has sent',
      async () => {
        const grounds = 'Suojaamme työlaitteet haittaohjelmilta. Tietoja ei käytetä työn seurantaan.'
        await saara.write(field(saara, 'policyUrl'), 'https://sahko.example/tietosuoja')
        await saara.write(field(saara, 'grounds'), grounds)
        await saara.press(button(saara, words.save))
        await saara.page.locator('.toasts').getByRole('button').first().waitFor()
        await quiet(saara)
        await inviteAndJoin(saara, eero, inbox)
        await eero.open(`${vartio.portal}/own`)
        await eero.page.getByText(grounds).waitFor()
        const manager = eero.page.locator('.tree-row').filter({ hasText: 'Saariston IT' })
        await manager.waitFor()
        await manager.evaluate((element) => element.scrollIntoView({ block: 'center' }))
        await eero.look('own-employee')
        assert.equal((await eero.ask(atCompany('/devices'))).status, 403, 'a colleague’s device can be read')
        const sent = (agent as unknown as Protected).run('journal')
        assert.match(sent, /lasku\.com/)
        assert.doesNotMatch(sent, /kaannos/, 'what was let through was told')
      },
    )

    await step('PT-11 the company asks to be removed, which its partner sees, and thinks better of it', async () => {
      await saara.press(link(saara, words.subscriptions))
      await saara.press(button(saara, words.askRemoval))
      await saara.write(dialog(saara).getByRole('textbox'), 'Saariston Sähkö')
      await saara.look('removal-ask')
      await saara.press(dialog(saara).locator('button[type="submit"]'))
      await dialog(saara).waitFor({ state: 'hidden' })
      await button(saara, words.withdraw).waitFor()
      await saara.look('removal-asked')
      await pekka.press(link(pekka, words.companies))
      const row = pekka.page.locator('main section').locator('tr').filter({ hasText: 'Saariston Sähkö' })
      await row.waitFor()
      await row.evaluate((element) => element.scrollIntoView({ block: 'center' }))
      await pekka.look('companies-removals')
      await saara.press(button(saara, words.withdraw))
      await button(saara, words.withdraw).waitFor({ state: 'hidden' })
      await button(saara, words.askRemoval).waitFor()
    })

    await step('PT-03 the company ends it, and the very next request of the partner is refused', async () => {
      await pekka.open(`${vartio.portal}/devices?organization=${companyId}`)
      await pekka.page.locator('tbody tr').nth(2).waitFor()
      assert.equal((await pekka.ask(atCompany('/devices'))).status, 200)
      await saara.press(link(saara, words.organizations))
      await saara.press(button(saara, words.end))
      await saara.write(dialog(saara).getByRole('textbox'), 'Saariston IT')
      await saara.look('outsourcing-end', { picture: false })
      const ended = saara.page.waitForResponse((answer) => answer.request().method() === 'DELETE')
      await saara.press(dialog(saara).locator('button[type="submit"]'))
      assert.equal((await ended).status(), 204)
      const refused = await pekka.ask(atCompany('/devices'))
      assert.deepEqual([refused.status, JSON.parse(refused.text).code], [403, 'organizations.outsourcing_ended'])
      for (const path of ['/overview', '/detections', '/policy', '/audit', '/people'])
        assert.equal((await pekka.ask(atCompany(path))).status, 403, path)
      await pekka.page.reload()
      await heading(pekka).filter({ hasText: words.ended }).waitFor()
      await pekka.look('company-ended')
      await pekka.press(link(pekka, words.ownPlace))
      await pekka.press(link(pekka, words.companies))
      await pekka.settle()
      assert.equal(await link(pekka, /^Saariston Sähkö$/).count(), 0)
      await eero.page.reload()
      await eero.page.getByText('Saariston Sähkö').first().waitFor()
      await eero.settle()
      assert.equal(
        await eero.page.getByText('Saariston IT').count(),
        0,
        'who looks after the company no more is still named',
      )
    })

    await step('the devices stay protected, and are the company’s', async () => {
      for (const device of others) assert.equal((await device.checkIn()).status, 200)
      await saara.press(link(saara, words.devices).first())
      await saara.page.locator('tbody tr').nth(2).waitFor()
      await saara.look('company-own-devices', { picture: false })
    })
  } finally {
    agent?.stop()
  }
}
