import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Locator } from 'playwright-core'
import { openOfficerKey } from '#base/officer-key'
import { connectAdmin } from '#supervisor/postgres'
import { until } from '#tests/until'
import { inviteAndJoin, setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// From nobody who could order anything to everything destroyed: keys made on the page and away from it, a list that all have signed, a
// rehearsal, and the day itself.

const words = {
  emergency: /^(Hätähävitys|Emergency destruction)$/,
  alone: /Tähän tarvitaan kaksi ihmistä|This takes two people/,
  usePasskey: /^(Käytä pääsyavainta|Use the passkey)$/,
  makeKey: /^(Tee avain|Make a key)$/,
  sign: /^(Allekirjoita luettelo|Sign the list)$/,
  keyFile: /^(Avaintiedostosi|Your key file)/,
  bringKey: /^(Tuo muualla tehty avain|Bring a key made elsewhere)$/,
  takeList: /^(Lataa luettelo|Download the list)$/,
  bringSignature: /^(Tuo allekirjoitus|Bring the signature)$/,
  armed: /^(Hätähävitys on viritetty|Emergency destruction is armed)$/,
  notArmed: /^(Hätähävitystä ei ole viritetty|Emergency destruction is not armed)$/,
  wrongPassphrase: /Tunnuslause ei ole tämän tiedoston|The passphrase is not that of this file/,
  refusedKey: /officers\.malformed/,
  refusedSignature: /note\.not_signed/,
  pledge: /Kaikki henkilötiedot voidaan hädän tullen|In an emergency all personal data/,
  kept: /^(Pidetään|Kept)$/,
  notKept: /^(Ei pidetä|Not kept)$/,
  bookkeeping: /^(Kirjanpito|Bookkeeping)$/,
  enter: /^(Kirjaa tosite|Enter a voucher)$/,
  keptUntil: /vuoden \d{4} loppuun|until the end of \d{4}/,
  declarations: /^(Vakuutukset|Declarations)$/,
  declare: /^(Vakuuta|Declare): .*(ylivoimaisen esteen|force majeure)/,
  sayIt: /^(Vakuuta|Declare)$/,
  declared: /Voimassa|In force/,
  contracts: /ylivoimaisen esteen|term on force majeure/,
  confirmCommand: /^(Vahvista komento|Confirm the command)$/,
  commandGoesOn: /^(Komento jatkuu palvelimella|The command goes on, on the server)\.$/,
  ended: /Palvelu on päättynyt|The service has ended/,
}

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const heading = (person: Person) => person.page.getByRole('heading', { level: 1 })
const field = (person: Person, name: string) => person.page.locator(`[name="${name}"]`)
const code = join(import.meta.dirname, '..', '..')

async function save(person: Person, target: Locator, folder: string): Promise<string> {
  const [download] = await Promise.all([person.page.waitForEvent('download'), person.press(target)])
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  return path
}

async function openPage(stage: Stage, person: Person): Promise<void> {
  await person.open(`${stage.vartio.portal}/emergency`)
  await heading(person).waitFor()
}

/** By keyboard: Enter on the button opens the question for a file. */
async function signOnPage(person: Person, keyFile: string, passphrase: string): Promise<void> {
  const [chooser] = await Promise.all([
    person.page.waitForEvent('filechooser'),
    person.press(button(person, words.keyFile)),
  ])
  // As bytes: the browser runs as another user, who may not read our folder.
  await chooser.setFiles({ name: basename(keyFile), mimeType: 'application/json', buffer: readFileSync(keyFile) })
  await person.write(field(person, 'passphrase').first(), passphrase)
  await person.press(button(person, words.sign))
}

/** As if their passkey had been used six minutes ago: longer than what is grave allows. */
async function age({ folder }: Stage['vartio'], person: Person): Promise<void> {
  const cookie = (await person.context.cookies()).find(({ name }) => name === 'vartio-portal')
  const sql = connectAdmin(join(folder, 'run'), 'portal')
  const { count } = await sql`
    update sessions.session set signed_in_at = signed_in_at - interval '6 minutes', ends_at = ends_at - interval '6 minutes'
    where token_hash = pg_catalog.sha256(pg_catalog.convert_to(${cookie?.value ?? ''}, 'UTF8'))`
  await sql.end()
  assert.equal(count, 1, 'there is no such session')
}

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive } = stage
  const folder = mkdtempSync(join(tmpdir(), 'vartio-officers-'))
  // PostgreSQL of what is restored in it has a user of its own.
  chmodSync(folder, 0o711)
  const vartioSays = (args: readonly string[], input = '', data = vartio.folder) =>
    execFileSync('sh', ['./vartio', ...args], {
      cwd: code,
      encoding: 'utf8',
      input,
      env: { PATH: process.env.PATH, VARTIO_DATA: data, VARTIO_PORT: String(vartio.port) },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  const pledge = (person: Person) => person.page.locator('.pledges li').filter({ hasText: words.pledge })
  const seePledge = (person: Person, state: RegExp) =>
    until(async () => {
      await person.open(`http://privacy.localhost:${vartio.port + 2}/pledges?language=${person.language}`)
      return state.test(((await pledge(person).locator('.state').textContent()) ?? '').trim())
    }, 90_000)

  try {
    const inbox = await createInbox(stage)
    const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language: stage.language })
    const eino = await arrive({ name: 'Eino Mäkelä', email: 'eino@paja.example', language: stage.language })
    const liisa = await arrive({ name: 'Liisa Laine', email: 'liisa@paja.example', language: stage.language })
    const passphrases = new Map([
      [aino, 'kolme sinistä ämpäriä'],
      [eino, 'seitsemän hiljaista kuusta'],
      [liisa, 'yksi ruosteinen ankkuri'],
    ])
    const phrase = (person: Person) => passphrases.get(person) ?? ''
    const keys = new Map<Person, string>()

    await step('ID-97 one person alone is told that it takes two, and the pledge is not kept', async () => {
      await setUp(stage, aino, inbox, 'Paja')
      await aino.press(link(aino, words.emergency))
      await aino.page.waitForURL('**/emergency*')
      await aino.page.getByText(words.alone).waitFor()
      await aino.look('emergency-alone')
      await seePledge(aino, words.notKept)
      assert.match(vartioSays(['emergency', 'state']), /Not armed/)
      await aino.open(`${vartio.portal}/`)
    })

    await step(
      'ID-100 she declares what nothing can measure, by name and until a day, and everybody sees it',
      async () => {
        await aino.press(link(aino, words.declarations))
        await aino.page.waitForURL('**/declarations*')
        await aino.press(button(aino, words.declare))
        await aino.write(field(aino, 'statement'), 'Luin sopimuspohjan 7, kohta 12.')
        await aino.look('declare')
        await aino.press(button(aino, words.sayIt))
        await aino.page.getByText(words.declared).waitFor()
        await aino.look('declarations')
        await until(async () => {
          await aino.open(`http://privacy.localhost:${vartio.port + 2}/pledges?language=${aino.language}`)
          const told = await aino.page.locator('.pledges li').filter({ hasText: words.contracts }).textContent()
          return /(by Aino Korhonen on|Aino Korhonen \d)[\s\S]*(Kept|Pidetään)/.test(told ?? '')
        }, 30_000)
        await aino.open(`${vartio.portal}/`)
      },
    )

    await step('ID-77 she enters an invoice, which is kept as long as accounting law demands', async () => {
      await aino.press(link(aino, words.bookkeeping))
      await aino.page.waitForURL('**/bookkeeping*')
      await aino.press(button(aino, words.enter))
      for (const [name, text] of [
        ['number', '2026-17'],
        ['party', 'Metsä Oy'],
        ['euros', '124,00'],
      ] as const)
        await aino.write(field(aino, name), text)
      await aino.look('enter-voucher')
      await aino.press(button(aino, words.enter).last())
      await aino.page.getByText(words.keptUntil).waitFor()
      await aino.look('bookkeeping')
    })

    await step(
      'ID-97 a second person joins, and each makes a key whose private half leaves the browser as a file alone',
      async () => {
        await inviteAndJoin(aino, eino, inbox, ['privacy_officer'])
        // Aino has been signed in for a while; Eino has just come.
        await age(vartio, aino)
        for (const person of [aino, eino]) {
          const sent: string[] = []
          person.page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
          await openPage(stage, person)
          await heading(person).filter({ hasText: words.notArmed }).waitFor()
          if (person === aino) await aino.look('emergency-not-armed')
          await person.write(field(person, 'passphrase'), phrase(person))
          await person.write(field(person, 'again'), phrase(person))
          keys.set(person, await save(person, button(person, words.makeKey), folder))
          if (person === aino) {
            await button(person, words.usePasskey).waitFor()
            await person.look('confirm')
            await person.confirmInWindow(button(person, words.usePasskey))
          }
          await person.page
            .getByText(/officer-[0-9a-f]{16}/)
            .first()
            .waitFor()
          await person.settle()
          const { officer, signing, opening } = openOfficerKey(readFileSync(keys.get(person)!, 'utf8'), phrase(person))
          assert.ok(
            sent.some((text) => text.includes(officer.signing.toString('base64'))),
            'the public half was not sent',
          )
          for (const key of [signing, opening]) {
            const { d = '' } = key.export({ format: 'jwk' })
            const bytes = Buffer.from(d, 'base64url')
            for (const secret of [d, bytes.toString('base64'), bytes.toString('hex'), phrase(person)])
              assert.ok(
                !sent.some((text) => decodeURIComponent(text).includes(secret)),
                'a secret has left the browser',
              )
          }
        }
      },
    )

    await step('both sign the list of both, and emergency destruction is armed', async () => {
      await openPage(stage, aino)
      await aino.look('emergency-sign')
      await signOnPage(aino, keys.get(aino)!, 'jokin aivan muu lause')
      await aino.page.getByText(words.wrongPassphrase).waitFor()
      await aino.look('emergency-wrong-passphrase', { picture: false })
      await aino.write(field(aino, 'passphrase').first(), phrase(aino))
      await aino.press(button(aino, words.sign))
      await field(aino, 'signature').waitFor()
      await openPage(stage, eino)
      await signOnPage(eino, keys.get(eino)!, phrase(eino))
      await heading(eino).filter({ hasText: words.armed }).waitFor({ timeout: 30_000 })
      await eino.look('emergency-armed')
      assert.match(vartioSays(['emergency', 'state']), /Armed: list 1/)
    })

    await step('a third officer makes and uses a key on a machine that is not in the network', async () => {
      await inviteAndJoin(aino, liisa, inbox, ['administrator'])
      const key = join(folder, 'liisa.key')
      keys.set(liisa, key)
      const made = vartioSays(['officer', 'key', key], `${phrase(liisa)}\n${phrase(liisa)}\n`)
      const publicHalf = /officer \S+ \S+/.exec(made.slice(made.indexOf('public half')))?.[0] ?? ''
      await openPage(stage, liisa)
      await liisa.write(field(liisa, 'officer'), 'officer not-a-key')
      await liisa.press(button(liisa, words.bringKey))
      await liisa.page.getByText(words.refusedKey).waitFor()
      await liisa.look('emergency-bring-key')
      await liisa.write(field(liisa, 'officer'), publicHalf)
      await liisa.press(button(liisa, words.bringKey))
      const list = await save(liisa, button(liisa, words.takeList), folder)
      const name = openOfficerKey(readFileSync(key, 'utf8'), phrase(liisa)).officer.name
      assert.ok(readFileSync(list, 'utf8').includes(publicHalf), 'the list does not hold the key that was brought')
      const signed = vartioSays(['officer', 'sign', key, list], `${phrase(liisa)}\n`)
      const line = new RegExp(`— ${name} \\S+`).exec(signed)?.[0] ?? ''
      await liisa.write(field(liisa, 'signature'), '— officer-0000000000000000 AAAAAAAA')
      await liisa.press(button(liisa, words.bringSignature))
      await liisa.page.getByText(words.refusedSignature).waitFor()
      await liisa.look('emergency-bring-signature')
      await liisa.write(field(liisa, 'signature'), line)
      await liisa.press(button(liisa, words.bringSignature))
      for (const person of [aino, eino]) {
        await openPage(stage, person)
        await signOnPage(person, keys.get(person)!, phrase(person))
        await field(person, 'passphrase')
          .first()
          .waitFor({ state: person === aino ? 'visible' : 'hidden' })
      }
      await until(() => /Armed: list 2.*officer-\S+, officer-\S+, officer-/.test(vartioSays(['emergency', 'state'])))
    })

    await step(
      'ID-87 a backup of keys waits until she confirms it, is sealed to every officer, and opens with a key that a browser made',
      async () => {
        const backup = join(folder, 'keys.backup')
        const making = promisify(execFile)('sh', ['./vartio', 'keys', 'backup', backup], {
          cwd: code,
          env: { PATH: process.env.PATH, VARTIO_DATA: vartio.folder, VARTIO_PORT: String(vartio.port) },
        })
        await age(vartio, aino)
        await aino.open(`${vartio.portal}/commands`)
        // Two programs start for it; if one of them fails, that is what is to be read.
        await Promise.race([button(aino, words.confirmCommand).waitFor({ timeout: 180_000 }), making])
        await aino.look('commands')
        await aino.press(button(aino, words.confirmCommand))
        await aino.confirmInWindow(button(aino, words.usePasskey))
        await aino.page.getByText(words.commandGoesOn).waitFor()
        const { stdout: said } = await making
        for (const [person, file] of keys)
          assert.ok(said.includes(openOfficerKey(readFileSync(file, 'utf8'), phrase(person)).officer.name), said)
        const restored = join(folder, 'restored')
        vartioSays(['keys', 'restore', backup, keys.get(eino)!], `${phrase(eino)}\n`, restored)
        assert.ok(readdirSync(join(restored, 'programs', 'identity', 'roots')).length > 0, 'no root came back')
      },
    )

    const order = (person: Person, name: string, ...flags: string[]) => {
      const file = join(folder, name)
      vartioSays(['emergency', 'sign', keys.get(person)!, file, ...flags], `${phrase(person)}\n`)
      return file
    }

    await step(
      'ID-97 two officers rehearse it with their keys, and the report says that nothing was left',
      async () => {
        const orders = [order(aino, 'rehearse-a', '--rehearse'), order(eino, 'rehearse-b', '--rehearse')]
        const said = vartioSays(['emergency', 'rehearse', ...orders])
        assert.match(said, /Orders of officer-[0-9a-f]{16} and officer-[0-9a-f]{16} hold/)
        const reports = join(vartio.folder, 'rehearsals')
        const [report = ''] = readdirSync(reports)
        assert.deepEqual(JSON.parse(readFileSync(join(reports, report), 'utf8')).left, [])
        // The figure is taken once a minute; it has been by now, or will be soon.
        await seePledge(eino, words.kept)
        await openPage(stage, eino)
        await heading(eino).filter({ hasText: words.armed }).waitFor()
      },
    )

    await step(
      'ID-97 ID-98 two officers order it, and every host answers with the notice and nothing else',
      async () => {
        const backup = join(folder, 'keys.backup')
        vartioSays(['emergency', 'destroy', order(aino, 'destroy-a'), order(liisa, 'destroy-b')])
        assert.ok(!existsSync(backup), 'the backup of keys is there still')
        for (const host of [vartio.identity, vartio.portal, `http://privacy.localhost:${vartio.port + 2}`])
          for (const path of ['/', '/emergency', '/pledges', '/api/session']) {
            const answer = await aino.page.goto(`${host}${path}`)
            assert.equal(answer?.status(), 503, `${host}${path}`)
            assert.equal(await aino.page.getByText(words.ended).count(), 2, `${host}${path}`)
          }
        await aino.look('emergency-notice')
        assert.match(vartioSays(['emergency', 'state']), /Destroyed: ordered at/)
      },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
