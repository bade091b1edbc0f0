import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Locator, Page } from 'playwright-core'
import type { RunningVartio } from '#tests/vartio'
import { checkKeeping, findAxeFaults } from './page-checks.ts'

export type Language = 'fi' | 'en'

export type Stage = {
  readonly vartio: RunningVartio
  /** Of the first person. */
  readonly language: Language
  /** The time in the house. */
  now(): Date
  /** Time passes: the house and every browser are at `at` from now on. Only where the journey says how far back it begins. */
  goTo(at: Date): Promise<void>
  /** A person with a browser, and a device that holds passkeys, of their own. */
  arrive(person: { name: string; email: string; language: Language }): Promise<Person>
  /** One thing a person does. What the browsers hold is checked after each. */
  step(name: string, run: () => Promise<void>): Promise<void>
}

const codeFolder = join(import.meta.dirname, '..', '..')
/** Of the windows that pages are looked at in. */
const wide = 1080
const height = 700

export type Journey = (stage: Stage) => Promise<void>

/** `behind`: so many milliseconds behind the machine. */
export type MovedClock = { now(): Date; behind(): number; set(behind: number): void }

type Options = {
  readonly browser: Browser
  readonly vartio: RunningVartio
  readonly language: Language
  /** Of a house that lives in the past. */
  readonly clock?: MovedClock | undefined
  /** Where pictures of the pages go; none are made without it. */
  readonly pictures?: string | undefined
}

