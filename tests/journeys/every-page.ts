import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page, Route } from 'playwright-core'
import { aContract } from '#tests/contract'
import { atPort, createTestDevice, detected } from '#tests/device'
import { until } from '#tests/until'
import { setUp } from '../browser/first-steps.ts'
import { createInbox } from '../browser/identity-pages.ts'
import type { Stage } from '../browser/journey.ts'
import { findAxeFaults } from '../browser/page-checks.ts'

// Every page of the portal while its answers do not come, when the connection is cut, when the server refuses, and in the first minute, when there is nothing yet: never blank,
// never waiting for ever, and always with a way on.

const again = /^(Yritä uudelleen|Try again)$/
const narrow = { width: 320, height: 700 }
const wide = { width: 1080, height: 700 }

/** As the router has them, so that a new page is here by existing. */
function pagesOf(file: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
  const routes = text.split('createRoute({').filter((one) => /^\s*getParentRoute: \(\) => signedIn,/.test(one))
  return routes.map(
    (one) => /^ *path: '([^']+)'|, path: '([^']+)'/m.exec(one)?.slice(1).find(Boolean) ?? assert.fail(one),
  )
}

type Answers = 'held' | 'cut' | 'refused' | 'real'

/** What becomes of what the page asks; who is signed in is always told. */
async function standBetween(page: Page) {
  let answers: Answers = 'real'
  const held: Route[] = []
  const act = (route: Route) => {
    if (answers === 'held') return void held.push(route)
    if (answers === 'cut') return route.abort('connectionreset')
    if (answers === 'real') return route.continue()
    const problem = { type: 'about:blank', title: 'x', status: 503, code: 'database.unavailable' }
    return route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) })
  }
  await page.route(/\/api\/(?!session)/, act)
  return async (next: Answers) => {
    answers = next
    for (const route of held.splice(0)) await Promise.resolve(act(route)).catch(() => undefined)
  }
}

async function lookClosely(page: Page, where: string): Promise<void> {
  await page.setViewportSize(narrow)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(over <= 0, `${where} is ${over} pixels wider than a window of 320`)
  assert.deepEqual(await findAxeFaults(page), [], `axe at ${where}`)
  await page.setViewportSize(wide)
}

