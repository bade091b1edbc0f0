import type { Person } from './journey.ts'

const words = {
  standards: /^(Vakiokäytännöt|Standard policies)$/,
  make: /^(Tee vakiokäytäntö|Make a standard policy)$/,
  decideProfile: /^(Vakiokäytäntö päättää tämän: Milloin|The standard policy decides this: When)/,
  lockProfile: /^(Lukitse yrityksen ryhmiltä ja laitteilta: Milloin|Lock for groups and devices of the company: When)/,
  strict: /^(Ennen kuin mitään avataan|Before anything is opened)/,
  save: /^(Tallenna|Save)$/,
  title: /^Perustaso: (versio|version) 1$/,
  chooseAll: /^(Valitse kaikki|Choose all)$/,
  give: /^(Ota käyttöön yhdessä yrityksessä|Give to one company)$/,
  counted: /laitteen asetukset muuttuvat|settings of|asetukset eivät muutu|settings of no device/,
  inUse: /Käytössä yhdessä yrityksessä|In use at one company/,
  back: /^(Kaikki vakiokäytännöt|All standard policies)$/,
  isFrom: /^(Vakiokäytäntö|Standard policy) Perustaso/,
}

/** A partner makes a standard policy, sees what it would change, gives it to the one company that lets it, and that sees where its policy comes from. */
export async function workWithStandards(person: Person, companyId: string, quiet: (person: Person) => Promise<void>) {
  const { page } = person
  const button = (name: RegExp) => page.getByRole('button', { name })
  const link = (name: RegExp) => page.getByRole('link', { name })
  const dialog = page.getByRole('dialog')
  const atTop = () => page.evaluate(() => window.scrollTo(0, 0))

  await person.press(link(words.standards))
  await page.waitForURL('**/standards*')
  await link(words.make).waitFor()
  await person.look('standards-none')
  await person.press(link(words.make))
  await person.write(page.locator('[name="name"]'), 'Perustaso')
  await person.press(page.getByRole('checkbox', { name: words.decideProfile }), 'Space')
  await page.getByRole('radio', { name: words.strict }).check()
  await person.press(page.getByRole('checkbox', { name: words.lockProfile }), 'Space')
  await person.look('standard-form', { picture: false })
  await person.press(button(words.save))
  await page.getByRole('heading', { level: 1, name: words.title }).waitFor()

  await person.press(button(words.chooseAll))
  await person.press(button(words.give))
  await dialog.getByText(words.counted).first().waitFor()
  await quiet(person)
  await person.look('standard-give')
  await person.write(dialog.locator('[name="note"]'), 'Sovittu palaverissa')
  await person.press(dialog.locator('button[type="submit"]'))
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText(words.inUse).first().waitFor()
  await quiet(person)
  await atTop()
  await person.look('standard')
  await person.press(link(words.back))
  await page.getByText(words.inUse).first().waitFor()
  await person.look('standards')

  await person.open(new URL(`/policy?organization=${companyId}`, page.url()).href)
  await page.getByText(words.isFrom).waitFor()
  await person.look('policy-from-standard')
}
