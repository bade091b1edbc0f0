import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fillFleet } from '#tests/fill-fleet'
import { until } from '#tests/until'
import { quiet, setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Person, Stage } from '../browser/journey.ts'

// An administrator of a large fleet at work, by keyboard. Nothing waits for a time: what takes long says so on the page, and that is looked at.
// JOURNEY_DEVICES=100000 npm run journey -- many-devices goes through as many as it is about.

/** Every page is as long as with 100,000 from 10,001 on, of which no more are counted: filling and changing more would only take longer beside all other tests. */
const count = Number(process.env.JOURNEY_DEVICES ?? 15_000)
/** A page of the list. */
const pageSize = 50

const words = {
  seen: /^(Viimeksi yhteydessä|Last in contact)$/,
  name: /^(Laite|Device)$/,
  moreFilters: /^(Lisää rajauksia|More filters)$/,
  system: /^(Järjestelmä|System)$/,
  views: /^(Näkymät|Views)$/,
  keepView: /^(Talleta tämä näkymä|Keep this view)$/,
  next: /^(Seuraava|Next)$/,
  choosePage: /^(Valitse sivu|Choose the page)$/,
  chooseAll: /^(Valitse kaikki|Choose all): /,
  act: /^(Tee valituille|Do to the chosen)$/,
  addTag: /^(Lisää tunniste|Add a tag)$/,
  group: /^(Vaihda ryhmä|Change the group)$/,
  rules: /^(Päivitä säännöt|Update the rules)$/,
  undo: /^(Kumoa|Undo)$/,
  stop: /^(Pysäytä|Stop)$/,
  reports: /^(Raportit|Reports)$/,
  addReport: /^(Tee raportti|Make a report)$/,
  sendMe: /^(Lähetä minulle nyt|Send it to me now)/,
  export: /^(Vie tiedostoon|Export to a file)$/,
  done: /valmis, |done, /,
  undone: /kumottu, |undone, /,
  over: /pysäytetty, |stopped, |valmis, |done, /,
}

const link = (person: Person, name: RegExp) => person.page.getByRole('link', { name })
const button = (person: Person, name: RegExp) => person.page.getByRole('button', { name })
const item = (person: Person, name: RegExp) => person.page.getByRole('menuitem', { name })
const heading = (person: Person) => person.page.getByRole('heading', { level: 1 })
const search = (person: Person) => person.page.locator('[data-search]')
const rows = (person: Person) => person.page.locator('tbody tr')
const bulk = (person: Person, text: RegExp) => person.page.locator('.bulks li').filter({ hasText: text })
const submit = (person: Person) => person.page.getByRole('dialog').locator('button[type="submit"]')
/** The figure in a text, however it is grouped. */
const figure = (text: string | null) => Number(/\d[\d\s,]*/.exec(text ?? '')?.[0].replace(/\D/g, ''))

async function names(person: Person): Promise<string[]> {
  return person.page.locator('tbody .table-name a').allTextContents()
}

