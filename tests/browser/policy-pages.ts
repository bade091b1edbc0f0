import assert from 'node:assert/strict'
import type { TestDevice } from '#tests/device'
import type { Person } from './journey.ts'

const words = {
  policy: /^(Käytäntö|Policy)$/,
  reportOnly: /^(Vain ilmoita|Report only)/,
  lockReport: /^(Lukitse alemmilta: Vain ilmoita|Lock for levels below: Report only)$/,
  changes: /laitteen asetukset muuttuvat|settings of .* devices? change/,
  onlyReport: /Laitteet vain ilmoittavat|Devices only report/,
  save: /^(Tallenna|Save)$/,
  exclude: /^(Päästä jotain läpi|Let something through)$/,
  strict: /^(Ennen kuin mitään avataan|Before anything is opened)/,
  lockedAt: /(Lukittu|Locked): /,
  ofGroup: /^(Ryhmä Myymälät: |Group Myymälät: )/,
  goBack: /^(Palaa tähän: tila 2|Go back to this: state 2)$/,
  ownPolicy: /^(Muuta vain tällä laitteella|Change on this device alone)$/,
}

/** Decides for all, lets something through, departs for a group, and sees on a device where each setting comes from; goes back in the end. */
export async function workWithPolicies(aino: Person, laptop: TestDevice, quiet: (person: Person) => Promise<void>) {
  const { page } = aino
  const button = (name: RegExp) => page.getByRole('button', { name })
  const heading = page.getByRole('heading', { level: 1 })
  const dialog = page.getByRole('dialog')
  const field = (name: string) => page.locator(`[name="${name}"]`)
  const reportOnly = page.getByRole('switch', { name: words.reportOnly })

  await aino.press(page.getByRole('link', { name: words.policy }))
  await page.waitForURL('**/policy')
  await reportOnly.waitFor()
  await aino.press(reportOnly, 'Space')
  await aino.press(page.getByRole('checkbox', { name: words.lockReport }), 'Space')
  await page.getByText(words.changes).waitFor()
  await aino.write(field('note'), 'Kokeilu ennen käyttöönottoa')
  await aino.look('policy-change')
  await aino.press(button(words.save))
  await heading.filter({ hasText: words.onlyReport }).waitFor()

  await aino.press(button(words.exclude))
  await aino.write(field('value'), '/srv/kaannos/**')
  await aino.write(field('reason'), 'Kääntäjän tulokset')
  await aino.look('policy-exclude', { picture: false })
  await aino.press(dialog.locator('button[type="submit"]'))
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('/srv/kaannos/**').first().waitFor()
  const { policy } = (await laptop.checkIn({ policyVersion: 1 })).body
  const { reportOnly: isReportOnly, exclusions } = policy.settings as {
    reportOnly: boolean
    exclusions: { value: string }[]
  }
  assert.ok(isReportOnly && exclusions.some(({ value }) => value === '/srv/kaannos/**'))
  await quiet(aino)
  await page.evaluate(() => window.scrollTo(0, 0))
  await aino.look('policy')

  const organizationId = laptop.organizationId
  const ask = async (method: string, path: string, body?: unknown) =>
    JSON.parse((await aino.ask(`/api/organizations/${organizationId}${path}`, { method, body })).text || '{}')
  // Made on the page of devices, where the laptop is in it.
  const { groups } = await ask('GET', '/device-choices')
  const { groupId } = groups[0]
  await page.reload()
  await page.locator('select').first().selectOption(groupId)
  await heading.filter({ hasText: words.ofGroup }).waitFor()
  await page.getByText(words.lockedAt).waitFor()
  assert.ok(await reportOnly.isDisabled(), 'what is locked above can be changed below')
  const strict = page.getByRole('radio', { name: words.strict })
  await strict.check()
  await page
    .getByText(words.changes)
    .or(page.getByText(/Yhden laitteen|one device/))
    .first()
    .waitFor()
  await button(words.save).click()
  await page.getByText(words.lockedAt).waitFor()
  await quiet(aino)
  await page.evaluate(() => window.scrollTo(0, 0))
  await aino.look('policy-group')

  await aino.open(new URL(`/devices/${laptop.deviceId}`, page.url()).href)
  const own = page.getByRole('link', { name: words.ownPolicy })
  await own.scrollIntoViewIfNeeded()
  await own.evaluate((element) => element.scrollIntoView({ block: 'start' }))
  await aino.look('device-policy')
  await aino.press(own)
  await page.waitForURL(`**/policy?level=${laptop.deviceId}**`)

  await page.locator('select').first().selectOption(organizationId)
  const back = button(words.goBack)
  await back.waitFor()
  await back.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  await aino.look('policy-history')
  await aino.press(back)
  await dialog.getByRole('status').waitFor()
  await aino.look('policy-go-back')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
}