export async function journey(stage: Stage): Promise<void> {
  const { vartio, step, arrive, language } = stage
  const inbox = await createInbox(stage)
  const aino = await arrive({ name: 'Aino Korhonen', email: 'aino@paja.example', language })

  const visit = async (page: Page, answer: (next: Answers) => Promise<void>, path: string): Promise<void> => {
    const main = page.locator('main')
    const title = main.getByRole('heading', { level: 1 })
    const waits = main.locator('.wait-line')
    const problem = main.getByRole('alert')
    const retry = main.getByRole('button', { name: again })
    await answer('held')
    await page.goto(`${vartio.portal}${path}`)
    await title.waitFor()
    assert.notEqual((await title.textContent())?.trim(), '', path)
    await page.clock.runFor(300)
    await waits.first().waitFor()
    await lookClosely(page, `${path} while nothing comes`)
    for (const state of ['cut', 'refused'] as const) {
      await answer(state)
      // A page that asks by itself may show the next failure just now: the event reaches the button that is there, however it moves.
      if (state === 'refused') await retry.first().dispatchEvent('click')
      // Silence is worth a second and a third try; nobody waits for that here.
      for (const end = Date.now() + 15_000; (await waits.count()) > 0 && Date.now() < end; ) {
        await page.clock.runFor(1_000)
        await page.waitForTimeout(30)
      }
      // An error, and with it a way on.
      await problem.first().waitFor()
      await retry.first().waitFor()
      const isOver = until(async () => (await waits.count()) === 0, 15_000)
      await isOver.catch(() => assert.fail(`${path} still waits when the API is ${state}`))
      if (state === 'refused') await problem.getByText('database.unavailable').first().waitFor()
    }
    await lookClosely(page, `${path} refused`)
    await answer('real')
    // Besides its title and what stands under that, a page says something: also that there is nothing yet.
    const isThere = async () =>
      (await problem.count()) + (await waits.count()) === 0 && ((await main.textContent()) ?? '').length > 150
    // What came back may ask for more, which had failed as well.
    for (let asked = 0; asked < 5 && !(await isThere()); asked += 1) {
      for (const one of (await retry.all()).reverse())
        await one.dispatchEvent('click', {}, { timeout: 2_000 }).catch(() => undefined)
      await until(isThere, 4_000).catch(() => undefined)
    }
    assert.ok(await isThere(), `${path} does not come back`)
    await lookClosely(page, path)
  }

  const visitAll = async (paths: readonly string[]): Promise<void> => {
    const rest = [...paths]
    const faults: string[] = []
    await Promise.all(
      [0, 1].map(async () => {
        const page = await aino.context.newPage()
        await page.clock.install()
        await page.emulateMedia({ reducedMotion: 'reduce' })
        const answer = await standBetween(page)
        for (let path = rest.shift(); path !== undefined; path = rest.shift())
          await visit(page, answer, path).catch((error: Error) => faults.push(`${path}: ${error.message}`))
        await page.close()
      }),
    )
    // All of them at once: who mends one page wants to know of the next.
    assert.deepEqual(faults, [])
  }

  await setUp(stage, aino, inbox, 'Paja')
  const paths = pagesOf('web/portal/router.tsx')
  assert.ok(paths.length > 30, `only ${paths.length} pages were found`)

  await step('every page of a first minute: empty, slow, cut off and refused', () =>
    visitAll(paths.filter((path) => !path.includes('$'))),
  )

  await step('pages of one device, detection, service, standard and report do the same', async () => {
    const device = createTestDevice(atPort(vartio.port + 1), { name: 'kannettava-7' })
    const { organizations, person } = JSON.parse((await aino.ask('/api/session')).text)
    const at = `/api/organizations/${organizations[0].organizationId}`
    const make = async (path: string, body: unknown = {}) => {
      const { status, text } = await aino.ask(`${at}${path}`, { method: 'POST', body })
      assert.equal(status, 200, text)
      return JSON.parse(text) as Record<string, string>
    }
    assert.equal((await device.enrol((await make('/device-codes')).code as string)).status, 200)
    await device.checkIn()
    const found = detected({ at: new Date().toISOString() })
    await device.send(randomUUID(), 1, [found])
    const report = {
      parts: ['protection'],
      period: 'week',
      day: 1,
      hour: 8,
      timeZone: 'Europe/Helsinki',
      hasNames: false,
      isOn: true,
      recipients: [person.personId],
    }
    const { reportId } = await make('/reports', report)
    const ids: Readonly<Record<string, string | undefined>> = {
      deviceId: device.deviceId,
      detectionId: found.id,
      ...(await make('/contracts', aContract({ protocol: { authentication: 'client_secret_basic' } }))),
      ...(await make('/standards', { name: 'Tiukka', description: null, own: { realTime: true }, locked: [] })),
      ...(await make(`/reports/${reportId}/send`)),
    }
    const idOf = (_all: string, name: string) => ids[name] ?? assert.fail(`nothing was made for $${name}`)
    const single = paths.filter((path) => path.includes('$'))
    assert.ok(single.length >= 5, single.join())
    await visitAll(single.map((path) => path.replace(/\$(\w+)/g, idOf)))
  })

  await step('the page of an enrolment code says that no other device comes to a Vartio of one machine', async () => {
    const { organizationId } = JSON.parse((await aino.ask('/api/session')).text).organizations[0]
    const path = `/api/organizations/${organizationId}/device-codes`
    const { code } = JSON.parse((await aino.ask(path, { method: 'POST', body: {} })).text)
    const page = await aino.context.newPage()
    await page.goto(`${vartio.portal}/device/add#${code}`)
    await page.getByText(/VARTIO_LISTEN/).waitFor()
    await lookClosely(page, 'the page of a code')
    await page.close()
  })

  await step('where not even who is signed in can be asked, the page says so and leads on', async () => {
    const page = await aino.context.newPage()
    await page.route(/\/api\/session/, (route) => route.abort('connectionreset'))
    await page.goto(`${vartio.portal}/devices`)
    const retry = page.getByRole('button', { name: again })
    await retry.waitFor()
    await lookClosely(page, 'offline')
    await page.unroute(/\/api\/session/)
    await retry.click()
    await page.locator('main').getByRole('heading', { level: 1 }).waitFor()
    await retry.waitFor({ state: 'hidden' })
    await page.close()
  })
}
