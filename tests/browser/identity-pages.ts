import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { Person, Stage } from './journey.ts'

// Identity's plain pages, as a person goes through them.

export type Inbox = {
  /** The newest mail to that address that holds the pattern; waits for it to arrive. */
  waitForMatch(address: string, pattern: RegExp): Promise<string>
  waitForLink(address: string, pattern: RegExp): Promise<string>
}

/** The page of this machine's mail, in the browser of whoever started Vartio. */
export async function createInbox(stage: Stage): Promise<Inbox> {
  const address = stage.vartio.inboxLink
  assert.ok(address, 'no link to the inbox was printed')
  const keeper = await stage.arrive({ name: 'Keeper', email: 'keeper@paja.example', language: stage.language })
  await keeper.open(address)
  await keeper.look('inbox-empty')
  const read = async (page: Page, to: string) => {
    await page.goto('about:blank')
    await page.goto(address)
    await page.waitForLoadState('networkidle')
    const mails = page.getByRole('article').filter({ hasText: to })
    return mails.allInnerTexts()
  }
  const used = new Set<string>()
  const waitForMatch = async (to: string, pattern: RegExp) => {
    const late = performance.now() + 20_000
    for (;;) {
      for (const text of await read(keeper.page, to)) {
        const found = pattern.exec(text)?.[0]
        if (found === undefined || used.has(found)) continue
        used.add(found)
        return found
      }
      assert.ok(performance.now() < late, `no mail to ${to} with ${String(pattern)} has come`)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
  return {
    waitForMatch,
    waitForLink: (to, pattern) => waitForMatch(to, new RegExp(`https?://[^\\s<>]*${pattern.source}`)),
  }
}

/** The one button that carries on: each page asks for one decision. */
const carryOn = (person: Person) => person.page.locator('main button.main, main a.main').first()

/** From identity's first page to the way back to the service: name and address, code, passkey, recovery codes. */
export async function register(person: Person, inbox: Inbox, options: { pictures: boolean }): Promise<void> {
  const { page } = person
  const look = async (name: string) => {
    if (options.pictures) await person.look(`register-${name}`)
  }
  await page.waitForURL('**/sign-in/*/create')
  await look('create')
  await person.write(page.locator('#name'), person.name)
  await person.write(page.locator('#email'), person.email)
  await person.press(carryOn(person))
  await page.waitForURL('**/code')
  await look('code')
  if (options.pictures) {
    await person.write(page.locator('#code'), '00000000')
    await person.press(carryOn(person))
    await page.locator('#code-problem').waitFor()
    await person.look('register-wrong-code', { picture: false })
  }
  await person.write(page.locator('#code'), await inbox.waitForMatch(person.email, /\b\d{4} \d{4}\b/))
  await person.press(carryOn(person))
  await page.waitForURL('**/passkey')
  await look('passkey')
  await person.press(carryOn(person))
  await page.waitForURL('**/codes')
  assert.ok((await page.locator('ol.codes li').count()) >= 8, 'there are few recovery codes')
  await look('recovery-codes')
  await person.press(carryOn(person))
  await backAtPortal(person)
}

/** Identity's page in between leads on by itself, and the portal answers with a page of its own. */
async function backAtPortal({ page }: Person): Promise<void> {
  await page.waitForURL((url) => url.hostname.startsWith('portal.') && !url.pathname.startsWith('/sign-in/'))
}

/** A person with a passkey on this device: their finger is asked for, nothing is typed. */
export async function signInWithPasskey(person: Person): Promise<void> {
  await person.page.waitForURL('**/sign-in/*')
  await person.holdBack(true)
  await person.look('sign-in')
  await person.holdBack(false)
  await person.press(carryOn(person))
  await backAtPortal(person)
}