/** A list of an organisation is told of by what the page shows. No more than a page of it is ever in the document. */
async function shows(person: Person, what: (names: readonly string[]) => boolean): Promise<void> {
  await until(async () => what(await names(person)), 180_000)
  assert.ok((await rows(person).count()) <= pageSize, 'more than a page is rendered')
}

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })
  let organizationId = ''
  let matching = 0

  /** Everything that the list leaves is chosen, whatever page it stands on, and something done to it. */
  const chooseAll = async () => {
    await aino.press(aino.page.getByLabel(words.choosePage), 'Space')
    await aino.press(button(aino, words.chooseAll))
    await aino.press(button(aino, words.act))
  }

  await step(`${count} devices have come`, async () => {
    await setUp(stage, aino, inbox, 'Paja')
    organizationId = JSON.parse((await aino.ask('/api/session')).text).organizations[0].organizationId
    await fillFleet(vartio, organizationId, { devices: count, detections: 2_000 })
  })

  await step('one sentence says how they are, and what needs doing leads there', async () => {
    await aino.open(`${vartio.portal}/`)
    await heading(aino).filter({ hasText: /\d/ }).waitFor()
    await aino.look('many-overview')
    const shown = (await heading(aino).textContent()) ?? ''
    assert.ok(shown.replace(/\D/g, '').includes(String(count)), shown)
    const need = aino.page.locator('.todo li').filter({ has: aino.page.locator('a[href*="state=failing"]') })
    await aino.press(need.getByRole('link'))
    await aino.page.waitForURL('**/devices?*state=failing*')
    await rows(aino)
      .nth(pageSize - 1)
      .waitFor()
    matching = figure(await aino.page.locator('.bulk-bar').textContent())
    assert.ok(matching > pageSize, `${matching} devices do not work`)
  })

  await step('the list answers while one types, filters and sorts', async () => {
    // Names are being opened just now: until they are, the list waits for nobody and a search says that it is at work.
    await aino.write(search(aino), 'kassa-9')
    await shows(aino, (all) => all.length > 0 && all.every((name) => name.includes('kassa-9')))
    await aino.look('many-searched')
    await aino.write(search(aino), 'ei tällaista')
    await shows(aino, (all) => all.length === 0)
    await aino.write(search(aino), ' ')
    await rows(aino)
      .nth(pageSize - 1)
      .waitFor()
    await aino.press(button(aino, words.moreFilters))
    await aino.reach(aino.page.getByLabel(words.system))
    await aino.page.getByLabel(words.system).selectOption({ label: 'Fedora Linux' })
    await aino.page.waitForURL('**/devices?*system=*')
    await until(async () => (await aino.page.locator('tbody').textContent())?.includes('Ubuntu') === false)
    await aino.press(aino.page.locator('th').getByRole('button', { name: words.seen }))
    await aino.page.locator('th[aria-sort]').filter({ hasText: words.seen }).waitFor()
    await aino.look('many-filtered')
  })

  await step('a view of it is kept, and brought back', async () => {
    await aino.press(button(aino, words.views))
    await aino.choose(item(aino, words.keepView))
    await aino.write(aino.page.locator('[name="name"]'), 'Fedorat vialla')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.open(`${vartio.portal}/devices`)
    await rows(aino)
      .nth(pageSize - 1)
      .waitFor()
    await aino.press(button(aino, words.views))
    await aino.choose(item(aino, /^Fedorat vialla$/))
    await aino.page.waitForURL('**/devices?*system=Fedora*')
  })

  await step('pages are turned to the end, and none shows what another has shown', async () => {
    await aino.press(aino.page.locator('th').getByRole('button', { name: words.name }))
    await aino.page.locator('th[aria-sort]').filter({ hasText: words.name }).waitFor()
    await aino.settle()
    const left = figure(await aino.page.locator('.bulk-bar').textContent())
    const ids = new Set<string>()
    for (let page = 1; ; page += 1) {
      const links = aino.page.locator('tbody .table-name a')
      for (const at of await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))) ids.add(at)
      const next = button(aino, words.next)
      if ((await next.count()) === 0 || (await next.isDisabled())) break
      const [first] = await names(aino)
      if (page === 1) await aino.reach(next)
      await aino.page.keyboard.press('Enter')
      await shows(aino, (all) => all[0] !== first)
      await aino.settle()
      assert.ok(page < 200, 'the pages do not end')
    }
    assert.equal(ids.size, left, 'devices on all pages')
    await aino.look('many-last-page')
  })

  await step('all that fits, on every page, gets a tag with its figure, and loses it again', async () => {
    await aino.open(`${vartio.portal}/devices?state=failing`)
    await rows(aino)
      .nth(pageSize - 1)
      .waitFor()
    await chooseAll()
    await aino.choose(item(aino, words.addTag))
    await aino.write(aino.page.locator('[name="name"]'), 'Korjattavat')
    await aino.look('many-tag')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    const tagged = bulk(aino, /Korjattavat/)
    await tagged.filter({ hasText: words.done }).waitFor({ timeout: 180_000 })
    assert.equal(figure((await tagged.textContent())?.split(':')[1] ?? ''), matching)
    await aino.look('many-tagged')
    await aino.press(tagged.getByRole('button', { name: words.undo }))
    await tagged.filter({ hasText: words.undone }).waitFor({ timeout: 180_000 })
  })

  await step('the whole fleet goes into a group while the page goes on answering, and is let out', async () => {
    await aino.open(`${vartio.portal}/devices`)
    await rows(aino)
      .nth(pageSize - 1)
      .waitFor()
    await chooseAll()
    await aino.choose(item(aino, words.group))
    await aino.write(aino.page.locator('[name="name"]'), 'Koko talo')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    const grouped = bulk(aino, /Koko talo/)
    await grouped.waitFor()
    await aino.look('many-group')
    await aino.write(search(aino), 'palvelin-7')
    await shows(aino, (all) => all.length > 0 && all.every((name) => name.includes('palvelin-7')))
    // Somebody thinks better of it; where the machine was quicker, all of it is taken back.
    const stop = grouped.getByRole('button', { name: words.stop })
    if (await stop.isVisible()) await stop.press('Enter', { timeout: 2_000 }).catch(() => undefined)
    await grouped.filter({ hasText: words.over }).waitFor({ timeout: 300_000 })
    await aino.press(grouped.getByRole('button', { name: words.undo }))
    await grouped.filter({ hasText: words.undone }).waitFor({ timeout: 300_000 })
  })

  await step('what is found is asked to fetch its rules, and taken along as a file', async () => {
    await chooseAll()
    await aino.choose(item(aino, words.rules))
    await bulk(aino, words.done).first().waitFor({ timeout: 180_000 })
    const [file] = await Promise.all([aino.page.waitForEvent('download'), aino.press(button(aino, words.export))])
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n')
    assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes('palvelin-7')), lines[1])
  })

  await step('everything is taken along as a file', async () => {
    await aino.open(`${vartio.portal}/devices`)
    await rows(aino)
      .nth(pageSize - 1)
      .waitFor()
    const [file] = await Promise.all([
      aino.page.waitForEvent('download', { timeout: 300_000 }),
      aino.press(button(aino, words.export)),
    ])
    assert.equal(
      readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\r\n').length,
      count + 1,
    )
    await aino.look('many-devices')
  })

  await step('a report of the week tells of it on one page', async () => {
    await aino.press(link(aino, words.reports))
    await aino.page.waitForURL('**/reports')
    await aino.press(button(aino, words.addReport).first())
    await aino.press(aino.page.getByRole('dialog').getByLabel(aino.name), 'Space')
    await aino.look('report-form')
    await aino.press(submit(aino))
    await aino.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await aino.press(button(aino, words.sendMe))
    const edition = aino.page.locator('a[href*="/reports/"]')
    await edition.waitFor()
    await quiet(aino)
    await aino.look('reports')
    await aino.press(edition)
    await aino.page.waitForURL('**/reports/*')
    await aino.page.locator('tbody tr').first().waitFor()
    await aino.look('report')
  })
}
