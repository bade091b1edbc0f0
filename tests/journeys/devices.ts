import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { atPort, createTestDevice, detected } from '#tests/device'
import { quiet, setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'
import { workWithPolicies } from '../browser/policy-pages.ts'

// The pages of protection, as devices of every state fill them. The devices speak the real protocol; first-protection drives a real agent.

const words = {
  devices: /^(Laitteet|Devices)$/,
  detections: /^(Havainnot|Detections)$/,
  receivers: /^(Vastaanottajat|Receivers)$/,
  receiverChange: /^(Muokkaa|Edit): Valvomo$/,
  receiverSecret: /^(Vaihda salaisuus|Replace the secret)/,
  receiverDone: /^(Valmis|Done)$/,
  setQuiet: /^(Aseta hiljainen aika|Set quiet hours)$/,
  addReceiver: /^(Lisää vastaanottaja|Add a receiver)$/,
  take: /^(Ota tutkittavaksi|Look into it)$/,
  investigating: /^(Tutkitaan|Investigating)$/,
  falsePositive: /^(Väärä hälytys|False positive)$/,
  letThrough: /(päästetään läpi|is let through) /,
  protectHere: /^(Suojaa tämä kone|Protect this computer)$/,
  makeCode: /^(Tee liittämiskoodi|Make an enrolment code)$/,
  addDevice: /^(Liitä laite|Add a device)$/,
  notAdded: /Tällä linkillä ei enää|This link adds no device/,
  testRules: /^(Vain koesäännöt|Test rules only)$/,
  watching: /Yksi laite vain seuraa|One device only watches/,
  stateFilter: /^(Tila|State)$/,
  choosePage: /^(Valitse sivu|Choose the page)$/,
  act: /^(Tee valituille|Do to the chosen)$/,
  addTag: /^(Lisää tunniste|Add a tag)$/,
  tagged: /valmis, 2 laitetta|done, 2 devices/,
  undo: /^(Kumoa|Undo)$/,
  labels: /^(Ryhmät ja tunnisteet|Groups and tags)$/,
  newGroup: /^(Uusi ryhmä|New group)$/,
  newTag: /^(Uusi tunniste|New tag)$/,
  addLabel: /^(Lisää|Add)$/,
  renameKassa: /^(Nimeä uudelleen|Rename): Kassa$/,
  removeKonesali: /^(Poista|Remove): Konesali$/,
  changeLabels: /^(Muuta|Change)$/,
  untagged: /kumottu, 2 laitetta|undone, 2 devices/,
  sendsNothing: /Se ei lähetä mitään|It sends nothing/,
  scan: /^(Tarkasta|Scan)$/,
  isolate: /^(Eristä verkosta|Isolate from the network)$/,
  release: /^(Päästä takaisin verkkoon|Release to the network)$/,
  more: /^(Muut toiminnot|More actions)$/,
  collect: /^(Hae tiedosto tutkittavaksi|Collect a file to examine)$/,
  fetch: /^(Lataa tiedosto|Fetch the file)/,
  remove: /^(Poista laite|Remove the device)$/,
  restore: /^(Palauta|Restore)$/,
  restored: /^(Palautettiin|Restored)$/,
  ruleSets: /^(Säännöstöt|Rule sets)$/,
  bring: /^(Tuo oma säännöstö|Bring a rule set)$/,
  ruleFile: /^(Tiedosto|File)/,
  oneRule: /Laitteita suojaa yksi sääntö|One rule protects/,
  ownAdd: /^(Lisää omia sääntöjä|Add own rules)$/,
  ownChange: /^(Muokkaa|Edit)$/,
  twoRules: /Laitteita suojaa 2 sääntöä|2 rules protect/,
  apiKeys: /^(API-avaimet|API keys)$/,
  makeKey: /^(Tee avain|Make a key)$/,
  keyDone: /^(Avain on tallessa|I have the key)$/,
  revokeKey: /^(Kumoa|Revoke)/,
}

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const heading = (person: Person) => person.page.getByRole('heading', { level: 1 })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const submit = (person: Person) => person.page.getByRole('dialog').locator('button[type="submit"]')

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  const reached = atPort(vartio.port + 1)
  const since = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  const laptop = createTestDevice(reached, { name: 'kannettava-7' })
  let code = ''

  await step('empty pages say what will be there and lead to the one command', async () => {
    await setUp(stage, aino, inbox, 'Paja')
    await aino.press(link(aino, words.detections))
    await aino.page.waitForURL('**/detections')
    await aino.look('detections-none')
    await aino.press(link(aino, words.devices))
    await aino.page.waitForURL('**/devices')
    await aino.look('devices-none')
    await aino.press(link(aino, words.protectHere))
    await aino.page.waitForURL('**/devices/add')
    await aino.look('protect')
    await aino.press(button(aino, words.makeCode))
    const shown = aino.page.locator('.command code').filter({ hasText: /^VARTIO-/ })
    await shown.waitFor()
    code = (await shown.textContent()) ?? ''
    await aino.look('protect-code')
  })

  await step('the link of a code shows how a device is added, to whoever holds it', async () => {
    const guest = await arrive({ name: 'Eero Mäkelä', email: 'eero@paja.example', language })
    await guest.open(`${vartio.portal}/device/add#${code}`)
    await heading(guest).filter({ hasText: 'Paja' }).waitFor()
    await guest.look('add-device')
    assert.ok(!guest.page.url().includes('VARTIO-'), 'the code stays in the address')
    assert.equal((await laptop.enrol(code)).status, 200)
    await guest.open(
      `${vartio.portal}/device/add#${code.replace(/.$/, 'x').replace('VARTIO-', 'VARTIO-x').slice(0, 73)}`,
    )
    await heading(guest).filter({ hasText: words.notAdded }).waitFor()
    await guest.look('add-device-wrong', { picture: false })
    await guest.leave()
  })

  await step('EP-21 each device says how it is protected, why and since when, in one word', async () => {
    const rules = { sets: ['vartio-test'], updatedAt: since(600), testOnly: false }
    const real = (state: string, why?: string) => [
      { name: 'real-time', state, since: since(90), ...(why ? { why } : {}) },
      { name: 'scanner', state: 'on', since: since(90) },
      { name: 'quarantine', state: 'on', since: since(900) },
      { name: 'encryptors', state, since: since(90), ...(why ? { why } : {}) },
    ]
    await laptop.checkIn({
      protections: real('watching', 'ordinary-user'),
      asRoot: false,
      rules: { ...rules, testOnly: true },
    })
    const others = [
      ['palvelin-1', { protections: real('on'), rules }],
      ['palvelin-2', { protections: real('failed', 'guard.other_product'), rules }],
      ['tyoasema-3', { protections: real('on'), rules, isolated: true, spool: { waiting: 4, lost: 2 } }],
    ] as const
    for (const [name, told] of others) {
      const device = createTestDevice(reached, { name })
      const made = await aino.ask(`/api/organizations/${laptop.organizationId}/device-codes`, {
        method: 'POST',
        body: {},
      })
      await device.enrol(JSON.parse(made.text).code, { user: undefined })
      assert.equal((await device.checkIn(told)).status, 200)
    }
    await aino.press(link(aino, words.devices).first())
    await aino.page.getByText('palvelin-2').waitFor()
    await aino.page.getByText(words.testRules).first().waitFor()
    await aino.page.getByText(words.watching).first().waitFor()
    await aino.look('devices')
    // A filter stands in the address, a name that is looked for does not.
    await aino.page.getByLabel(words.stateFilter).selectOption('failing')
    await aino.page.getByText('palvelin-1').waitFor({ state: 'hidden' })
    await aino.page.waitForURL('**/devices?*state=failing*')
    await aino.page.getByLabel(words.stateFilter).selectOption('')
    await aino.page.getByText('palvelin-1').waitFor()
    await aino.write(aino.page.locator('[data-search]'), 'palvelin')
    await aino.page.getByText('tyoasema-3').waitFor({ state: 'hidden' })
    assert.ok(!aino.page.url().includes('palvelin'), 'what was searched for stays in the address')
    await aino.page.getByLabel(words.choosePage).check()
    await aino.press(button(aino, words.act))
    await aino.press(aino.page.getByRole('menuitem', { name: words.addTag }))
    await aino.write(field(aino, 'name'), 'Konesali')
    await aino.press(submit(aino))
    await aino.page.getByText(words.tagged).waitFor()
    await aino.page.locator('.tag').nth(1).waitFor()
    await aino.look('devices-tagged')
    await aino.press(button(aino, words.undo))
    await aino.page.getByText(words.untagged).waitFor()
    await aino.page.locator('.tag').first().waitFor({ state: 'hidden' })
    await aino.page.locator('[data-search]').fill('')
  })

  await step('groups and tags are made, renamed and removed, and given to one device on its page', async () => {
    const dialog = aino.page.getByRole('dialog')
    const gone = () => aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.press(button(aino, words.labels))
    for (const [label, name, add] of [
      [words.newGroup, 'Myymälät', 0],
      [words.newTag, 'Kassa', 1],
    ] as const) {
      await aino.write(dialog.getByLabel(label), name)
      await aino.press(dialog.getByRole('button', { name: words.addLabel }).nth(add))
      await dialog.getByText(name, { exact: true }).waitFor()
    }
    await quiet(aino)
    await aino.look('devices-labels')
    await aino.press(dialog.getByRole('button', { name: words.renameKassa }))
    await aino.write(field(aino, 'name'), 'Kassakone')
    await aino.press(submit(aino))
    await dialog.getByText('Kassakone', { exact: true }).waitFor()
    await aino.press(dialog.getByRole('button', { name: words.removeKonesali }))
    await aino.look('devices-label-remove')
    await aino.write(dialog.getByRole('textbox'), 'konesali')
    await aino.press(submit(aino))
    await dialog.getByText('Kassakone', { exact: true }).waitFor()
    assert.equal(await dialog.getByText('Konesali', { exact: true }).count(), 0)
    await aino.page.keyboard.press('Escape')
    await gone()
    await quiet(aino)
    await aino.press(link(aino, /^kannettava-7$/))
    await heading(aino).filter({ hasText: 'kannettava-7' }).waitFor()
    await aino.press(button(aino, words.changeLabels))
    await aino.press(dialog.getByLabel('Kassakone'), 'Space')
    await dialog.getByRole('combobox').selectOption({ label: 'Myymälät' })
    await aino.look('device-labels', { picture: false })
    await aino.press(submit(aino))
    await gone()
    await aino.page.getByText('Kassakone', { exact: true }).waitFor()
    await aino.page.getByText('Myymälät', { exact: true }).first().waitFor()
    await quiet(aino)
    await aino.page.evaluate(() => window.scrollTo(0, 0))
    await aino.look('device')
  })

  await step(
    'SU-04 where the agent of a device does not work, its page says what the support tool takes and that it sends nothing',
    async () => {
      const tool = aino.page.getByText('sudo vartio-agent support', { exact: true })
      assert.equal(await tool.count(), 0, 'a device that only watches is not at fault')
      await aino.press(link(aino, words.devices).first())
      await aino.press(link(aino, /^palvelin-2$/))
      await heading(aino).filter({ hasText: 'palvelin-2' }).waitFor()
      await tool.waitFor()
      await aino.page.getByText(words.sendsNothing).waitFor()
      await aino.look('device-faulty', { picture: false })
      await aino.page.goBack()
      await aino.press(link(aino, /^kannettava-7$/))
      await heading(aino).filter({ hasText: 'kannettava-7' }).waitFor()
    },
  )

  await step('a device is asked to scan, isolated and released, and gives a file to examine', async () => {
    await aino.press(button(aino, words.scan))
    await aino.look('device-scan', { picture: false })
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.press(button(aino, words.isolate))
    await aino.write(field(aino, 'reason'), 'Kiristysohjelma')
    await aino.look('device-isolate', { picture: false })
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.press(button(aino, words.more))
    await aino.choose(aino.page.getByRole('menuitem', { name: words.collect }))
    await aino.write(field(aino, 'path'), '/tmp/outo')
    await aino.write(field(aino, 'reason'), 'Tutkitaan')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    const { actions } = (await laptop.checkIn({ isolated: true, asRoot: true })).body
    assert.equal(actions.length, 3)
    for (const { actionId, kind } of actions)
      await laptop.post(`/api/device/actions/${actionId}`, {
        state: 'done',
        result: kind === 'scan' ? { files: 1_204, found: 0 } : kind === 'collect-file' ? { content: 'b3V0bw==' } : {},
      })
    await link(aino, words.fetch).waitFor()
    await button(aino, words.release).waitFor()
    await quiet(aino)
    await aino.look('device-asked')
  })

  await step('EP-17 what a device found is on the page by itself, and is put back with a reason', async () => {
    await aino.press(link(aino, words.detections).first())
    await aino.page.waitForURL('**/detections')
    await aino.settle()
    const found = detected({
      findings: [
        {
          rule: 'Win_Lataaja',
          ruleSet: 'base',
          author: 'A. N. Other',
          licence: 'CC-BY-4.0',
          source: 'rules',
          place: ['lasku.zip', 'sisin.zip', 'lasku.exe'],
        },
      ],
      at: since(0),
    })
    const encryptor = {
      kind: 'encryptor',
      id: randomUUID(),
      at: since(60),
      process: { pid: 812, path: '/tmp/.x/lukko', user: 'aino' },
      files: 7,
      paths: ['/srv/jako/tilaukset.ods', '/srv/jako/kuva.jpg'],
      canary: true,
      done: 'stopped',
    }
    await laptop.send(randomUUID(), 1, [
      found,
      encryptor,
      detected({
        seenLate: true,
        done: 'reported',
        quarantineId: undefined,
        at: since(30),
        path: '/var/tmp/vanha.bin',
      }),
    ])
    await aino.page.getByText('Win_Lataaja').waitFor()
    await quiet(aino)
    await aino.look('detections')
    await aino.press(link(aino, /^Win_Lataaja$/))
    await heading(aino).filter({ hasText: 'Win_Lataaja' }).waitFor()
    await quiet(aino)
    await aino.look('detection')
    await aino.press(button(aino, words.restore))
    await aino.write(field(aino, 'reason'), 'Oma asennuspakettimme')
    await aino.look('detection-restore')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    const [action] = (await laptop.checkIn()).body.actions
    assert.deepEqual([action.kind, action.reason], ['restore', 'Oma asennuspakettimme'])
    await laptop.post(`/api/device/actions/${action.actionId}`, { state: 'done' })
    await aino.page.getByText(words.restored).first().waitFor()
    await quiet(aino)
    await aino.look('detection-restored')
    await aino.press(button(aino, words.take))
    await aino.page.getByText(words.investigating).first().waitFor()
    await aino.press(button(aino, words.falsePositive))
    await aino.write(field(aino, 'reason'), 'Oma asennuspakettimme')
    await aino.look('detection-false-positive')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.page.getByText(words.letThrough).waitFor()
    await quiet(aino)
    await aino.look('detection-handled')
  })

  await step('a rule set of one’s own is brought, tried on clean files, signed, and named to the devices', async () => {
    await aino.press(link(aino, words.ruleSets))
    await aino.page.waitForURL('**/rule-sets')
    await aino.look('rule-sets-none')
    await aino.press(button(aino, words.bring))
    await aino.write(field(aino, 'title'), 'Omat säännöt')
    await aino.write(field(aino, 'licence'), 'EUPL-1.2')
    await aino.write(field(aino, 'author'), 'Paja')
    const dialog = aino.page.getByRole('dialog')
    const [chooser] = await Promise.all([
      aino.page.waitForEvent('filechooser'),
      aino.press(dialog.getByRole('button', { name: words.ruleFile })),
    ])
    const rule = `rule Paja_${randomUUID().replaceAll('-', '')} { strings: $a = "${randomUUID()}" condition: $a }`
    await chooser.setFiles({ name: 'omat.yar', mimeType: 'text/plain', buffer: Buffer.from(rule) })
    await aino.look('rule-sets-bring', { picture: false })
    await aino.press(submit(aino))
    await heading(aino).filter({ hasText: words.oneRule }).waitFor({ timeout: 120_000 })
    await quiet(aino)
    await aino.look('rule-sets')
    const { ruleSets } = (await laptop.checkIn()).body
    assert.equal(ruleSets.length, 1, JSON.stringify(ruleSets))
  })

  await step('rules for one’s own devices alone are written on the page, and written again', async () => {
    await aino.press(button(aino, words.ownAdd))
    await aino.write(field(aino, 'title'), 'Palkkahallinto')
    await aino.write(field(aino, 'text'), `rule Palkat { strings: $a = "${randomUUID()}" condition: $a }`)
    await aino.look('rule-sets-own-add', { picture: false })
    await aino.press(submit(aino))
    await heading(aino).filter({ hasText: words.twoRules }).waitFor({ timeout: 120_000 })
    await aino.look('rule-sets-own')
    const own = (await laptop.checkIn()).body.ruleSets.find(({ set }: { set: string }) => set.startsWith('company-'))
    assert.equal(own?.set, 'company-palkkahallin')
    await aino.press(button(aino, words.ownChange))
    await aino.page.getByRole('dialog').waitFor()
    assert.match(await field(aino, 'text').inputValue(), /^rule Palkat/)
    await aino.page.keyboard.press('Escape')
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  await step('the policy is changed for all, for a group and back, and something is let through for a time', () =>
    workWithPolicies(aino, laptop, quiet),
  )

  await step('events are sent where somebody has said, and the secret of that is shown once', async () => {
    await aino.press(link(aino, words.receivers))
    await aino.page.waitForURL('**/receivers')
    await aino.look('receivers-none')
    await aino.press(button(aino, words.addReceiver).first())
    await aino.write(field(aino, 'title'), 'Valvomo')
    await aino.page.getByRole('dialog').getByRole('combobox').selectOption('json')
    await aino.write(field(aino, 'address'), 'https://tapahtumat.example/vartio')
    await aino.look('receivers-add')
    await aino.press(submit(aino))
    await aino.page
      .getByRole('dialog')
      .locator('code')
      .filter({ hasText: /^whsec_/ })
      .waitFor()
    await aino.look('receivers-made', { picture: false })
    await aino.press(aino.page.getByRole('dialog').getByRole('button', { name: words.receiverDone }))
    await aino.page.getByText('tapahtumat.example').waitFor()
    await aino.press(button(aino, words.setQuiet))
    await aino.page.getByRole('dialog').locator('input[type="time"]').first().waitFor()
    await aino.look('receivers-quiet')
    await aino.press(submit(aino))
    await aino.page.getByText('18:00–07:00').waitFor()
    await aino.press(button(aino, words.receiverChange))
    await aino.write(field(aino, 'address'), 'https://uudet.example/vartio')
    await aino.look('receivers-change')
    await aino.press(submit(aino))
    // What was changed is tried: nobody answers there.
    await aino.page.getByText('uudet.example').waitFor()
    await aino.page.getByText(/Koeviesti ei mennyt perille|The trial did not come through/).waitFor()
    await quiet(aino)
    await aino.press(button(aino, words.receiverSecret))
    await aino.press(aino.page.getByRole('dialog').getByRole('button', { name: words.receiverSecret }))
    await aino.page
      .getByRole('dialog')
      .locator('code')
      .filter({ hasText: /^whsec_/ })
      .waitFor()
    await aino.look('receivers-rotated', { picture: false })
    await aino.press(aino.page.getByRole('dialog').getByRole('button', { name: words.receiverDone }))
    await aino.look('receivers')
  })

  await step('a program of the organisation gets a key, uses it, and loses it', async () => {
    await aino.press(link(aino, words.apiKeys))
    await aino.page.waitForURL('**/api-keys')
    await aino.look('api-keys-none')
    await aino.press(button(aino, words.makeKey))
    await aino.write(field(aino, 'title'), 'Valvonta')
    await aino.look('api-keys-make', { picture: false })
    await aino.press(submit(aino))
    const key = (await aino.page.getByRole('dialog').locator('code').first().textContent()) ?? ''
    await aino.look('api-keys-made', { picture: false })
    const organizationId = /"organizationId":"([^"]+)"/.exec((await aino.ask('/api/session')).text)?.[1]
    const ask = () =>
      aino.page.evaluate(
        async ([path, sent]) => (await fetch(path, { headers: { authorization: sent }, credentials: 'omit' })).status,
        [`/api/organizations/${organizationId}/devices`, `Bearer ${key}`] as const,
      )
    assert.equal(await ask(), 200)
    await aino.press(aino.page.getByRole('dialog').getByRole('button', { name: words.keyDone }))
    await aino.page.getByRole('cell', { name: /^Valvonta/ }).waitFor()
    await aino.look('api-keys')
    await aino.press(button(aino, words.revokeKey))
    await aino.write(aino.page.getByRole('dialog').getByRole('textbox'), 'Valvonta')
    await aino.press(submit(aino))
    await aino.page.getByRole('cell', { name: /^Valvonta/ }).waitFor({ state: 'detached' })
    assert.equal(await ask(), 401)
    await quiet(aino)
  })

  await step('a device is removed, and only what and when stays', async () => {
    await aino.press(link(aino, words.devices).first())
    await aino.press(link(aino, /^kannettava-7$/))
    await aino.press(button(aino, words.more))
    await aino.choose(aino.page.getByRole('menuitem', { name: words.remove }))
    await aino.look('device-remove', { picture: false })
    await aino.write(aino.page.getByRole('dialog').getByRole('textbox'), 'kannettava-7')
    await aino.press(submit(aino))
    await aino.page.waitForURL('**/devices')
    await aino.page.getByText('palvelin-1').waitFor()
    assert.equal((await laptop.checkIn()).code, 'devices.not_enrolled')
    await aino.open(`${vartio.portal}/`)
    await heading(aino).waitFor()
    await aino.look('overview-devices')
  })
}
