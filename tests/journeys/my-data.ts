import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { createHeldRequests } from '#tests/held-requests'
import { readZip } from '#tests/unzip'
import { inviteAndJoin, setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// Somebody sees what is held of them, takes a copy, deletes the account, and shows afterwards, without us, that it was done.

const words = {
  ownData: /^(Omat tiedot|Your data)$/,
  account: /^(Tili ja pääsyavaimet|Account and passkeys)$/,
  ask: /^(Pyydä kopio|Ask for a copy)$/,
  askAgain: /^(Pyydä uusi kopio|Ask for a new copy)$/,
  requests: /^(Pyynnöt|Requests)$/,
  readMessages: /^(Lue yhteydenotot|Read them)$/,
  readIt: /^(Lue viesti|Read it)$/,
  handle: /^(Merkitse käsitellyksi|Mark as dealt with)$/,
  waitAgain: /^(Palauta|Take back)$/,
  extend: /^(Jatka määräaikaa|Extend)/,
  extended: /^(Jatkettu|Extended)/,
  download: /^(Lataa kopio|Download the copy)$/,
  forget: /^(Poista tilini|Delete my account)$/,
  follow: /^(Seuraa poistoa ja hae todistus|Follow it and get the receipt)$/,
  receipt: /^(Lataa todistus|Download the receipt)$/,
  done: /Tilisi ja tietosi on poistettu|Your account and your data have been deleted/,
  onlyOne: /Olet ainoa pääkäyttäjä: Paja|You are the only administrator: Paja/,
  held: /tallessa \d+ eri tietoa|\d+ kinds of data are held/,
}

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const heading = (person: Person) => person.page.getByRole('heading', { level: 1 })

async function openOwnData(stage: Stage, person: Person): Promise<void> {
  await person.open(`${stage.vartio.identity}/account/`)
  await person.press(link(person, words.ownData))
  await person.page.waitForURL('**/account/own-data')
  await heading(person).filter({ hasText: words.held }).waitFor()
}

async function save(person: Person, target: Locator, file: string): Promise<void> {
  const [download] = await Promise.all([person.page.waitForEvent('download'), person.press(target)])
  await download.saveAs(file)
}

const lines = (file: Buffer | undefined) =>
  String(file ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive } = stage
  const folder = mkdtempSync(join(tmpdir(), 'vartio-my-data-'))
  try {
    const inbox = await createInbox(stage)
    const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language: stage.language })
    const eero = await arrive({ name: 'Eero Mäkelä', email: 'eero@paja.example', language: stage.language })

    await step('somebody is invited, joins, and gives a telephone number', async () => {
      await setUp(stage, aino, inbox, 'Paja')
      await inviteAndJoin(aino, eero, inbox)
      await eero.open(`${vartio.portal}/own`)
      await eero.write(eero.page.locator('[name="phone"]'), '+358 40 1234567')
      await eero.press(eero.page.locator('form button[type="submit"]'))
      await eero.settle()
    })

    await step(
      'ID-08 ID-09 somebody unknown writes to the controller, who reads it and marks it as handled',
      async () => {
        await eero.open(`http://privacy.localhost:${vartio.port + 2}/contact?language=${stage.language}`)
        await eero.look('contact')
        await eero.write(eero.page.locator('[name="message"]'), 'Miksi laitteeni nimi näkyy raportissa?')
        await eero.write(eero.page.locator('[name="reach"]'), 'puh. 040 765 4321')
        await eero.press(eero.page.locator('button[type="submit"]'))
        await eero.page.waitForURL('**/contact/sent*')
        await eero.look('contact-sent')
        await aino.open(`${vartio.portal}/`)
        await aino.press(link(aino, words.readMessages))
        await aino.page.waitForURL('**/messages*')
        await button(aino, words.readIt).waitFor()
        await aino.look('messages')
        await aino.press(button(aino, words.readIt))
        await aino.page.getByText(/puh\. 040 765 4321/).waitFor()
        await aino.look('messages-read')
        await aino.press(button(aino, words.handle))
        await button(aino, words.waitAgain).waitFor()
        await aino.look('messages-handled')
      },
    )

    await step('DSR-01 they see what every program holds of them, why and how long', async () => {
      await openOwnData(stage, eero)
      await eero.look('own-data')
    })

    await step('DSR-01 DSR-06 they download a copy of everything, and open it', async () => {
      await eero.press(button(eero, words.ask))
      await button(eero, words.download).waitFor()
      await eero.look('own-data-copy')
      const file = join(folder, 'copy.zip')
      await save(eero, button(eero, words.download), file)
      const files = readZip(readFileSync(file))
      const all = (name: string) => lines(files.get(`everything/${name}.jsonl`))
      assert.equal(all('identity.people.person')[0]?.name, 'Eero Mäkelä')
      assert.equal(all('identity.people.email_address')[0]?.address, 'eero@paja.example')
      assert.equal(all('portal.people.person')[0]?.phone, '+358 40 1234567')
      assert.equal(all('portal.people.membership')[0]?.organization_name, 'Paja')
      assert.ok(all('portal.audit.record').length > 0, 'what they did is not in the copy')
      assert.equal(lines(files.get('provided-by-you/portal.people.person.jsonl'))[0]?.phone, '+358 40 1234567')
      for (const name of ['README.txt', 'LUE-MINUT.txt', 'manifest.json']) assert.ok(files.has(name), name)
      for (const [name, content] of files) assert.ok(!String(content).includes('aino@paja.example'), name)
    })

    await step(
      'A-76 a privacy officer gives a request more time, and the person reads why on their account',
      async () => {
        const held = createHeldRequests(vartio)
        try {
          await held.begin()
          await eero.press(button(eero, words.askAgain))
          await aino.press(link(aino, words.requests))
          await button(aino, words.extend).waitFor()
          await aino.look('requests')
          await aino.press(button(aino, words.extend))
          await aino.write(
            aino.page.locator('[name="explanation"]'),
            'Osa tiedoista on arkistossa, joka avataan käsin.',
          )
          await aino.look('requests-extend')
          await aino.press(aino.page.getByRole('dialog').locator('button[type="submit"]'))
          await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
          await aino.page.getByText(words.extended).first().waitFor()
          await aino.look('requests-extended')
          await eero.page.getByText(/arkistossa/).waitFor()
          await eero.look('own-data-extended')
          await inbox.waitForMatch(eero.email, /vie tavallista kauemmin|takes longer than usual/)
          await held.end()
        } finally {
          await held.close()
        }
        await eero.page.getByText(/arkistossa/).waitFor({ state: 'hidden' })
      },
    )

    await step('the only administrator is told what to do before they can leave', async () => {
      await openOwnData(stage, aino)
      await aino.page.getByText(words.onlyOne).waitFor()
      assert.equal(await button(aino, words.forget).count(), 0)
      await aino.look('own-data-last-administrator')
      await aino.open(`${vartio.portal}/`)
    })

    let number = ''
    await step('DSR-05 they delete the account, knowing what goes and what stays', async () => {
      await eero.press(button(eero, words.forget))
      await eero.page.getByRole('dialog').waitFor()
      await eero.look('own-data-forget')
      await eero.write(eero.page.getByRole('dialog').getByRole('textbox'), eero.email)
      await eero.press(eero.page.getByRole('dialog').locator('button[type="submit"]'))
      await eero.page.waitForURL('**/account/forgotten')
      await eero.look('own-data-forgotten')
      number = (await eero.page.locator('ul.codes li').textContent()) ?? ''
      await eero.press(link(eero, words.follow))
      await heading(eero).waitFor()
      await eero.page.getByText(words.done).waitFor()
      await eero.look('receipt')
    })

    await step('the receipt verifies offline, and is theirs and nobody else’s', async () => {
      const file = join(folder, 'receipt.tlog-proof')
      await save(eero, link(eero, words.receipt), file)
      const key = /'(.+)'/.exec((await eero.page.locator('pre').textContent()) ?? '')?.[1] ?? ''
      const verify = (whose: string) =>
        execFileSync('sh', ['./vartio', 'verify', file, key, whose], {
          cwd: join(import.meta.dirname, '..', '..'),
          encoding: 'utf8',
          env: { ...process.env, VARTIO_DATA: folder },
          stdio: ['ignore', 'pipe', 'ignore'],
        })
      assert.match(verify(number), /account-forgotten/)
      assert.throws(() => verify(`${'A'.repeat(43)}${number.slice(43)}`))
      await inbox.waitForMatch(eero.email, /Tilisi on poistettu|Your account has been deleted/)
    })

    await step('their session is over, and the portal does not know them', async () => {
      await eero.open(`${vartio.portal}/`)
      await eero.page.waitForURL(`${vartio.identity}/**`)
      await eero.leave()
      await aino.press(link(aino, /^(Henkilöt|People)$/))
      await aino.page.getByRole('cell', { name: /aino@paja\.example/ }).waitFor()
      assert.equal(await aino.page.getByText('Eero Mäkelä').count(), 0)
    })

    await step('a new invitation to the same address finds nothing of the old account', async () => {
      const again = await arrive({ name: 'Eero Uusi', email: 'eero@paja.example', language: stage.language })
      await inviteAndJoin(aino, again, inbox)
      await openOwnData(stage, again)
      await again.press(button(again, words.ask))
      await button(again, words.download).waitFor()
      const file = join(folder, 'again.zip')
      await save(again, button(again, words.download), file)
      for (const [name, content] of readZip(readFileSync(file))) {
        assert.ok(!String(content).includes('Mäkelä'), `${name} knows the old name`)
        assert.ok(!String(content).includes('1234567'), `${name} knows the old number`)
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