/** One run of a journey. `current` tells what was going on when it failed. */
export function createStage(options: Options): Stage & { current(): string; persons: Person[]; end(): Promise<void> } {
  const persons: Person[] = []
  const { clock } = options
  let current = 'before the first step'
  return {
    vartio: options.vartio,
    language: options.language,
    now: () => clock?.now() ?? new Date(),
    async goTo(at) {
      assert.ok(clock, 'this journey has no clock to move')
      const behind = Date.now() - at.getTime()
      clock.set(behind)
      for (const { context, hasLeft } of persons) {
        if (hasLeft) continue
        await context.addInitScript(liveBehind, behind)
        for (const page of context.pages()) await page.evaluate(liveBehind, behind)
      }
    },
    persons,
    current: () => current,
    async arrive({ name, email, language }) {
      const context = await options.browser.newContext({
        locale: language === 'fi' ? 'fi-FI' : 'en-GB',
        timezoneId: 'Europe/Helsinki',
        viewport: { width: wide, height },
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(15_000)
      if (clock) await context.addInitScript(liveBehind, clock.behind())
      const person = new Person(name, email, language, context, await context.newPage(), options.pictures)
      await person.takeDevice()
      persons.push(person)
      return person
    },
    async step(name, run) {
      current = name
      const started = performance.now()
      await run()
      for (const person of persons) {
        if (person.hasLeft) continue
        await person.settle()
        await checkKeeping(
          person.context,
          persons.flatMap(({ name, email }) => [email, name]),
        )
      }
      console.log(`     ${name} ${((performance.now() - started) / 1000).toFixed(1)} s`)
    },
    async end() {
      for (const { context, hasLeft } of persons) if (!hasLeft) await context.close()
    },
  }
}

/** In a page: its clock is so far behind the machine's; whatever says less has come later. Timers run as they do. */
function liveBehind(milliseconds: number): void {
  const here = globalThis as typeof globalThis & { millisecondsBehind?: number }
  const isMoved = here.millisecondsBehind !== undefined
  here.millisecondsBehind = Math.min(milliseconds, here.millisecondsBehind ?? milliseconds)
  if (isMoved) return
  const real = Date
  const now = () => real.now() - Number(here.millisecondsBehind)
  globalThis.Date = new Proxy(real, {
    construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}

type Device = { readonly session: CDPSession; readonly authenticatorId: string }

/** Passkeys count how often they were used; that one whose count goes back is refused, so ours goes on past what the other may count. */
async function lend(from: Device, to: Device): Promise<void> {
  const { credentials } = await from.session.send('WebAuthn.getCredentials', { authenticatorId: from.authenticatorId })
  await from.session.send('WebAuthn.clearCredentials', { authenticatorId: from.authenticatorId })
  for (const credential of credentials) {
    await to.session.send('WebAuthn.addCredential', { authenticatorId: to.authenticatorId, credential })
    const further = { ...credential, signCount: credential.signCount + 5 }
    await from.session.send('WebAuthn.addCredential', { authenticatorId: from.authenticatorId, credential: further })
  }
}

/** A person at a keyboard: everything is reached with Tab, as somebody who uses no mouse would. */
export class Person {
  readonly name: string
  readonly email: string
  readonly language: Language
  readonly context: BrowserContext
  readonly page: Page
  hasLeft = false
  #device: Device | undefined
  readonly #pictures: string | undefined
  /** What went wrong in the page by itself: errors of scripts, refusals of the CSP. */
  readonly complaints: string[] = []

  constructor(
    name: string,
    email: string,
    language: Language,
    context: BrowserContext,
    page: Page,
    pictures: string | undefined,
  ) {
    this.name = name
    this.email = email
    this.language = language
    this.context = context
    this.page = page
    this.#pictures = pictures
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      // A refusal by the server is an answer a page may expect; it judges that by itself.
      if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
        this.complaints.push(`${page.url()}: ${message.text()}`)
    })
  }

  /** Chromium's virtual authenticator: a device that keeps passkeys and verifies its person (WebAuthn §11). */
  async takeDevice(): Promise<void> {
    this.#device = await this.#makeDevice(this.page)
  }

  async #makeDevice(page: Page): Promise<Device> {
    const session = await this.context.newCDPSession(page)
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return { session, authenticatorId }
  }

  /**
   * A page has asked for the passkey again, and `target` opens a window for it: the same device is touched there. Chromium gives each window devices
   * of its own, so the passkeys are lent to it.
   */
  async confirmInWindow(target: Locator): Promise<void> {
    const device = this.#device
    assert.ok(device, 'a person without a device')
    const [window] = await Promise.all([this.page.waitForEvent('popup'), this.press(target)])
    await window.waitForURL('**/sign-in/*')
    await window.waitForLoadState('networkidle')
    assert.deepEqual(await findAxeFaults(window), [], 'axe at the window that asks for the passkey')
    await lend(device, await this.#makeDevice(window))
    await window.locator('main button.main, main a.main').first().press('Enter')
    // It closes itself.
    if (!window.isClosed()) await window.waitForEvent('close')
  }

  /** Whether the person waits to touch the device: a page that offers passkeys by itself is answered at once otherwise. */
  async holdBack(hold: boolean): Promise<void> {
    const { session, authenticatorId } = this.#device ?? {}
    if (authenticatorId !== undefined)
      await session?.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: !hold })
  }

  /** Closes the browser: what was looked at is over. */
  async leave(): Promise<void> {
    await this.context.close()
    this.hasLeft = true
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address)
  }

  /** Presses Tab until the element has the focus, and sees that the focus shows. */
  async reach(target: Locator): Promise<void> {
    await target.first().waitFor({ state: 'visible' })
    for (let presses = 0; presses < 300; presses += 1) {
      const focus = await target.first().evaluate((element) => {
        if (document.activeElement !== element) return { here: false, shows: false }
        const style = getComputedStyle(element)
        const around = getComputedStyle(element.parentElement ?? element)
        const shows = [style, around].some(
          ({ outlineStyle, outlineWidth, boxShadow }) =>
            (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none',
        )
        return { here: true, shows }
      })
      if (focus.here) {
        assert.ok(focus.shows, `the focus does not show on ${String(target)}`)
        return
      }
      await this.page.keyboard.press('Tab')
    }
    assert.fail(`${String(target)} cannot be reached with Tab at ${this.page.url()}`)
  }

  /**
   * Types, and sees that it stands there. Once, in some hundred runs beside others, what was typed did not; who sees that types again, so does this, and says
   * what stood in every field of the page.
   */
  async write(target: Locator, text: string): Promise<void> {
    await this.#type(target, text)
    const field = target.first()
    if (!(await field.evaluate((element) => element.matches('input:not([type="date"]), textarea')))) return
    if ((await field.inputValue()) === text) return
    const fields = await this.page
      .locator('input, textarea')
      .evaluateAll((all) => all.map((one) => `${one.getAttribute('name')}=${(one as HTMLInputElement).value}`))
    console.log(`     what was typed into ${String(target)} does not stand there: ${fields.join(' | ')}`)
    await this.#type(target, text)
    assert.equal(await field.inputValue(), text, `what was typed into ${String(target)} does not stand there`)
  }

  async #type(target: Locator, text: string): Promise<void> {
    await this.reach(target)
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.type(text)
  }

  /** An item of an open menu: its keys are the arrows (ARIA Authoring Practices, menu). */
  async choose(item: Locator): Promise<void> {
    await item.waitFor({ state: 'visible' })
    for (let presses = 0; presses < 20; presses += 1) {
      if (await item.evaluate((element) => document.activeElement === element)) {
        await this.page.keyboard.press('Enter')
        return
      }
      await this.page.keyboard.press('ArrowDown')
    }
    assert.fail(`${String(item)} cannot be reached with the arrows`)
  }

  async press(target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    await this.reach(target)
    await this.page.keyboard.press(key)
  }

  /** The page as it stands: nothing for axe to find, no complaint of the browser, and a picture in both themes when asked for. */
  async look(name: string, { picture = true }: { picture?: boolean } = {}): Promise<void> {
    await this.settle()
    assert.deepEqual(await findAxeFaults(this.page), [], `axe at ${name} (${this.page.url()})`)
    // Phones are narrow: nothing may be cut off there, nor anywhere else.
    for (const width of [360, wide]) {
      await this.page.setViewportSize({ width, height })
      const over = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      assert.ok(over <= 0, `${name} is ${over} pixels wider than a window of ${width}`)
      if (picture && width === 360 && this.language === 'fi') await this.#picture(`${name}.fi.narrow`)
    }
    assert.deepEqual(this.complaints, [], `complaints at ${name}`)
    if (!picture) return
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme })
      await this.#picture(`${name}.${this.language}.${colorScheme}`)
    }
    await this.page.emulateMedia({ colorScheme: 'light' })
  }

  async #picture(name: string): Promise<void> {
    if (this.#pictures === undefined) return
    mkdirSync(this.#pictures, { recursive: true })
    // Where this copy of Vartio lies is nobody's matter.
    await this.page.evaluate((folder) => {
      for (const one of document.querySelectorAll('.command code'))
        if (one.firstChild?.nodeValue?.includes(folder))
          one.firstChild.nodeValue = one.firstChild.nodeValue.replace(folder, '/srv/vartio')
    }, codeFolder)
    // Colours that are on their way from one theme to the other have arrived.
    await this.page.screenshot({ path: join(this.#pictures, `${name}.png`), animations: 'disabled' })
  }

  /** Waits until nothing is on its way and nothing says that it loads. */
  async settle(): Promise<void> {
    await this.page.waitForLoadState('networkidle')
    await this.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
    await this.page.evaluate(() => document.fonts.ready)
  }

  /** Asks the server from this page, as a script of the page would. */
  async ask(path: string, init?: { method: string; body?: unknown }): Promise<{ status: number; text: string }> {
    return this.page.evaluate(
      async ({ path, init }) => {
        const answer = await fetch(path, {
          method: init?.method ?? 'GET',
          headers: init?.body === undefined ? {} : { 'content-type': 'application/json' },
          body: init?.body === undefined ? null : JSON.stringify(init.body),
          redirect: 'manual',
        })
        return { status: answer.status, text: await answer.text() }
      },
      { path, init },
    )
  }
}
